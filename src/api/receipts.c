/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	loop thread   read the entry, may the caller see it ─► newest checkpoint, or ask the signer
 *	loop thread   prove, write the text  ◄── exchange_post ◄──┘
 */
#include "api/receipts.h"

#include "api/call.h"
#include "api/handlers.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/signer.h"
#include "record/entry.h"
#include "record/receipt.h"

#include <inttypes.h>
#include <string.h>

struct making {
	struct signer_request request; /* first */
	struct call *call;
	void *outer_work; /* call->work as it was */
	void (*then)(struct call *call, enum err err, const char *text);
	uint64_t seq;
	const uint8_t *entry; /* in the call's arena, as the note */
	size_t entry_bytes;
	struct checkpoint checkpoint;
	const char *note;
	size_t note_bytes;
	enum err err;
};

static void end(struct making *making, enum err err, const char *text) {
	struct call *call = making->call;
	call->work = making->outer_work;
	making->then(call, err, text);
}

/* --- the text --- */

static enum err write_text(const struct making *making, const char **ret_text) {
	struct call *call = making->call;
	struct inclusion inclusion;
	struct buffer text;
	enum err err = engine_prove_inclusion(
	    call->api->engine, making->seq, making->checkpoint.size, &inclusion);
	if (err)
		return err;
	if (memcmp(inclusion.root, making->checkpoint.root, DIGEST_BYTES) != 0)
		return ERR_CORRUPT;
	const struct receipt receipt = {
		.entry = making->entry,
		.entry_bytes = making->entry_bytes,
		.index = making->seq - 1,
		.proof = inclusion.proof,
		.note = making->note,
		.note_bytes = making->note_bytes,
	};
	buffer_init(&text, LIMIT_RECEIPT_BYTES);
	receipt_format(&receipt, &text);
	err = buffer_error(&text);
	if (!err)
		*ret_text = arena_string(call->arena, text.data, text.bytes);
	buffer_done(&text);
	return err ? err : *ret_text ? ERR_OK : ERR_MEMORY;
}

static void finish(struct making *making) {
	const char *text = NULL;
	enum err err = making->err ? making->err : write_text(making, &text);
	if (err && err != ERR_CLOSED && err != ERR_MEMORY)
		log_event(LOG_ERROR, "receipt_failed", "seq=%" PRIu64 " reason=%s", making->seq,
		    LOG_QUOTED(err_text(err)));
	end(making, err, text);
}

/* --- the checkpoint --- */

static enum err keep_note(struct making *making, const char *note, size_t bytes) {
	making->note = arena_copy(making->call->arena, note, bytes);
	making->note_bytes = bytes;
	return making->note ? ERR_OK : ERR_MEMORY;
}

static void on_signed(struct exchange *exchange) {
	struct call *call = exchange_user(exchange);
	finish(call->work);
}

/* On the signer's thread. */
static void on_done(
    struct signer_request *request, enum err err, const struct signed_checkpoint *newest) {
	struct making *making = (struct making *)request;
	making->checkpoint = newest->checkpoint;
	making->err = err ? err : keep_note(making, newest->note, newest->note_bytes);
	exchange_post(making->call->exchange, on_signed);
}

/* False: the signer was asked, and comes back. */
static bool has_newest(struct making *making) {
	struct call *call = making->call;
	struct buffer note;
	buffer_init(&note, 0);
	making->err = signer_witnessed(call->api->signer, making->seq, &making->checkpoint, &note);
	if (making->err == ERR_NOT_FOUND)
		making->err = signer_newest(call->api->signer, making->seq, &making->checkpoint, &note);
	bool is_missing = making->err == ERR_NOT_FOUND;
	if (!making->err)
		making->err = keep_note(making, note.data, note.bytes);
	buffer_done(&note);
	if (!is_missing)
		return true;
	making->request = (struct signer_request){ .size_min = making->seq, .done = on_done };
	exchange_set_user(call->exchange, call);
	enum err err = signer_ask(call->api->signer, &making->request);
	if (err)
		making->err = err; /* else it is the signer's, which may have answered already */
	return err != ERR_OK;
}

/* --- the entry --- */

static bool visit_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct making *making = arg;
	struct arena *arena = making->call->arena;
	Pb__JournalEntry *entry;
	const struct query_viewer viewer = call_viewer(making->call);
	if (seq != making->seq)
		return false;
	making->err = entry_decode(data, bytes, arena, &entry);
	if (making->err)
		return false;
	if (!query_may_see_all(&viewer) && !query_may_see(entry, &viewer)) {
		making->err = ERR_NOT_FOUND;
		return false;
	}
	making->entry_bytes = bytes - ENTRY_HEADER_BYTES;
	making->entry = arena_copy(
	    arena, (const uint8_t *)data + ENTRY_HEADER_BYTES, making->entry_bytes);
	making->err = making->entry ? ERR_OK : ERR_MEMORY;
	return false;
}

static enum err read_entry(struct making *making) {
	struct engine *engine = making->call->api->engine;
	if (making->seq == 0 || making->seq > engine_last_seq(engine))
		return ERR_NOT_FOUND;
	making->err = ERR_NOT_FOUND;
	enum err err = engine_read_journal(engine, making->seq, visit_entry, making);
	return err ? err : making->err;
}

void receipts_make(struct call *call, uint64_t seq,
    void (*then)(struct call *call, enum err err, const char *text)) {
	struct making *making = ARENA_NEW(call->arena, struct making);
	if (!making) {
		then(call, ERR_MEMORY, NULL);
		return;
	}
	making->call = call;
	making->outer_work = call->work;
	making->then = then;
	making->seq = seq;
	call->work = making;
	enum err err = call->api->signer ? read_entry(making) : ERR_CONFIG;
	if (err)
		end(making, err, NULL);
	else if (has_newest(making))
		finish(making);
}

/* --- the route --- */

static void answer(struct call *call, enum err err, const char *text) {
	if (err == ERR_NOT_FOUND)
		call_fail(call, 404, "There is no such entry, or it does not concern you.");
	else if (err == ERR_CLOSED || err == ERR_MEMORY)
		call_unavailable(call, err);
	else if (err)
		call_fail(call, 503, "No receipt can be made just now. The daemon's log says why.");
	else
		call_text(call, 200, text);
}

void receipts_get(struct call *call) {
	uint64_t seq;
	if (text_parse_u64(call->values[0], strlen(call->values[0]), &seq))
		call_fail(call, 404, "An entry has a number: /v1/receipts/12");
	else
		receipts_make(call, seq, answer);
}
