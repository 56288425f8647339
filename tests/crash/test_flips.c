/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bit has flipped: in every page of every file of a small ledger, one after the other. Then
 * everything that can be read is read: each entry, each row, by walking and one by one, each id,
 * each text and each stored hash. Whatever is answered must be what it was; a start that is
 * refused, an answer that is an error and a process that stops are as good as that. A state that is
 * damaged must be gone at the latest after the second start that follows.
 *
 * FLIPS (1; 64 in the long form) says how many bits of each page. FLIPS_FILE names the only file.
 */
#include "ground.h"
#include "ledger/rows.h"
#include "record/entry.h"
#include "record/merkle.h"
#include "record/tile.h"
#include "support/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	FLIPS = 1,
	FLIPS_LONG = 64,
	STEPS = 25,
	IDS = 2200, /* that fill a file of them */
	ENTRIES_MAX = 8192,
	PAGE_BYTES = 4096,
	HANG_S = 60,
	STARTS_MAX = 3,
};

/* How a reading ends; or by a signal. */
enum { SAME = 0, REFUSED = 1, DIFFERENT = 2, GONE = 3 };

static struct ground ground;

/* --- what is there --- */

struct known_row {
	struct key key;
	unsigned table;
	size_t bytes;
	void *row;
};

static struct {
	uint8_t (*entries)[DIGEST_BYTES];
	uint64_t entry_count;
	struct known_row *rows;
	size_t row_count, row_room;
	size_t texts;
} known;

struct reading {
	struct engine_read read;
	sem_t done;
	struct digest *digest;
	bool is_learning;
	size_t at;
	unsigned table;
	int result;
};

__attribute__((noreturn)) static void differ(const char *what) {
	fprintf(stderr, "different: %s\n", what);
	_exit(DIFFERENT);
}

static bool read_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct reading *reading = arg;
	uint8_t leaf[DIGEST_BYTES];
	struct arena arena;
	Pb__JournalEntry *entry;
	arena_init(&arena, 0);
	enum err err = entry_decode(data, bytes, &arena, &entry);
	arena_done(&arena);
	if (err) {
		reading->result = REFUSED;
		return true;
	}
	merkle_leaf(reading->digest, data, bytes, leaf);
	if (reading->is_learning) {
		known.entries = realloc(known.entries, seq * DIGEST_BYTES);
		memcpy(known.entries[seq - 1], leaf, DIGEST_BYTES);
		known.entry_count = seq;
	} else if (seq > known.entry_count || memcmp(known.entries[seq - 1], leaf, DIGEST_BYTES) != 0) {
		differ("an entry");
	}
	reading->at = seq;
	return true;
}

static bool read_row(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct reading *reading = arg;
	if (reading->is_learning) {
		if (known.row_count == known.row_room) {
			known.row_room = known.row_room ? 2 * known.row_room : 1024;
			known.rows = realloc(known.rows, known.row_room * sizeof(known.rows[0]));
		}
		struct known_row *one = &known.rows[known.row_count++];
		*one = (struct known_row){ *key, reading->table, bytes, malloc(bytes ? bytes : 1) };
		memcpy(one->row, row, bytes);
		return true;
	}
	const struct known_row *one = &known.rows[reading->at++];
	if (reading->at > known.row_count || one->table != reading->table ||
	    one->key.bytes != key->bytes || memcmp(one->key.data, key->data, key->bytes) != 0 ||
	    one->bytes != bytes || memcmp(one->row, row, bytes) != 0)
		differ("a row that is walked to");
	return true;
}

static void read_rows(struct engine_read *engine_read, const struct engine_view *view) {
	struct reading *reading = (struct reading *)engine_read;
	const struct key all = KEY_EMPTY;
	reading->at = 0;
	for (reading->table = 1; reading->table < TABLE_COUNT; reading->table++)
		view->state->ops->scan(view->state->self, reading->table, &all, &all, read_row, reading);
	if (reading->is_learning)
		return;
	if (reading->at != known.row_count)
		differ("rows are missing");
	for (size_t i = 0; i < known.row_count; i++) {
		const struct known_row *one = &known.rows[i];
		size_t bytes = 0;
		const void *row = view->state->ops->get(view->state->self, one->table, &one->key, &bytes);
		if (!row || bytes != one->bytes || memcmp(row, one->row, bytes) != 0)
			differ("a row that is looked up");
	}
}

