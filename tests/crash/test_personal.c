/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger that registers natural persons, changes them and erases them is killed with SIGKILL at
 * random moments. After each: a text is there exactly if its entry is the last word on it; what was
 * erased and acknowledged stands in no file, even before the ledger is opened again; and once it
 * has been, no text stands anywhere without its entry.
 *
 * CRASH_ROUNDS (50) and CRASH_SEED as in test_kill.
 */
#include "engine/query.h"
#include "record/entry.h"
#include "record/pb.h"
#include "support/stage.h"
#include "support/suite.h"

#include "base/clock.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROUNDS = 50,
	ROUNDS_LONG = 1000,
	DELAY_US_MAX = 120000,
	TIME_US_MAX = 60000000,
	CODE_BYTES = 32,
};

/* Stands in every text, followed by the party's code and a semicolon. */
#define MARKER "text-of-a-person:"

static char directory[300], told[300];

/* --- the child --- */

static Pb__Command *with_id(Pb__Command__BodyCase body_case, struct arena *arena) {
	Pb__Command *command = stage_create_fund(arena, "x"); /* for its id */
	command->body_case = body_case;
	return command;
}

static Pb__Personal *person(const char *code, const char *which, struct arena *arena) {
	Pb__Personal *personal = PB_NEW(Pb__Personal, pb__personal, arena);
	personal->name = arena_printf(arena, MARKER "%s;", code);
	personal->telephone = which;
	return personal;
}

static void enter(struct engine *engine, const char *code, struct arena *arena) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_REGISTER_PARTY, arena);
	command->register_party = PB_NEW(Pb__RegisterParty, pb__register_party, arena);
	command->register_party->code = code;
	command->register_party->kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	command->register_party->region = "110114";
	command->register_party->personal = person(code, "1", arena);
	stage_must(engine, STAGE_STAFF, command, arena);
}

static void update(struct engine *engine, const char *code, struct arena *arena) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_UPDATE_PARTY, arena);
	command->update_party = PB_NEW(Pb__UpdateParty, pb__update_party, arena);
	command->update_party->code = code;
	command->update_party->region = "110114";
	command->update_party->personal = person(code, "2", arena);
	stage_must(engine, STAGE_STAFF, command, arena);
}

static void erase(struct engine *engine, const char *code, struct arena *arena) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_ERASE_PERSONAL, arena);
	command->erase_personal = PB_NEW(Pb__ErasePersonal, pb__erase_personal, arena);
	command->erase_personal->party = code;
	command->erase_personal->reason = "asked for";
	stage_must(engine, STAGE_STAFF, command, arena);
}

__attribute__((noreturn)) static void be_the_ledger(int round) {
	struct arena arena;
	char code[CODE_BYTES];
	int fd = open(told, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0)
		abort();
	arena_init(&arena, 0);
	struct engine *engine = stage_open(directory);
	for (int i = 0;; i++) {
		memset(code, 0, sizeof(code));
		snprintf(code, sizeof(code), "T-%d-%d", round, i);
		arena_reset(&arena);
		enter(engine, code, &arena);
		if (i % 3 == 0)
			update(engine, code, &arena);
		if (i % 4 == 0)
			continue;
		erase(engine, code, &arena);
		if (write(fd, code, sizeof(code)) != (ssize_t)sizeof(code))
			abort();
	}
}

static void run_and_kill(int round, unsigned *seed) {
	int status;
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		be_the_ledger(round);
	usleep((useconds_t)(rand_r(seed) % DELAY_US_MAX));
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}

/* --- texts on the disk --- */

static void (*on_text)(const char *code);

static int look_into(const char *path, const struct stat *stat_of, int type, struct FTW *place) {
	static const size_t length = sizeof(MARKER) - 1;
	size_t size = (size_t)stat_of->st_size;
	(void)place;
	if (type != FTW_F || !size)
		return 0;
	char *bytes = calloc(1, size + 1);
	int fd = open(path, O_RDONLY);
	ck_assert(fd >= 0 && bytes && read(fd, bytes, size) == (ssize_t)size);
	for (const char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), MARKER, length));) {
		char code[CODE_BYTES] = "";
		at += length;
		size_t code_bytes = strcspn(at, ";");
		memcpy(code, at, code_bytes < CODE_BYTES ? code_bytes : CODE_BYTES - 1);
		on_text(code);
	}
	free(bytes);
	close(fd);
	return 0;
}

static void look_for_texts(void (*visit)(const char *code)) {
	on_text = visit;
	ck_assert_int_eq(nftw(directory, look_into, 8, FTW_PHYS), 0);
}

static char (*erased)[CODE_BYTES]; /* and told so */
static size_t n_erased;

static void read_told(void) {
	struct stat stat_of;
	int fd = open(told, O_RDONLY | O_CREAT, 0600);
	ck_assert(fd >= 0 && fstat(fd, &stat_of) == 0);
	n_erased = (size_t)stat_of.st_size / CODE_BYTES;
	erased = malloc(n_erased * CODE_BYTES + 1);
	ck_assert_int_eq(read(fd, erased, n_erased * CODE_BYTES), (ssize_t)(n_erased * CODE_BYTES));
	close(fd);
}

