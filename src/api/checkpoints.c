/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed checkpoints over HTTP. Staff and parties get one that covers everything acknowledged
 * before they asked, signed for them if need be; the world gets the newest that
 * there is, of those that witnesses have signed too if there are any.
 */
#include "api/handlers.h"

#include "api/call.h"
#include "engine/signer.h"
#include "record/json.h"

struct asking {
	struct signer_request request; /* first */
	struct call *call;
	char *note; /* in the call's arena */
	size_t note_bytes;
	enum err err;
};

static void respond_note(struct call *call, const char *note, size_t bytes, const char *cache) {
	const struct response response = {
		.status = 200,
		.content_type = "text/plain; charset=utf-8",
		.body = note,
		.body_bytes = bytes,
		.cache_control = cache,
	};
	call_respond(call, &response);
}

static void respond_unsigned(struct call *call, enum err err) {
	if (err == ERR_CLOSED || err == ERR_MEMORY)
		call_unavailable(call, err);
	else
		call_fail(call, 503, "No checkpoint can be signed just now. The daemon's log says why.");
}

/* The newest checkpoint into the exchange's scratch buffer. */
static enum err copy_newest(struct call *call, uint64_t size_min, struct buffer *note) {
	struct checkpoint checkpoint;
	if (!call->api->signer)
		return ERR_CONFIG;
	return signer_newest(call->api->signer, size_min, &checkpoint, note);
}

static enum err copy_witnessed(struct call *call, struct buffer *note) {
	struct checkpoint checkpoint;
	if (!call->api->signer)
		return ERR_CONFIG;
	return signer_witnessed(call->api->signer, 0, &checkpoint, note);
}

/* --- for whoever may log in --- */

/* On the loop's thread. */
static void on_signed(struct exchange *exchange) {
	struct call *call = exchange_user(exchange);
	const struct asking *asking = call->work;
	if (asking->err)
		respond_unsigned(call, asking->err);
	else
		respond_note(call, asking->note, asking->note_bytes, NULL);
}

/* On the signer's thread. */
static void on_done(
    struct signer_request *request, enum err err, const struct signed_checkpoint *newest) {
	struct asking *asking = (struct asking *)request;
	asking->err = err;
	if (!err) {
		asking->note = arena_copy(asking->call->arena, newest->note, newest->note_bytes);
		asking->note_bytes = newest->note_bytes;
		asking->err = asking->note ? ERR_OK : ERR_MEMORY;
	}
	exchange_post(asking->call->exchange, on_signed);
}

static void ask(struct call *call, uint64_t size_min) {
	struct asking *asking = ARENA_NEW(call->arena, struct asking);
	if (!asking) {
		call_unavailable(call, ERR_MEMORY);
		return;
	}
	asking->request = (struct signer_request){ .size_min = size_min, .done = on_done };
	asking->call = call;
	call->work = asking;
	exchange_set_user(call->exchange, call);
	enum err err = signer_ask(call->api->signer, &asking->request);
	if (err)
		call_unavailable(call, err);
}

static void answer_copied(struct call *call, enum err err, const struct buffer *note) {
	if (err == ERR_NOT_FOUND)
		call_fail(call, 404, "No witness has signed a checkpoint yet.");
	else if (err)
		respond_unsigned(call, err);
	else
		respond_note(call, note->data, note->bytes, NULL);
}

void checkpoints_fresh(struct call *call) {
	uint64_t size_min = engine_last_seq(call->api->engine);
	struct buffer *note = exchange_scratch(call->exchange);
	bool is_witnessed;
	if (parameters_flag(&call->parameters, "witnessed", &is_witnessed)) {
		call_invalid(call, "witnessed", "Say true or false.");
		return;
	}
	enum err err = is_witnessed ? copy_witnessed(call, note) : copy_newest(call, size_min, note);
	if (err == ERR_NOT_FOUND && !is_witnessed)
		ask(call, size_min);
	else
		answer_copied(call, err, note);
}

/* --- for anyone --- */

void checkpoints_public(struct call *call) {
	struct buffer *note = exchange_scratch(call->exchange);
	enum err err = copy_witnessed(call, note);
	if (err == ERR_NOT_FOUND)
		err = copy_newest(call, 0, note);
	if (err)
		respond_unsigned(call, err);
	else
		respond_note(call, note->data, note->bytes, "public, max-age=1");
}

/* --- the tree as it stands, unsigned --- */

void checkpoints_tree_head(struct call *call) {
	uint8_t root[DIGEST_BYTES];
	Pb__Digest digest = PB__DIGEST__INIT;
	Pb__TreeHead head = PB__TREE_HEAD__INIT;
	engine_tree_head(call->api->engine, &head.size, root);
	digest.value.data = root;
	digest.value.len = sizeof(root);
	head.root = &digest;
	const struct call_answer answer = {
		.status = 200,
		.message = &head.base,
		.flags = JSON_ALL_FIELDS,
		.usual = MEDIA_JSON,
	};
	call_answer(call, &answer);
}