static void on_rows_read(struct engine_read *engine_read, enum err err) {
	struct reading *reading = (struct reading *)engine_read;
	if (err)
		reading->result = REFUSED;
	sem_post(&reading->done);
}

static void read_hashes(struct engine *engine, struct reading *reading) {
	uint8_t hashes[TILE_BYTES_MAX], root[DIGEST_BYTES], head[DIGEST_BYTES];
	static uint8_t known_hashes[ENTRIES_MAX][DIGEST_BYTES]; /* of level 0; by whom learns */
	uint64_t size;
	engine_tree_head(engine, &size, head);
	for (uint64_t at = 0; at < size; at += TILE_WIDTH) {
		const struct tile tile = { .index = at / TILE_WIDTH,
			.width = tile_width(0, at / TILE_WIDTH, size) };
		enum err err = engine_read_tile(engine, &tile, hashes);
		if (err) {
			reading->result = REFUSED;
			continue;
		}
		ck_assert_uint_lt(at + tile.width, ENTRIES_MAX);
		if (reading->is_learning)
			memcpy(known_hashes[at], hashes, tile.width * DIGEST_BYTES);
		else if (memcmp(known_hashes[at], hashes, tile.width * DIGEST_BYTES) != 0)
			differ("a tile");
	}
	static uint8_t known_root[DIGEST_BYTES];
	if (engine_tree_root(engine, size / 2, root))
		reading->result = REFUSED;
	else if (reading->is_learning)
		memcpy(known_root, root, DIGEST_BYTES);
	else if (memcmp(known_root, root, DIGEST_BYTES) != 0)
		differ("a root");
}

static void read_texts(struct engine *engine, struct reading *reading) {
	struct arena arena;
	size_t texts;
	arena_init(&arena, 0);
	const char *fault = persons_examine(engine, ground.ledger, &texts, &arena);
	if (reading->is_learning)
		known.texts = texts;
	else if (fault && strstr(fault, err_text(ERR_CORRUPT)))
		reading->result = REFUSED;
	else if (fault && !strstr(fault, "stands in a file") && !strstr(fault, "without its entry"))
		differ(fault); /* what is flipped in a text may be what it is found by */
	arena_done(&arena);
}

/* Opens and reads everything; what came of it. */
static int read_all(bool is_learning) {
	struct reading reading = {
		.read = { .run = read_rows, .done = on_rows_read },
		.is_learning = is_learning,
	};
	char detail[ENGINE_DETAIL_BYTES] = "";
	struct engine *engine;
	const struct engine_config config = { .directory = ground.ledger };
	if (engine_open(&config, &engine, detail))
		return REFUSED;
	ck_assert_int_eq(digest_new("SHA256", &reading.digest), ERR_OK);
	if (engine_read_journal(engine, 1, read_entry, &reading))
		reading.result = REFUSED;
	else if (reading.at != known.entry_count && reading.result == SAME)
		differ("entries are missing");
	ck_assert_int_eq(sem_init(&reading.done, 0, 0), 0);
	ck_assert_int_eq(engine_read_snapshot(engine, &reading.read), ERR_OK);
	while (sem_wait(&reading.done) != 0)
		;
	read_hashes(engine, &reading);
	if (reading.result == SAME)
		read_texts(engine, &reading);
	engine_close(engine);
	digest_free(reading.digest);
	return reading.result;
}

/* --- flips --- */

static struct tally { uint64_t flips, same, refused, stopped, fell, different, not_healed; } tally;

static int read_in_child(void) {
	int status;
	fflush(stdout);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(HANG_S);
		_exit(read_all(false));
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

static bool is_same(int status) {
	return WIFEXITED(status) && WEXITSTATUS(status) == SAME;
}

static void count_end(int status, const char *file, uint64_t bit) {
	if (is_same(status))
		tally.same++;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == REFUSED)
		tally.refused++;
	else if ((WIFEXITED(status) && WEXITSTATUS(status) == EX_IOERR) ||
	    (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT))
		tally.stopped++;
	else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM)
		tally.fell++;
	else {
		tally.different++;
		printf("%s, bit %" PRIu64 " of page %" PRIu64 ": status %x\n", file, bit % (PAGE_BYTES * 8),
		    bit / (PAGE_BYTES * 8), (unsigned)status);
	}
}

static void flip(const char *file, uint64_t bit) {
	char path[700];
	unsigned char byte;
	snprintf(path, sizeof(path), "%s/%s", ground.ledger, file);
	int fd = open(path, O_RDWR);
	ck_assert(fd >= 0 && pread(fd, &byte, 1, (off_t)(bit / 8)) == 1);
	byte ^= (unsigned char)(1 << bit % 8);
	ck_assert(pwrite(fd, &byte, 1, (off_t)(bit / 8)) == 1);
	close(fd);
}

