# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/record/may_include
