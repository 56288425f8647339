# SPDX-License-Identifier: Apache-2.0
# Makes the C table of outcomes from outcome.proto: a value, then "// <retry> | <English> | <Chinese>".
BEGIN {
	retry["none"] = "RETRY_NONE"; retry["fix_request"] = "RETRY_FIX_REQUEST"
	retry["retry_same_id"] = "RETRY_SAME_ID"; retry["conflict"] = "RETRY_CONFLICT"
	retry["not_allowed"] = "RETRY_NOT_ALLOWED"; retry["limit"] = "RETRY_LIMIT"
	print "/* Made from proto/voucher/v1/outcome.proto by proto/outcome.awk. Do not edit. */"
}
/^enum / { inside = $2 == "Outcome" }
inside && /^  [A-Z_]+ = [0-9]+;/ {
	if (name != "") fail(name " has no line of explanation")
	name = $1; number = $3 + 0
	if (number <= last && name != "OUTCOME_OK") fail(name " is out of order")
	last = number
	next
}
inside && name != "" && /^  \/\/ / {
	line = $0; sub(/^  \/\/ /, "", line)
	if (split(line, part, / \| /) != 3 || !(part[1] in retry)) fail(name ": not \"retry | English | Chinese\"")
	printf "{ PB__OUTCOME__%s, \"%s\", PB__RETRY__%s,\n  \"%s\",\n  \"%s\" },\n", name, name, retry[part[1]], part[2], part[3]
	name = ""
}
function fail(why) { print FILENAME ":" FNR ": " why > "/dev/stderr"; failed = 1; exit 1 }
END { if (!failed && name != "") fail(name " has no line of explanation") }
