#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The public headers compile alone, as C99 and as C++, with every warning; and the library exports
# what begins with voucher_ and nothing else.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: "${CC:=cc}" "${CXX:=c++}" "${NM:=nm}"

for header in "$top_srcdir"/include/voucher/*.h; do
	name=voucher/$(basename "$header")
	printf '#include <%s>\nint main(void) { return 0; }\n' "$name" | tee "$work/one.c" >"$work/one.cc"
	$CC -std=c99 -Wall -Wextra -pedantic -Werror -I"$top_srcdir/include" -fsyntax-only "$work/one.c"
	if command -v ${CXX%% *} >/dev/null; then
		$CXX -std=c++11 -Wall -Wextra -pedantic -Werror -I"$top_srcdir/include" -fsyntax-only "$work/one.cc"
	else
		echo "no C++ compiler here: $name not tried as C++"
	fi
done

library=$top_builddir/.libs/libvoucher.so
exported=$($NM -D --defined-only "$library" | awk '{ print $3 }' | grep -v '^_\(init\|fini\)$' || true)
foreign=$(echo "$exported" | grep -v '^voucher_' || true)
if [ -n "$foreign" ]; then
	echo "libvoucher exports more than voucher_*:"
	echo "$foreign"
	exit 1
fi
declared=$(cat "$top_srcdir"/include/voucher/*.h | grep -o '\bvoucher_[a-z0-9_]*(' | tr -d '(' | sort -u)
missing=$(for name in $declared; do echo "$exported" | grep -qx "$name" || echo "$name"; done)
if [ -n "$missing" ]; then
	echo "declared, but not exported:"
	echo "$missing"
	exit 1
fi
