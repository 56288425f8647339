/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/batch.h"

#include "base/check.h"
#include "base/random.h"
#include "engine/view.h"
#include "ledger/foresee.h"
#include "record/entry.h"
#include "record/pb.h"

#include <stdlib.h>
#include <string.h>

enum {
	BYTES_MAX = 256 << 20,     /* encoded, of one batch; what comes after it is UNAVAILABLE */
	BYTES_KEPT_MAX = 32 << 20, /* between batches */
};

/* A place in the batch to come back to. */
struct mark {
	size_t rows;
	size_t bytes;
	size_t count;
	size_t n_personal;
	struct position end;
};

/* --- life --- */

enum err batch_new(const struct batch_config *config, struct batch **ret_batch) {
	struct batch *batch = calloc(1, sizeof(*batch));
	if (!batch)
		return ERR_MEMORY;
	enum err err = digest_new(config->genesis->genesis->hash, &batch->digest);
	if (err) {
		free(batch);
		return err;
	}
	batch->store = config->store;
	batch->log = config->log;
	batch->ledger = config->ledger;
	batch->ledger_id = (struct uuid){ .high = config->genesis->ledger_id->high,
		.low = config->genesis->ledger_id->low };
	batch->state = view_live(batch->store);
	batch->history = view_history(batch->log);
	batch->now_us = config->now_us;
	batch->now_arg = config->now_arg;
	batch->durable = *config->position;
	batch->end = *config->position;
	merkle_root(&batch->durable.tree, batch->digest, batch->root);
	buffer_init(&batch->bytes, BYTES_MAX);
	buffer_init(&batch->head, TREE_HEAD_BYTES_MAX);
	*ret_batch = batch;
	return ERR_OK;
}

void batch_free(struct batch *batch) {
	if (!batch)
		return;
	digest_free(batch->digest);
	buffer_done(&batch->bytes);
	buffer_done(&batch->head);
	free(batch);
}

void batch_clear(struct batch *batch) {
	batch->count = 0;
	batch->n_personal = 0;
	buffer_clear(&batch->bytes);
	if (batch->bytes.capacity > BYTES_KEPT_MAX)
		buffer_done(&batch->bytes);
}

static void set_mark(const struct batch *batch, struct mark *ret_mark) {
	*ret_mark = (struct mark){
		.rows = store_mark(batch->store),
		.bytes = batch->bytes.bytes,
		.count = batch->count,
		.n_personal = batch->n_personal,
		.end = batch->end,
	};
}

static void rewind_to(struct batch *batch, const struct mark *mark) {
	store_rollback(batch->store, mark->rows);
	batch->bytes.bytes = mark->bytes;
	batch->count = mark->count;
	batch->n_personal = mark->n_personal;
	batch->end = mark->end;
}

/* --- one command --- */

/* Appends the entry's bytes; after a failure the buffer is as it was. */
static Pb__Outcome encode(struct batch *batch, const Pb__JournalEntry *entry) {
	size_t before = batch->bytes.bytes;
	if (before > BYTES_MAX - LIMIT_ENTRY_BYTES - ENTRY_HEADER_BYTES)
		return PB__OUTCOME__UNAVAILABLE;
	enum err err = entry_encode(entry, &batch->bytes);
	if (err == ERR_OK)
		return PB__OUTCOME__OUTCOME_OK;
	batch->bytes.bytes = before;
	batch->bytes.error = ERR_OK;
	return err == ERR_RANGE ? PB__OUTCOME__TOO_LARGE : PB__OUTCOME__UNAVAILABLE;
}

/* From here on the command has taken effect, as far as this batch can see. */
static void add_entry(struct batch *batch, Pb__JournalEntry *entry, size_t offset) {
	const char *data = batch->bytes.data + offset;
	size_t bytes = batch->bytes.bytes - offset;
	check(batch->count < BATCH_ENTRIES_MAX);
	batch->spans[batch->count] = (struct batch_span){ .offset = offset, .bytes = bytes };
	batch->entries[batch->count] = entry;
	batch->count++;
	ledger_apply(batch->ledger, &batch->state, entry);
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	merkle_append_kept(&batch->end.tree, batch->digest, data + ENTRY_HEADER_BYTES,
	    bytes - ENTRY_HEADER_BYTES, nodes);
	store_put_hashes(batch->store, entry->seq - 1, nodes);
	batch->end.time_us = (int64_t)entry->time_us;
}

