/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	prove what `to` has ─► `from` has the same head there ─► the next group, proved ─► append ─┐
 *	                                                            ▲──────────────────────────────┘
 */
#include "engine/copy.h"

#include "base/clock.h"
#include "engine/detail.h"
#include "engine/group.h"
#include "engine/recovery.h"
#include "engine/thread.h"
#include "record/entry.h"
#include "store/journal.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

struct copying {
	const struct copy_config *config;
	struct log from, to;
	struct digest *digest;
	struct arena arena; /* of the genesis, and of a group's erasable texts */
	struct group_reader reader;
	struct group group;
	struct position end; /* of the copy */
	struct buffer bytes; /* of a group's entries */
	struct log_record *records;
	size_t record_count;
	struct log_erasable *erasables;
	size_t erasable_count;
	uint64_t copied_bytes;
	int64_t began_us;
	char *detail;
};

/* --- a group, as it is stored --- */

struct collecting {
	struct copying *copying;
	uint64_t last;
};

static bool collect(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct collecting *collecting = arg;
	struct copying *copying = collecting->copying;
	buffer_append(&copying->bytes, data, bytes);
	copying->records[copying->record_count++].bytes = bytes;
	return seq < collecting->last && !buffer_error(&copying->bytes);
}

/* The bytes of `count` entries behind the copy's end. */
static enum err read_records(struct copying *copying, size_t count) {
	uint64_t first = copying->end.tree.size + 1;
	struct collecting collecting = { copying, first + count - 1 };
	buffer_clear(&copying->bytes);
	copying->record_count = 0;
	copying->records = arena_alloc(&copying->group.arena, count * sizeof(*copying->records));
	if (!copying->records)
		return ERR_MEMORY;
	enum err err = log_read(&copying->from, first, collect, &collecting);
	if (!err)
		err = buffer_error(&copying->bytes);
	if (!err && copying->record_count != count)
		err = ERR_CORRUPT;
	const char *at = copying->bytes.data; /* it moves no more */
	for (size_t i = 0; !err && i < count; i++) {
		copying->records[i].data = at;
		at += copying->records[i].bytes;
	}
	return err;
}

/* --- texts that can be erased --- */

static bool is_about_person(const Pb__JournalEntry *entry) {
	if (!entry->command || !entry->decision)
		return false;
	Pb__Command__BodyCase body = entry->command->body_case;
	return body == PB__COMMAND__BODY_REGISTER_PARTY || body == PB__COMMAND__BODY_UPDATE_PARTY ||
	    body == PB__COMMAND__BODY_ERASE_PERSONAL;
}

/* What the entry did to its party's text, as far as that still stands: an older text stays, one
 * that a later entry put will come with that entry, and what has been erased is erased. */
static enum err add_text(struct copying *copying, const Pb__JournalEntry *entry) {
	struct log_erasable text, *change = &copying->erasables[copying->erasable_count];
	uint64_t party = entry->decision->subject;
	enum err err = log_recall(&copying->from, party, &copying->group.arena, &text);
	if (err && err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_OK && text.seq < entry->seq)
		return ERR_OK;
	*change = (struct log_erasable){ .key = party, .seq = entry->seq };
	if (err == ERR_OK && text.seq == entry->seq)
		*change = text;
	copying->erasable_count++;
	return ERR_OK;
}

static enum err read_texts(struct copying *copying, size_t count) {
	copying->erasable_count = 0;
	copying->erasables = arena_alloc(&copying->group.arena, count * sizeof(*copying->erasables));
	enum err err = copying->erasables ? ERR_OK : ERR_MEMORY;
	for (size_t i = 0; !err && i < count; i++)
		if (is_about_person(copying->group.entries[i]))
			err = add_text(copying, copying->group.entries[i]);
	return err;
}

/* --- group by group --- */

