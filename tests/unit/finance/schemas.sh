#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Payment files, and the statements that tests read, validate against the public schemas of ISO 20022; a file with a
# mistake in it does not. The schemas are looked for in VOUCHERD_ISO20022_DIR; without it this test is skipped.
set -euo pipefail

schemas=${VOUCHERD_ISO20022_DIR-}
if [ -z "$schemas" ]; then
	echo "schemas: skipped: VOUCHERD_ISO20022_DIR does not say where the schemas of ISO 20022 are"
	exit 77
fi
if ! command -v xmllint >/dev/null; then
	echo "schemas: skipped: xmllint is missing (contrib/packages --tests)"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${top_builddir:-.}/tests/unit/finance/write_samples" "$work"
cp "${top_srcdir:-.}"/tests/unit/finance/*.xml "$work"

for file in "$work"/*.xml; do
	name=$(basename "$file")
	name=${name%.odd.xml}
	xmllint --nonet --noout --schema "$schemas/${name%.xml}.xsd" "$file"
done

# The judge judges.
sed 's/<NbOfTxs>3</<NbOfTxs>three</' "$work/pain.001.001.09.xml" >"$work/wrong"
if xmllint --nonet --noout --schema "$schemas/pain.001.001.09.xsd" "$work/wrong" 2>/dev/null; then
	echo "schemas: xmllint accepts a file that is wrong"
	exit 1
fi
