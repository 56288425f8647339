#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every outcome of the schema appears in a test: as PB__OUTCOME__NAME, or by its bare name in a table.
# (record/test_outcome.c holds the table of outcomes itself, so it does not count.)
set -eu
schema=$top_srcdir/proto/voucher/v1/outcome.proto
names=$(sed -n '/^enum Outcome/,/^}/s/^  \([A-Z_]*\) = [0-9]*;/\1/p' "$schema")
[ -n "$names" ] || { echo "no outcomes found in $schema" >&2; exit 1; }
status=0
for name in $names; do
	grep -rEq --include='*.c' --include='*.h' --include='*.sh' --include='*.py' \
		--exclude='test_outcome.c' "(^|[^A-Z_])(PB__OUTCOME__)?$name([^A-Z_]|\$)" "$top_srcdir/tests" ||
		{ echo "no test refuses with $name"; status=1; }
done
exit $status