/* How many entries of the group are wanted. */
static size_t count_wanted(const struct copying *copying) {
	const struct copy_config *config = copying->config;
	const struct group *group = &copying->group;
	size_t count = 0;
	while (count < group->count &&
	    (!config->seq_max || group->entries[count]->seq <= config->seq_max) &&
	    (int64_t)group->entries[count]->time_us <= config->time_max_us)
		count++;
	return count;
}

static enum err append_records(struct copying *copying) {
	struct buffer head;
	uint8_t root[DIGEST_BYTES];
	buffer_init(&head, 0);
	merkle_root(&copying->end.tree, copying->digest, root);
	enum err err = tree_head_pack(copying->end.tree.size, root, &head);
	const struct log_batch batch = {
		.expected_seq = copying->end.tree.size - copying->record_count + 1,
		.records = copying->records,
		.count = copying->record_count,
		.head = head.data,
		.head_bytes = head.bytes,
		.erasables = copying->erasables,
		.n_erasables = copying->erasable_count,
	};
	if (!err)
		err = log_append(&copying->to, &batch);
	buffer_done(&head);
	return err;
}

static enum err copy_group(struct copying *copying, size_t count) {
	enum err err = read_records(copying, count);
	if (!err)
		err = read_texts(copying, count);
	if (err)
		return detail_fail(copying->detail, err, "The ledger in %s cannot be read: %s.",
		    copying->config->from, err_text(err));
	for (size_t i = 0; i < count; i++)
		merkle_append(&copying->end.tree, copying->digest,
		    (const char *)copying->records[i].data + ENTRY_HEADER_BYTES,
		    copying->records[i].bytes - ENTRY_HEADER_BYTES);
	copying->end.time_us = (int64_t)copying->group.entries[count - 1]->time_us;
	err = append_records(copying);
	if (err)
		return detail_fail(copying->detail, err, "The copy in %s cannot be written: %s.",
		    copying->config->to, err_text(err));
	copying->copied_bytes += copying->bytes.bytes;
	return ERR_OK;
}

/* So long that on average no more than bytes_per_s were copied. */
static void take_time(const struct copying *copying) {
	uint64_t rate = copying->config->bytes_per_s, bytes = copying->copied_bytes;
	if (!rate)
		return;
	int64_t due_us = (int64_t)(bytes / rate * US_PER_S + bytes % rate * US_PER_S / rate);
	int64_t left_us = copying->began_us + due_us - clock_monotonic_us();
	if (left_us <= 0)
		return;
	const struct timespec wait = { left_us / US_PER_S, left_us % US_PER_S * 1000 };
	nanosleep(&wait, NULL);
}

static enum err copy_all(struct copying *copying) {
	const struct copy_config *config = copying->config;
	uint64_t last = config->seq_max ? config->seq_max : log_last(&copying->from);
	for (;;) {
		enum err err = group_read(&copying->reader, &copying->group);
		if (err)
			return err;
		size_t count = count_wanted(copying);
		if (count == 0)
			return ERR_OK;
		err = copy_group(copying, count);
		if (err)
			return err;
		if (config->progress)
			config->progress(config->arg, copying->end.tree.size, last);
		if (count < copying->group.count)
			return ERR_OK;
		take_time(copying);
	}
}

/* --- what is there already --- */

/* Proves the copy; its end is where to go on. */
static enum err read_copy(struct copying *copying) {
	struct group_reader reader = copying->reader;
	reader.log = &copying->to;
	reader.directory = copying->config->to;
	do {
		enum err err = group_read(&reader, &copying->group);
		if (err)
			return err;
	} while (copying->group.count);
	copying->end = reader.position;
	return ERR_OK;
}

static enum err refuse_other(struct copying *copying) {
	return detail_fail(copying->detail, ERR_EXISTS,
	    "What is in %s is not the beginning of the ledger in %s: choose an empty directory.",
	    copying->config->to, copying->config->from);
}