static void add_personal(struct batch *batch, uint64_t seq, const struct personal_change *change) {
	if (!change->party)
		return;
	batch->personal[batch->n_personal++] = (struct log_erasable){
		.key = change->party,
		.seq = seq,
		.data = change->sealed.data,
		.bytes = change->sealed.bytes,
	};
}

/* An entry of this batch, from its bytes: what it was made of may be another call's memory, which
 * is gone once that call has been answered. NULL: the arena is exhausted. */
static const Pb__JournalEntry *copy_entry(
    const struct batch *batch, uint64_t seq, struct arena *arena) {
	const struct batch_span *span = &batch->spans[seq - batch->durable.tree.size - 1];
	Pb__JournalEntry *entry;
	enum err err = entry_decode(batch->bytes.data + span->offset, span->bytes, arena, &entry);
	check(err == ERR_OK || err == ERR_MEMORY);
	return err ? NULL : entry;
}

/* What is, or is about to be, beside the journal of a party. ERR_NOT_FOUND: nothing. */
static enum err recall(struct batch *batch, uint64_t party, struct arena *arena, uint64_t *ret_seq,
    struct sealed *ret_sealed) {
	for (size_t i = batch->n_personal; i-- > 0;) {
		const struct log_erasable *change = &batch->personal[i];
		if (change->key != party)
			continue;
		*ret_seq = change->seq;
		*ret_sealed = (struct sealed){ .data = change->data, .bytes = change->bytes };
		return change->data ? ERR_OK : ERR_NOT_FOUND;
	}
	return batch->history.ops->personal(batch->history.self, party, arena, ret_seq, ret_sealed);
}

/* The particulars of a natural person that this entry put beside the journal; NULL: none, or they
 * are gone. */
static enum err find_kept(struct batch *batch, const Pb__JournalEntry *entry, struct arena *arena,
    Pb__Personal **ret_kept) {
	const Pb__Digest *commitment = ledger_commitment(entry->command);
	struct sealed sealed;
	uint64_t seq;
	*ret_kept = NULL;
	if (!commitment)
		return ERR_OK;
	enum err err = recall(batch, entry->decision->subject, arena, &seq, &sealed);
	if (err == ERR_NOT_FOUND || (!err && seq != entry->seq))
		return ERR_OK;
	return err ? err : sealed_open(&sealed, commitment, arena, ret_kept);
}

/* The answer to a command whose id has taken effect at `seq`. */
static Pb__Reply *answer_again(
    struct batch *batch, const struct engine_call *call, const Pb__Command *command, uint64_t seq) {
	const Pb__JournalEntry *entry = seq > batch->durable.tree.size
	    ? copy_entry(batch, seq, call->arena)
	    : batch->history.ops->entry(batch->history.self, seq, call->arena);
	Pb__Personal *kept;
	if (!entry || find_kept(batch, entry, call->arena, &kept) != ERR_OK)
		return ledger_refuse(command->id, PB__OUTCOME__UNAVAILABLE, NULL, call->arena);
	return ledger_replay(entry, command, call->principal, kept, call->arena);
}

static Pb__Reply *refuse_without_id(struct arena *arena) {
	Pb__Refusal *refusal = PB_NEW(Pb__Refusal, pb__refusal, arena);
	if (refusal)
		refusal->field = "id";
	return ledger_refuse(NULL, PB__OUTCOME__FIELD_MISSING, refusal, arena);
}

