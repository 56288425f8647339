/* SPDX-License-Identifier: Apache-2.0 */
#include "record/witness_request.h"

#include "base/check.h"
#include "record/line.h"

void witness_request_format(const struct witness_request *request, struct buffer *body) {
	check(request->proof.count <= WITNESS_PROOF_HASHES_MAX);
	buffer_append_text(body, "old ");
	buffer_append_u64(body, request->old_size);
	buffer_append_char(body, '\n');
	line_append_proof(body, &request->proof);
	buffer_append(body, request->note, request->note_bytes);
}

enum err witness_request_parse(
    const char *body, size_t bytes, struct witness_request *ret_request) {
	struct line_reader reader = line_reader_of(body, bytes);
	struct witness_request request = { .old_size = 0 };
	struct line number;
	if (!line_take_behind(&reader, "old ", &number) || !line_number(&number, &request.old_size) ||
	    !line_take_proof(&reader, WITNESS_PROOF_HASHES_MAX, &request.proof))
		return ERR_SYNTAX;
	request.note = reader.next;
	request.note_bytes = (size_t)(reader.end - reader.next);
	*ret_request = request;
	return ERR_OK;
}

enum err witness_size_parse(const char *body, size_t bytes, uint64_t *ret_size) {
	struct line_reader reader = line_reader_of(body, bytes);
	struct line number;
	uint64_t size;
	if (!line_take(&reader, &number) || reader.next != reader.end || !line_number(&number, &size))
		return ERR_SYNTAX;
	*ret_size = size;
	return ERR_OK;
}