static enum err want_same_ledger(struct copying *copying) {
	const struct uuid *id = &copying->reader.ledger_id;
	const Pb__JournalEntry *genesis;
	enum err err = recovery_read_genesis(
	    &copying->to, copying->config->to, &copying->arena, &genesis, copying->detail);
	if (err)
		return err;
	bool is_same = genesis->ledger_id->high == id->high && genesis->ledger_id->low == id->low;
	return is_same ? ERR_OK : refuse_other(copying);
}

static enum err continue_copy(struct copying *copying) {
	if (log_last(&copying->to) == 0)
		return ERR_OK;
	enum err err = want_same_ledger(copying);
	if (!err)
		err = read_copy(copying);
	if (err)
		return err;
	copying->reader.position = copying->end;
	return group_fits_head(&copying->reader, &copying->end) ? ERR_OK : refuse_other(copying);
}

/* --- opening --- */

static enum err open_from(struct copying *copying) {
	const struct copy_config *config = copying->config;
	const struct journal_config journal = { .directory = config->from, .is_guest = true };
	enum err err = journal_open(&journal, &copying->from);
	if (err)
		return detail_fail(copying->detail, err, "The ledger in %s cannot be read: %s.",
		    config->from, err == ERR_NOT_FOUND ? "there is no ledger" : err_text(err));
	const Pb__JournalEntry *genesis;
	err = recovery_read_genesis(
	    &copying->from, config->from, &copying->arena, &genesis, copying->detail);
	if (err)
		return err;
	if (config->seq_max > log_last(&copying->from))
		return detail_fail(copying->detail, ERR_RANGE,
		    "The ledger in %s has %" PRIu64 " entries, not %" PRIu64 ".", config->from,
		    log_last(&copying->from), config->seq_max);
	if ((int64_t)genesis->time_us > config->time_max_us)
		return detail_fail(
		    copying->detail, ERR_RANGE, "The ledger in %s was made later than that.", config->from);
	err = digest_new(genesis->genesis->hash, &copying->digest);
	copying->reader = (struct group_reader){
		.log = &copying->from,
		.directory = config->from,
		.digest = copying->digest,
		.ledger_id = { genesis->ledger_id->high, genesis->ledger_id->low },
		.detail = copying->detail,
	};
	merkle_init(&copying->reader.position.tree);
	return err ? detail_fail(copying->detail, err, "%s.", err_text(err)) : ERR_OK;
}

static enum err open_to(struct copying *copying) {
	struct journal_config journal = { .directory = copying->config->to };
	enum err err = copying->config->is_new ? ERR_NOT_FOUND : journal_open(&journal, &copying->to);
	journal.create = err == ERR_NOT_FOUND;
	if (journal.create)
		err = journal_open(&journal, &copying->to);
	if (err == ERR_EXISTS)
		return detail_fail(
		    copying->detail, err, "There is a ledger in %s already.", copying->config->to);
	return err ? detail_fail(copying->detail, err, "The copy in %s cannot be opened: %s.",
	                 copying->config->to, err_text(err))
	           : ERR_OK;
}

enum err engine_copy(const struct copy_config *config, struct copy_result *ret_result,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct copying copying = { .config = config, .detail = ret_detail };
	uint64_t before = 0;
	arena_init(&copying.arena, 0);
	buffer_init(&copying.bytes, 0);
	group_init(&copying.group);
	enum err err = open_from(&copying);
	if (!err)
		err = open_to(&copying);
	if (err)
		goto out;
	copying.end = copying.reader.position;
	err = continue_copy(&copying);
	if (err)
		goto out;
	before = copying.end.tree.size;
	copying.began_us = clock_monotonic_us();
	thread_step_back();
	err = copy_all(&copying);
	if (err)
		goto out;
	ret_result->before = before;
	ret_result->size = copying.end.tree.size;
	ret_result->time_us = copying.end.time_us;
	merkle_root(&copying.end.tree, copying.digest, ret_result->root);
out:
	log_close(&copying.to);
	log_close(&copying.from);
	group_done(&copying.group);
	buffer_done(&copying.bytes);
	digest_free(copying.digest);
	arena_done(&copying.arena);
	return err;
}
