# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/ledger/may_include
