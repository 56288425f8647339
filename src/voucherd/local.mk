# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/voucherd/may_include
