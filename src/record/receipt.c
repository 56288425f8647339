/* SPDX-License-Identifier: Apache-2.0 */
#include "record/receipt.h"

#include "base/base64.h"
#include "record/line.h"

static const char head[] = "c2sp.org/tlog-proof@v1";

static void append_base64(struct buffer *text, const void *data, size_t bytes) {
	char *room = buffer_reserve(text, BASE64_TEXT_BYTES(bytes));
	if (!room)
		return;
	base64_encode(data, bytes, room);
	buffer_grow(text, BASE64_TEXT_BYTES(bytes) - 1);
}

void receipt_format(const struct receipt *receipt, struct buffer *text) {
	buffer_append_text(text, head);
	if (receipt->entry) {
		buffer_append_text(text, "\nextra ");
		append_base64(text, receipt->entry, receipt->entry_bytes);
	}
	buffer_append_text(text, "\nindex ");
	buffer_append_u64(text, receipt->index);
	buffer_append_char(text, '\n');
	line_append_proof(text, &receipt->proof);
	buffer_append(text, receipt->note, receipt->note_bytes);
}

static enum err decode_entry(
    const struct line *extra, struct arena *arena, struct receipt *receipt) {
	uint8_t *entry = arena_alloc(arena, BASE64_DATA_BYTES(extra->bytes));
	if (!entry)
		return ERR_MEMORY;
	if (base64_decode_strict(extra->text, extra->bytes, entry, &receipt->entry_bytes))
		return ERR_SYNTAX;
	receipt->entry = entry;
	return ERR_OK;
}

enum err receipt_parse(
    const char *text, size_t bytes, struct arena *arena, struct receipt *ret_receipt) {
	struct line_reader reader = line_reader_of(text, bytes);
	struct receipt receipt = { .entry = NULL };
	struct line line;
	if (bytes > LIMIT_RECEIPT_BYTES)
		return ERR_RANGE;
	if (!line_take_behind(&reader, head, &line) || line.bytes)
		return ERR_SYNTAX;
	if (line_take_behind(&reader, "extra ", &line)) {
		enum err err = decode_entry(&line, arena, &receipt);
		if (err)
			return err;
	}
	if (!line_take_behind(&reader, "index ", &line) || !line_number(&line, &receipt.index) ||
	    !line_take_proof(&reader, PROOF_HASHES_MAX, &receipt.proof))
		return ERR_SYNTAX;
	receipt.note = reader.next;
	receipt.note_bytes = (size_t)(reader.end - reader.next);
	*ret_receipt = receipt;
	return ERR_OK;
}

enum err receipt_verify(const struct receipt *receipt, struct digest *digest,
    const struct checkpoint_trust *trust, struct checkpoint *ret_checkpoint,
    struct note *ret_note) {
	struct checkpoint checkpoint;
	struct note note;
	uint8_t leaf[DIGEST_BYTES];
	enum err err = checkpoint_open(trust, receipt->note, receipt->note_bytes, &checkpoint, &note);
	if (err)
		return err;
	if (!receipt->entry)
		return ERR_CORRUPT;
	merkle_leaf(digest, receipt->entry, receipt->entry_bytes, leaf);
	if (!proof_is_included(
	        &receipt->proof, digest, receipt->index, leaf, checkpoint.size, checkpoint.root))
		return ERR_CORRUPT;
	*ret_checkpoint = checkpoint;
	if (ret_note)
		*ret_note = note;
	return ERR_OK;
}
