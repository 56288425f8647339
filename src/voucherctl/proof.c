/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "proof": that an entry is in the ledger's tree, or that the ledger now begins with what it was.
 * The server's proof is checked here before anything is said of it; what remains to be done is to
 * compare its root with that of a signed checkpoint.
 */
#include "record/proof.h"

#include "base/base64.h"
#include "base/text.h"
#include "record/json.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <string.h>

/* --- asking --- */

/* A kind of proof: how it is asked for, checked and told. */
struct kind {
	const char *path;
	struct {
		const char *parameter; /* as the table of commands has it */
		const char *name;      /* in the target */
	} numbers[2];
	const ProtobufCMessageDescriptor *reply;
	bool (*holds)(const ProtobufCMessage *reply, struct digest *digest);
	void (*say)(struct session *session, const ProtobufCMessage *reply);
};

static enum exit_status compose(
    struct session *session, const struct kind *kind, const char **ret_target) {
	const char *target = kind->path;
	for (size_t i = 0; i < 2 && target; i++) {
		const char *text = options_text(&session->line, kind->numbers[i].parameter);
		uint64_t number;
		if (!text)
			continue;
		if (text_parse_u64(text, strlen(text), &number) != ERR_OK) {
			session_complain(
			    session_say(session, "%s must be a number, not \"%s\".", "%s 应为数字，而非“%s”。"),
			    kind->numbers[i].parameter, text);
			return EXIT_USAGE;
		}
		target = arena_printf(&session->arena, "%s%c%s=%" PRIu64, target, i ? '&' : '?',
		    kind->numbers[i].name, number);
	}
	*ret_target = target;
	return target ? EXIT_DONE : session_out_of_memory();
}

/* The answer as a message; as it came it is put out, when JSON is wanted. */
static enum exit_status ask(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage **ret_message) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_call(session, "GET", target, NULL, &reply);
	if (status == EXIT_DONE)
		status = session_decode(reply, descriptor, &session->arena, ret_message);
	if (status == EXIT_DONE && session_is_json(session)) {
		buffer_append(&session->out, voucher_reply_body(reply), voucher_reply_bytes(reply));
		buffer_append_char(&session->out, '\n');
	}
	voucher_reply_free(reply);
	return status;
}

static enum exit_status open_digest(struct session *session, struct digest **ret_digest) {
	enum err err = digest_new(options_text(&session->line, "--hash"), ret_digest);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err)
		session_complain(
		    session_say(session, "--hash is SHA256 or SM3.", "--hash 应为 SHA256 或 SM3。"));
	return err ? EXIT_USAGE : EXIT_DONE;
}

/* --- checking --- */

/* NULL: it is none. */
static const uint8_t *hash_of(const Pb__Digest *digest) {
	return digest && digest->value.len == DIGEST_BYTES ? digest->value.data : NULL;
}

static bool read_hashes(Pb__Digest *const *digests, size_t count, struct proof *ret_proof) {
	ret_proof->count = 0;
	if (count > PROOF_HASHES_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *hash = hash_of(digests[i]);
		if (!hash)
			return false;
		memcpy(ret_proof->hashes[ret_proof->count++], hash, DIGEST_BYTES);
	}
	return true;
}

static bool holds_inclusion(const ProtobufCMessage *reply, struct digest *digest) {
	const Pb__InclusionProof *message = (const Pb__InclusionProof *)reply;
	const uint8_t *leaf = hash_of(message->leaf), *root = hash_of(message->root);
	struct proof proof;
	return leaf && root && message->index + 1 == message->seq &&
	    read_hashes(message->hashes, message->n_hashes, &proof) &&
	    proof_is_included(&proof, digest, message->index, leaf, message->size, root);
}

static bool holds_consistency(const ProtobufCMessage *reply, struct digest *digest) {
	const Pb__ConsistencyProof *message = (const Pb__ConsistencyProof *)reply;
	const uint8_t *from = hash_of(message->from_root), *to = hash_of(message->to_root);
	struct proof proof;
	return from && to && read_hashes(message->hashes, message->n_hashes, &proof) &&
	    proof_is_consistent(&proof, digest, message->from, from, message->to, to);
}

