/* SPDX-License-Identifier: Apache-2.0 */
#include "acknowledgement.h"

#include "base/check.h"
#include "base/limits.h"
#include "hashes.h"
#include "ledger/ledger.h"
#include "record/entry.h"
#include "record/merkle.h"

#include <fcntl.h>
#include <inttypes.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool acknowledgements_append(int fd, const struct acknowledgement *list, size_t count) {
	size_t bytes = count * sizeof(*list);
	return write(fd, list, bytes) == (ssize_t)bytes;
}

struct acknowledgements acknowledgements_read(const char *path) {
	struct acknowledgements read_from = { 0 };
	struct stat stat_of;
	int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	check(fd >= 0 && fstat(fd, &stat_of) == 0);
	read_from.count = (size_t)stat_of.st_size / sizeof(read_from.list[0]);
	size_t bytes = read_from.count * sizeof(read_from.list[0]);
	read_from.list = malloc(bytes ? bytes : 1);
	check(read_from.list && read(fd, read_from.list, bytes) == (ssize_t)bytes);
	close(fd);
	return read_from;
}

void acknowledgements_free(struct acknowledgements *acknowledgements) {
	free(acknowledgements->list);
}

/* --- the journal --- */

struct found {
	struct uuid id;
	uint64_t seq;
};

struct examination {
	struct arena *arena;
	struct arena entry_arena;
	struct merkle tree;
	struct digest *digest;
	uint64_t time_us;
	struct found *list; /* every command, by sequence; then by id */
	size_t room;
	size_t count;
	uint64_t setup_seq;
	const char *fault;
};

static bool is_blamed(struct examination *exam, bool condition, uint64_t seq, const char *what) {
	if (condition && !exam->fault)
		exam->fault = arena_printf(exam->arena, "entry %" PRIu64 " %s", seq, what);
	return condition;
}

static void add_found(struct examination *exam, const Pb__JournalEntry *entry) {
	if (exam->count == exam->room) {
		exam->room = exam->room ? 2 * exam->room : 4096;
		exam->list = realloc(exam->list, exam->room * sizeof(exam->list[0]));
		check(exam->list);
	}
	exam->list[exam->count++] = (struct found){
		.id = { entry->command->id->high, entry->command->id->low },
		.seq = entry->seq,
	};
}

static bool is_balanced(const Pb__JournalEntry *entry) {
	int64_t sums[LIMIT_CURRENCIES] = { 0 };
	for (size_t i = 0; i < entry->n_postings; i++) {
		const Pb__Posting *posting = entry->postings[i];
		if (posting->currency >= LIMIT_CURRENCIES ||
		    __builtin_add_overflow(
		        sums[posting->currency], posting->amount, &sums[posting->currency]))
			return false;
	}
	for (size_t i = 0; i < LIMIT_CURRENCIES; i++)
		if (sums[i] != 0)
			return false;
	return true;
}

static bool examine_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct examination *exam = arg;
	Pb__JournalEntry *entry;
	arena_reset(&exam->entry_arena);
	if (is_blamed(exam, seq != exam->tree.size + 1, seq, "follows a gap") ||
	    is_blamed(exam, entry_decode(data, bytes, &exam->entry_arena, &entry), seq, "is damaged") ||
	    is_blamed(exam, entry->seq != seq, seq, "bears another number") ||
	    is_blamed(exam, !is_balanced(entry), seq, "has postings that do not sum to zero") ||
	    is_blamed(exam, (int64_t)entry->time_us <= (int64_t)exam->time_us, seq, "is too early"))
		return false;
	merkle_append(&exam->tree, exam->digest, (const char *)data + ENTRY_HEADER_BYTES,
	    bytes - ENTRY_HEADER_BYTES);
	exam->time_us = entry->time_us;
	if (entry->command)
		add_found(exam, entry);
	return true;
}

static int compare_ids(const void *a, const void *b) {
	const struct uuid *x = &((const struct found *)a)->id, *y = &((const struct found *)b)->id;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}

static const struct found *find(const struct examination *exam, struct uuid id) {
	const struct found wanted = { .id = id };
	return bsearch(&wanted, exam->list, exam->count, sizeof(wanted), compare_ids);
}

