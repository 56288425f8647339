# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/engine/may_include
