# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/client/may_include