static Pb__Reply *decide(
    struct batch *batch, const struct engine_call *call, const Pb__Command *command) {
	int64_t now_us = batch->call_us;
	uint8_t salt[PERSONAL_SALT_BYTES];
	bool wants_salt = ledger_wants_salt(command);
	if (wants_salt)
		random_fill(salt, sizeof(salt));
	const struct occasion occasion = {
		.principal = call->principal,
		.seq = batch->end.tree.size + 1,
		.time_us = now_us > batch->end.time_us ? now_us : batch->end.time_us + 1,
		.salt = wants_salt ? salt : NULL,
	};
	struct verdict verdict;
	size_t offset = batch->bytes.bytes;
	ledger_decide(batch->ledger, &batch->state, command, &occasion, call->arena, &verdict);
	if (verdict.outcome != PB__OUTCOME__OUTCOME_OK)
		return ledger_refuse(command->id, verdict.outcome, verdict.refusal, call->arena);
	check(verdict.entry->seq == occasion.seq);

	/* All that can fail comes before the entry takes effect. */
	Pb__Reply *reply = ledger_reply(verdict.entry, call->arena);
	if (!reply)
		return NULL;
	Pb__Outcome outcome = encode(batch, verdict.entry);
	if (outcome != PB__OUTCOME__OUTCOME_OK)
		return ledger_refuse(command->id, outcome, NULL, call->arena);
	add_entry(batch, verdict.entry, offset);
	add_personal(batch, verdict.entry->seq, &verdict.personal);
	return reply;
}

/* NULL: the arena is exhausted, and the command has not taken effect. */
static Pb__Reply *execute(
    struct batch *batch, const struct engine_call *call, const Pb__Command *command) {
	if (!command->id)
		return refuse_without_id(call->arena);
	uint64_t seq = ledger_find_command(&batch->state, command->id);
	if (seq)
		return answer_again(batch, call, command, seq);
	if (batch->is_read_only && !call->batch->dry_run)
		return ledger_refuse(command->id, PB__OUTCOME__UNAVAILABLE, NULL, call->arena);
	return decide(batch, call, command);
}

/* --- the commands of a call --- */

static bool is_accepted(const Pb__Reply *reply) {
	return reply && reply->outcome == PB__OUTCOME__OUTCOME_OK;
}

/* Whether the reply speaks of an entry that has been there since before `seq` was the last. */
static bool is_old(const Pb__Reply *reply, uint64_t seq) {
	return is_accepted(reply) && reply->replayed && reply->seq <= seq;
}

/* Nothing was made, so there is no sequence to tell. */
static void forget_effect(const struct batch *batch, Pb__Reply *reply) {
	if (reply && reply->seq > batch->end.tree.size) {
		reply->seq = 0;
		reply->time_us = 0;
	}
}

static void execute_each(struct batch *batch, struct engine_call *call) {
	Pb__Command *const *commands = call->batch->commands;
	size_t count = call->batch->n_commands;
	for (size_t i = 0; i < count; i++) {
		if (count > 1 && i % FORESEE_MAX == 0)
			ledger_foresee(&batch->state, (const Pb__Command *const *)commands + i,
			    count - i < FORESEE_MAX ? count - i : FORESEE_MAX);
		call->reply->replies[i] = execute(batch, call, commands[i]);
	}
}

static void try_each(struct batch *batch, struct engine_call *call) {
	struct mark mark;
	set_mark(batch, &mark);
	for (size_t i = 0; i < call->batch->n_commands; i++) {
		call->reply->replies[i] = execute(batch, call, call->batch->commands[i]);
		rewind_to(batch, &mark);
		forget_effect(batch, call->reply->replies[i]);
	}
}

/* The others of a linked batch whose command number `refused` was refused. */
static void fail_siblings(const struct batch *batch, struct engine_call *call, size_t refused) {
	Pb__Reply **replies = call->reply->replies;
	for (size_t i = 0; i < call->batch->n_commands; i++) {
		if (i == refused || (i < refused && is_old(replies[i], batch->end.tree.size)))
			continue;
		replies[i] = ledger_refuse(
		    call->batch->commands[i]->id, PB__OUTCOME__LINKED_FAILED, NULL, call->arena);
	}
}

