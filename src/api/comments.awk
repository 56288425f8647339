# SPDX-License-Identifier: Apache-2.0
# Makes a C table of the comments in .proto files: { type, member, text }. A comment belongs to the
# message, enum, field or value that follows it without an empty line, or that stands before it in its line.
BEGIN { print "/* Made from proto/voucher/v1 by src/api/comments.awk. Do not edit. */" }
FNR == 1 { depth = 0; comment = "" }
/^[ \t]*\/\// {
	text = $0; sub(/^[ \t]*\/\/[ ]?/, "", text)
	comment = comment == "" ? text : comment " " text
	next
}
/^(message|enum) / {
	type = $2; depth = 1; is_outcome = type == "Outcome"
	emit(type, "", comment)
	comment = ""; next
}
depth > 0 && /=[ ]*[0-9]+;/ {
	line = $0; trailing = ""
	at = index(line, "//")
	if (at > 0) { trailing = substr(line, at + 2); sub(/^ /, "", trailing); line = substr(line, 1, at - 1) }
	sub(/[ ]*=.*/, "", line)
	count = split(line, word, " ")
	text = comment
	if (trailing != "") text = text == "" ? trailing : text " " trailing
	# The lines after an outcome are its sentences, which outcome.awk reads.
	if (!is_outcome) emit(type, word[count], text)
	comment = ""; next
}
{ comment = "" }
function emit(type, member, text) {
	if (text == "") return
	gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text)
	printf "{ \"%s\", \"%s\", \"%s\" },\n", type, member, text
}