static void must_not_be_erased(const char *code) {
	for (size_t i = 0; i < n_erased; i++)
		ck_assert_msg(strcmp(erased[i], code) != 0, "%s was erased, and its text is there", code);
}

/* --- what the journal says --- */

struct party {
	uint64_t id;
	char code[CODE_BYTES];
	bool has_text;
};

static struct party *parties;
static size_t n_parties, n_texts, n_found;
static struct arena arena;

static struct party *find_party(uint64_t id) {
	for (size_t i = n_parties; i-- > 0;)
		if (parties[i].id == id)
			return &parties[i];
	ck_abort_msg("no such party");
	return NULL;
}

static bool note_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	Pb__JournalEntry *entry;
	(void)arg;
	arena_reset(&arena);
	ck_assert_int_eq(entry_decode(data, bytes, &arena, &entry), ERR_OK);
	Pb__Command__BodyCase body = entry->command ? entry->command->body_case
	                                            : PB__COMMAND__BODY__NOT_SET;
	if (body == PB__COMMAND__BODY_REGISTER_PARTY) {
		parties = realloc(parties, (n_parties + 1) * sizeof(parties[0]));
		ck_assert_ptr_nonnull(parties);
		struct party *party = &parties[n_parties++];
		*party = (struct party){ .id = seq, .has_text = true };
		snprintf(party->code, CODE_BYTES, "%s", entry->command->register_party->code);
	} else if (body == PB__COMMAND__BODY_ERASE_PERSONAL) {
		find_party(entry->decision->subject)->has_text = false;
	}
	return true;
}

struct check_read {
	struct engine_read read;
	sem_t done;
	enum err err;
};

/* Each party has a text exactly if the journal says so; that it is the right one is what
 * query_get() sees to. */
static void check_parties(struct engine_read *read, const struct engine_view *view) {
	static const struct query_viewer staff = { .is_staff = true };
	(void)read;
	for (size_t i = 0; i < n_parties; i++) {
		ProtobufCMessage *message;
		arena_reset(&arena);
		ck_assert_int_eq(
		    query_get(view, RESOURCE_PARTIES, parties[i].code, &staff, &arena, &message), ERR_OK);
		const Pb__Party *party = (const Pb__Party *)message;
		ck_assert_msg((party->personal != NULL) == parties[i].has_text, "%s", parties[i].code);
		n_texts += parties[i].has_text;
	}
}

static void on_checked(struct engine_read *read, enum err err) {
	struct check_read *check = (struct check_read *)read;
	check->err = err;
	sem_post(&check->done);
}

static void must_be_in_journal(const char *code) {
	n_found++;
	for (size_t i = 0; i < n_parties; i++)
		if (strcmp(parties[i].code, code) == 0 && parties[i].has_text)
			return;
	ck_abort_msg("the text of %s is there without its entry", code);
}

static void examine(void) {
	struct check_read check = { .read = { .run = check_parties, .done = on_checked } };
	arena_init(&arena, 0);
	n_parties = n_texts = n_found = 0;
	read_told();
	look_for_texts(must_not_be_erased);

	struct engine *engine = stage_open(directory);
	ck_assert_int_eq(engine_read_journal(engine, 1, note_entry, NULL), ERR_OK);
	sem_init(&check.done, 0, 0);
	ck_assert_int_eq(engine_read_latest(engine, &check.read), ERR_OK);
	while (sem_wait(&check.done) != 0)
		;
	sem_destroy(&check.done);
	ck_assert_int_eq(check.err, ERR_OK);
	engine_close(engine);

	look_for_texts(must_be_in_journal);
	ck_assert_uint_eq(n_found, n_texts);
	free(parties);
	free(erased);
	parties = NULL;
	arena_done(&arena);
}

START_TEST(a_text_is_there_exactly_if_its_entry_is_whenever_the_ledger_is_killed) {
	const char *given = getenv("CRASH_SEED");
	int rounds = (int)suite_count("CRASH_ROUNDS", ROUNDS, ROUNDS_LONG), done = 0;
	bool is_asked = getenv("CRASH_ROUNDS") || rounds > ROUNDS;
	char count[200];
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	const char *path = suite_directory();
	int64_t start_us = clock_monotonic_us();
	snprintf(directory, sizeof(directory), "%s/ledger", path);
	snprintf(told, sizeof(told), "%s/told", path);
	printf("CRASH_SEED=%u\n", seed);
	fflush(stdout);
	stage_create(directory);
	while (done < rounds && (is_asked || clock_monotonic_us() - start_us < TIME_US_MAX)) {
		run_and_kill(done, &seed);
		done++;
		examine();
	}
	snprintf(count, sizeof(count), "%d kills, %zu erasures acknowledged, %zu texts kept", done,
	    n_erased, n_texts);
	suite_row(2, "kill -9 while persons are registered and erased", count, 0);
	ck_assert_uint_gt(n_erased, 0);
	ck_assert_uint_gt(n_texts, 0);
}
END_TEST

SUITE_MAIN("kill: persons", a_text_is_there_exactly_if_its_entry_is_whenever_the_ledger_is_killed)