static void execute_linked(struct batch *batch, struct engine_call *call) {
	Pb__Reply **replies = call->reply->replies;
	size_t count = call->batch->n_commands;
	struct mark mark;
	size_t done = 0;
	set_mark(batch, &mark);
	while (done < count) {
		replies[done] = execute(batch, call, call->batch->commands[done]);
		if (!is_accepted(replies[done]))
			break;
		done++;
	}
	if (done < count || call->batch->dry_run)
		rewind_to(batch, &mark);
	if (done < count)
		fail_siblings(batch, call, done);
	for (size_t i = 0; i < count; i++)
		forget_effect(batch, replies[i]);
}

static Pb__BatchReply *new_reply(const struct engine_call *call) {
	size_t count = call->batch->n_commands;
	Pb__BatchReply *reply = PB_NEW(Pb__BatchReply, pb__batch_reply, call->arena);
	if (!reply)
		return NULL;
	reply->replies = arena_zalloc(call->arena, (count ? count : 1) * sizeof(reply->replies[0]));
	reply->n_replies = count;
	return reply->replies ? reply : NULL;
}

/* Half an answer is none. */
static void require_whole_reply(struct engine_call *call) {
	for (size_t i = 0; call->reply && i < call->reply->n_replies; i++) {
		if (!call->reply->replies[i])
			call->reply = NULL;
	}
}

void batch_execute(struct batch *batch, struct engine_call *call) {
	call->reply = new_reply(call);
	if (!call->reply)
		return;
	batch->call_us = batch->now_us(batch->now_arg);
	if (call->batch->linked)
		execute_linked(batch, call);
	else if (call->batch->dry_run)
		try_each(batch, call);
	else
		execute_each(batch, call);
	require_whole_reply(call);
}

/* --- commit --- */

static enum err append(struct batch *batch, uint8_t ret_root[DIGEST_BYTES]) {
	for (size_t i = 0; i < batch->count; i++) {
		batch->records[i] = (struct log_record){
			.data = batch->bytes.data + batch->spans[i].offset,
			.bytes = batch->spans[i].bytes,
		};
	}
	merkle_root(&batch->end.tree, batch->digest, ret_root);
	buffer_clear(&batch->head);
	enum err err = tree_head_pack(batch->end.tree.size, ret_root, &batch->head);
	if (err)
		return err;
	const struct log_batch records = {
		.expected_seq = batch->durable.tree.size + 1,
		.records = batch->records,
		.count = batch->count,
		.head = batch->head.data,
		.head_bytes = batch->head.bytes,
		.erasables = batch->personal,
		.n_erasables = batch->n_personal,
	};
	return log_append(batch->log, &records);
}

enum err batch_commit(struct batch *batch) {
	uint8_t root[DIGEST_BYTES];
	uint8_t meta[POSITION_BYTES_MAX];
	if (!batch->count)
		return ERR_OK;
	check(batch->end.tree.size == batch->durable.tree.size + batch->count);
	enum err err = append(batch, root);
	if (err) {
		store_drop(batch->store);
		batch->end = batch->durable;
		batch_clear(batch);
		return err;
	}
	size_t meta_bytes = position_pack(&batch->end, batch->ledger_id, meta);
	batch->state_error = store_merge(batch->store, batch->end.tree.size, meta, meta_bytes);
	batch->durable = batch->end;
	memcpy(batch->root, root, sizeof(batch->root));
	return ERR_OK;
}

void batch_answer_failed(const struct batch *batch, struct engine_call *call) {
	if (!call->reply)
		return;
	for (size_t i = 0; i < call->reply->n_replies; i++) {
		Pb__Reply **reply = &call->reply->replies[i];
		if (!is_old(*reply, batch->durable.tree.size))
			*reply = ledger_refuse(
			    call->batch->commands[i]->id, PB__OUTCOME__UNAVAILABLE, NULL, call->arena);
	}
	require_whole_reply(call);
}
