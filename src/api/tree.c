/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree over the journal for those who check it: proofs, and the hashes themselves as tiles.
 * Answered on the loop's thread: it reads a few hundred bytes of files that are mostly in memory,
 * and asks the sequencer nothing.
 */
#include "api/handlers.h"

#include "api/call.h"
#include "record/json.h"
#include "record/pb.h"

#include <string.h>

/* What has once been in the tree never changes. */
#define FOR_EVER "public, max-age=31536000, immutable"

static const struct parameter_range any_seq = { .least = 1, .most = UINT64_MAX };
static const struct parameter_range any_size = { .least = 1, .most = UINT64_MAX, .absent = 0 };
static const struct parameter_range any_beginning = { .least = 0, .most = UINT64_MAX };

/* False: answered. */
static bool read_number(struct call *call, const char *name, const struct parameter_range *range,
    bool is_required, uint64_t *ret_number) {
	if (is_required && !parameters_get(&call->parameters, name)) {
		const struct problem problem = problem_of_field(PB__OUTCOME__FIELD_MISSING, name,
		    "Say which: it is part of the question.", call->arena);
		call_problem(call, &problem);
		return false;
	}
	if (parameters_number(&call->parameters, name, range, ret_number) == ERR_OK)
		return true;
	call_invalid(call, name, "Give a whole number of entries, or leave it out for the newest.");
	return false;
}

static void answer_failure(struct call *call, enum err err) {
	if (err == ERR_NOT_FOUND)
		call_fail(call, 404, "The tree has no such entry, or is not that large yet.");
	else
		call_unavailable(call, err);
}

/* --- proofs --- */

/* NULL: no memory. The hashes are borrowed. */
static Pb__Digest *new_digest(struct arena *arena, uint8_t *hash) {
	Pb__Digest *digest = PB_NEW(Pb__Digest, pb__digest, arena);
	if (digest)
		digest->value = (ProtobufCBinaryData){ .data = hash, .len = DIGEST_BYTES };
	return digest;
}

static Pb__Digest **new_digests(struct arena *arena, struct proof *proof) {
	Pb__Digest **digests = arena_zalloc(arena, (proof->count + 1) * sizeof(digests[0]));
	for (size_t i = 0; digests && i < proof->count; i++) {
		digests[i] = new_digest(arena, proof->hashes[i]);
		if (!digests[i])
			return NULL;
	}
	return digests;
}

static void answer_proof(struct call *call, const ProtobufCMessage *message) {
	const struct call_answer answer = {
		.status = 200,
		.message = message,
		.flags = JSON_ALL_FIELDS,
		.usual = MEDIA_JSON,
	};
	call_answer(call, &answer);
}

static void answer_inclusion(struct call *call, struct inclusion *inclusion) {
	Pb__InclusionProof message = PB__INCLUSION_PROOF__INIT;
	message.seq = inclusion->index + 1;
	message.index = inclusion->index;
	message.size = inclusion->size;
	message.leaf = new_digest(call->arena, inclusion->leaf);
	message.root = new_digest(call->arena, inclusion->root);
	message.hashes = new_digests(call->arena, &inclusion->proof);
	message.n_hashes = inclusion->proof.count;
	if (message.leaf && message.root && message.hashes)
		answer_proof(call, &message.base);
	else
		call_unavailable(call, ERR_MEMORY);
}

void tree_inclusion(struct call *call) {
	struct inclusion inclusion;
	uint64_t seq, size;
	if (!read_number(call, "seq", &any_seq, true, &seq) ||
	    !read_number(call, "size", &any_size, false, &size))
		return;
	enum err err = engine_prove_inclusion(call->api->engine, seq, size, &inclusion);
	if (err)
		answer_failure(call, err);
	else
		answer_inclusion(call, &inclusion);
}

static void answer_consistency(struct call *call, struct consistency *consistency) {
	Pb__ConsistencyProof message = PB__CONSISTENCY_PROOF__INIT;
	message.from = consistency->from;
	message.to = consistency->to;
	message.from_root = new_digest(call->arena, consistency->from_root);
	message.to_root = new_digest(call->arena, consistency->to_root);
	message.hashes = new_digests(call->arena, &consistency->proof);
	message.n_hashes = consistency->proof.count;
	if (message.from_root && message.to_root && message.hashes)
		answer_proof(call, &message.base);
	else
		call_unavailable(call, ERR_MEMORY);
}

void tree_consistency(struct call *call) {
	struct consistency consistency;
	uint64_t from, to;
	if (!read_number(call, "from", &any_beginning, true, &from) ||
	    !read_number(call, "to", &any_size, false, &to))
		return;
	if (to && from > to) {
		call_invalid(call, "from", "The smaller tree comes first: from must not be above to.");
		return;
	}
	enum err err = engine_prove_consistency(call->api->engine, from, to, &consistency);
	if (err)
		answer_failure(call, err);
	else
		answer_consistency(call, &consistency);
}

/* --- tiles --- */

void tree_tile(struct call *call) {
	const char *path = call->request->path + 1; /* as it is: there is but one spelling of each */
	uint8_t hashes[TILE_BYTES_MAX];
	struct tile tile;
	if (tile_parse(path, strlen(path), &tile) != ERR_OK) {
		call_fail(call, 404, "That is no tile: C2SP tlog-tiles says how they are named.");
		return;
	}
	enum err err = engine_read_tile(call->api->engine, &tile, hashes);
	if (err) {
		answer_failure(call, err);
		return;
	}
	const struct response response = {
		.status = 200,
		.content_type = MEDIA_TYPE_BYTES,
		.body = hashes,
		.body_bytes = (size_t)tile.width * DIGEST_BYTES,
		.cache_control = FOR_EVER,
	};
	call_respond(call, &response);
}