static void flip_and_read(const char *file, uint64_t bit) {
	ground_begin_anew(&ground);
	flip(file, bit);
	int status = read_in_child();
	tally.flips++;
	count_end(status, file, bit);
	if (strncmp(file, "state/", 6) != 0)
		return; /* a journal is mended by nobody */
	for (int i = 0; i < STARTS_MAX && !is_same(status); i++)
		status = read_in_child();
	if (!is_same(status)) {
		tally.not_healed++;
		printf("%s, bit %" PRIu64 " of page %" PRIu64 ": not healed: status %x\n", file,
		    bit % (PAGE_BYTES * 8), bit / (PAGE_BYTES * 8), (unsigned)status);
	}
}

static void flip_in_file(const char *file, long flips) {
	char path[700];
	struct stat stat_of;
	const char *only = getenv("FLIPS_FILE");
	ground_begin_anew(&ground);
	snprintf(path, sizeof(path), "%s/%s", ground.ledger, file);
	ck_assert_int_eq(stat(path, &stat_of), 0);
	if (only && strcmp(only, file) != 0)
		return;
	struct tally before = tally;
	const off_t stride = suite_is_brief() ? 10 * PAGE_BYTES : PAGE_BYTES;
	for (off_t page = 0; page < stat_of.st_size; page += stride) {
		off_t left = stat_of.st_size - page;
		uint64_t bits = 8 * (uint64_t)(left < PAGE_BYTES ? left : PAGE_BYTES);
		for (long i = 0; i < flips; i++)
			flip_and_read(file, 8 * (uint64_t)page + chance(&ground.seed) % bits);
	}
	printf("%s: %" PRIu64 " flips: %" PRIu64 " read as before, %" PRIu64 " refused, %" PRIu64
	       " stopped, %" PRIu64 " fell, %" PRIu64 " different\n",
	    file, tally.flips - before.flips, tally.same - before.same, tally.refused - before.refused,
	    tally.stopped - before.stopped, tally.fell - before.fell,
	    tally.different - before.different);
	fflush(stdout);
}

static void flip_in_directory(const char *name, long flips) {
	char path[700], file[300];
	struct dirent **entries;
	ground_begin_anew(&ground);
	snprintf(path, sizeof(path), "%s/%s", ground.ledger, name);
	int count = scandir(path, &entries, NULL, alphasort);
	ck_assert_int_gt(count, 0);
	for (int i = 0; i < count; i++) {
		snprintf(file, sizeof(file), "%s/%s", name, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && strcmp(entries[i]->d_name, "lock.mdb") != 0)
			flip_in_file(file, flips);
		free(entries[i]);
	}
	free(entries);
}

/* A template that has been under load, and was closed. */
static void make_template(void) {
	ground_make_template(&ground, IDS);
	ground_begin_anew(&ground);
	ground.load.steps = STEPS;
	ground.load.is_closed = true;
	int status = ground_run(&ground, NULL);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == LOAD_CLOSED);
	ground_shell(
	    "rm -r %s/template && cp -r %s %s/template", ground.work, ground.root, ground.work);
}

START_TEST(what_has_flipped_is_never_served) {
	char count[200];
	long flips = suite_count("FLIPS", FLIPS, FLIPS_LONG);
	ground_init(&ground);
	make_template();
	ck_assert_int_eq(read_all(true), SAME);
	ck_assert_uint_gt(known.texts, 0);
	flip_in_directory("journal", flips);
	flip_in_directory("state", flips);
	snprintf(count, sizeof(count),
	    "%" PRIu64 " flips, in each page (%" PRIu64 " read as before, %" PRIu64 " refused, %" PRIu64
	    " stopped the process)",
	    tally.flips, tally.same, tally.refused, tally.stopped + tally.fell);
	suite_row(7, "one flipped bit", count, tally.different + tally.not_healed);
	ck_assert_uint_eq(tally.different + tally.not_healed, 0);
	if (!getenv("FLIPS_FILE")) /* a state alone is always there again */
		ck_assert_uint_gt(tally.refused + tally.stopped, 0);
	ground_done(&ground);
}
END_TEST

SUITE_MAIN_WITHIN(GROUND_TIMEOUT_S, "flips", what_has_flipped_is_never_served)