/* --- saying --- */

/* As checkpoints have it. */
static void say_root(struct session *session, uint64_t size, const Pb__Digest *root) {
	char text[BASE64_TEXT_BYTES(DIGEST_BYTES)];
	base64_encode(root->value.data, root->value.len, text);
	buffer_printf(&session->out,
	    session_say(
	        session, "  root of %" PRIu64 " entries: %s\n", "  前 %" PRIu64 " 条的根：%s\n"),
	    size, text);
}

static void say_hashes(struct session *session, Pb__Digest *const *digests, size_t count) {
	buffer_printf(
	    &session->out, session_say(session, "  hashes: %zu\n", "  路径哈希：%zu\n"), count);
	for (size_t i = 0; i < count; i++) {
		char hex[2 * DIGEST_BYTES + 1];
		text_hex(digests[i]->value.data, DIGEST_BYTES, hex);
		buffer_printf(&session->out, "    %s\n", hex);
	}
}

static void say_inclusion(struct session *session, const ProtobufCMessage *reply) {
	const Pb__InclusionProof *proof = (const Pb__InclusionProof *)reply;
	buffer_printf(&session->out,
	    session_say(session, "Entry %" PRIu64 " is in the tree of %" PRIu64 " entries.\n",
	        "第 %" PRIu64 " 条记录在前 %" PRIu64 " 条记录的树中。\n"),
	    proof->seq, proof->size);
	say_root(session, proof->size, proof->root);
	say_hashes(session, proof->hashes, proof->n_hashes);
}

static void say_consistency(struct session *session, const ProtobufCMessage *reply) {
	const Pb__ConsistencyProof *proof = (const Pb__ConsistencyProof *)reply;
	buffer_printf(&session->out,
	    session_say(session, "The tree of %" PRIu64 " entries begins with that of %" PRIu64 ".\n",
	        "前 %" PRIu64 " 条记录的树以前 %" PRIu64 " 条的树开头。\n"),
	    proof->to, proof->from);
	say_root(session, proof->from, proof->from_root);
	say_root(session, proof->to, proof->to_root);
	say_hashes(session, proof->hashes, proof->n_hashes);
}

static enum exit_status complain_of_proof(const struct session *session) {
	session_complain("%s",
	    session_say(session,
	        "The server's proof does not hold: its hashes do not lead to the root. Is --hash that "
	        "of the ledger? If so, trust neither until whoever runs the server has explained it.",
	        "服务器给出的证明不成立：哈希推不出所给的根。请确认 --hash 与账本一致；若一致，在服务器"
	        "管理者说明原因之前不要采信。"));
	return EXIT_NO_SERVER;
}

static enum exit_status show_proof(struct session *session, const struct kind *kind) {
	const char *target = NULL;
	ProtobufCMessage *reply = NULL;
	struct digest *digest = NULL;
	enum exit_status status = compose(session, kind, &target);
	if (status == EXIT_DONE)
		status = open_digest(session, &digest);
	if (status == EXIT_DONE)
		status = ask(session, target, kind->reply, &reply);
	if (status == EXIT_DONE && !kind->holds(reply, digest))
		status = complain_of_proof(session);
	if (status == EXIT_DONE && !session_is_json(session))
		kind->say(session, reply);
	digest_free(digest);
	return status == EXIT_DONE ? session_print(session) : status;
}

enum exit_status action_proof_inclusion(struct session *session) {
	static const struct kind kind = {
		.path = "/v1/proof/inclusion",
		.numbers = { { "SEQ", "seq" }, { "--size", "size" } },
		.reply = &pb__inclusion_proof__descriptor,
		.holds = holds_inclusion,
		.say = say_inclusion,
	};
	return show_proof(session, &kind);
}

enum exit_status action_proof_consistency(struct session *session) {
	static const struct kind kind = {
		.path = "/v1/proof/consistency",
		.numbers = { { "FROM", "from" }, { "TO", "to" } },
		.reply = &pb__consistency_proof__descriptor,
		.holds = holds_consistency,
		.say = say_consistency,
	};
	return show_proof(session, &kind);
}
