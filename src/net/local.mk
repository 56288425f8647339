# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/net/may_include