static void examine_ids(struct examination *exam) {
	for (size_t i = 0; i < exam->count && !exam->fault; i++) {
		const struct found *this = &exam->list[i];
		struct uuid sibling = { this->id.high, this->id.low ^ 1 };
		is_blamed(exam, i && compare_ids(this - 1, this) == 0, this->seq, "repeats an id");
		bool is_linked = this->seq > exam->setup_seq && (this->id.low & ID_LINKED);
		is_blamed(exam, is_linked && !find(exam, sibling), this->seq, "is half of a linked pair");
	}
}

static void examine_acknowledgements(
    struct examination *exam, const struct acknowledgements *acknowledgements) {
	for (size_t i = 0; i < acknowledgements->count && !exam->fault; i++) {
		const struct acknowledgement *told = &acknowledgements->list[i];
		const struct found *found = find(exam, told->id);
		is_blamed(exam, !found, told->seq, "was acknowledged and is not in the journal");
		is_blamed(exam, found && found->seq != told->seq, told->seq,
		    "was acknowledged and is elsewhere in the journal");
	}
}

static void examine_head(struct examination *exam, struct engine *engine) {
	uint8_t computed[DIGEST_BYTES], told[DIGEST_BYTES];
	uint64_t size;
	engine_tree_head(engine, &size, told);
	merkle_root(&exam->tree, exam->digest, computed);
	is_blamed(
	    exam, size != exam->tree.size || engine_last_seq(engine) != size, size, "is not last");
	is_blamed(exam, memcmp(told, computed, DIGEST_BYTES) != 0, size, "has another tree head");
}

const char *examine_journal(
    struct engine *engine, const struct acknowledgements *acknowledgements, struct arena *arena) {
	struct examination exam = { .arena = arena, .setup_seq = acknowledgements->setup_seq };
	arena_init(&exam.entry_arena, 0);
	merkle_init(&exam.tree);
	check(digest_new("SHA256", &exam.digest) == ERR_OK);
	enum err err = engine_read_journal(engine, 1, examine_entry, &exam);
	is_blamed(&exam, err != ERR_OK, exam.tree.size + 1, "cannot be read");
	if (!exam.fault) {
		qsort(exam.list, exam.count, sizeof(exam.list[0]), compare_ids);
		examine_head(&exam, engine);
		examine_ids(&exam);
		examine_acknowledgements(&exam, acknowledgements);
	}
	digest_free(exam.digest);
	arena_done(&exam.entry_arena);
	free(exam.list);
	return exam.fault;
}

/* --- the state --- */

struct state_read {
	struct engine_read read;
	sem_t done;
	struct arena *arena;
	struct digest *digest;
	uint8_t *chain; /* H(chain ‖ table, key, row), row after row */
	uint8_t table;
	const char *fault;
};

static bool add_row(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct state_read *read = arg;
	uint8_t head[DIGEST_BYTES + 1 + sizeof(key->data)] = { 0 };
	memcpy(head, read->chain, DIGEST_BYTES);
	head[DIGEST_BYTES] = read->table;
	memcpy(head + DIGEST_BYTES + 1, key->data, key->bytes);
	digest_compute(
	    read->digest, head, sizeof(head), &key->bytes, sizeof(key->bytes), row, bytes, read->chain);
	return true;
}

static void read_state(struct engine_read *engine_read, const struct engine_view *view) {
	struct state_read *read = (struct state_read *)engine_read;
	const struct key all = KEY_EMPTY;
	for (read->table = 1; read->table < TABLE_COUNT; read->table++)
		view->state->ops->scan(view->state->self, read->table, &all, &all, add_row, read);
	read->fault = ledger_verify(view->state, read->arena);
}

static void on_read(struct engine_read *engine_read, enum err err) {
	struct state_read *read = (struct state_read *)engine_read;
	if (err)
		read->fault = err_text(err);
	sem_post(&read->done);
}

const char *examine_state(
    struct engine *engine, struct arena *arena, uint8_t ret_digest[DIGEST_BYTES]) {
	struct state_read read = {
		.read = { .run = read_state, .done = on_read },
		.arena = arena,
		.chain = ret_digest,
	};
	memset(ret_digest, 0, DIGEST_BYTES);
	check(digest_new("SHA256", &read.digest) == ERR_OK);
	check(sem_init(&read.done, 0, 0) == 0);
	check(engine_read_snapshot(engine, &read.read) == ERR_OK);
	while (sem_wait(&read.done) != 0)
		;
	sem_destroy(&read.done);
	digest_free(read.digest);
	return read.fault ? read.fault : examine_hashes(engine, arena);
}
