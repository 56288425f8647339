/* SPDX-License-Identifier: Apache-2.0 */
#include "persons.h"

#include "base/check.h"
#include "engine/query.h"
#include "record/entry.h"
#include "record/pb.h"
#include "support/stage.h"

#include <fcntl.h>
#include <ftw.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Stands in every text, followed by the party's code and a semicolon. */
#define MARKER "text-of-a-person:"

/* --- commands --- */

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

Pb__Command *person_enter(const char *code, struct arena *arena) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_REGISTER_PARTY, arena);
	command->register_party = PB_NEW(Pb__RegisterParty, pb__register_party, arena);
	command->register_party->code = code;
	command->register_party->kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	command->register_party->region = "110114";
	command->register_party->personal = person(code, "1", arena);
	return command;
}

Pb__Command *person_update(const char *code, struct arena *arena) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_UPDATE_PARTY, arena);
	command->update_party = PB_NEW(Pb__UpdateParty, pb__update_party, arena);
	command->update_party->code = code;
	command->update_party->region = "110114";
	command->update_party->personal = person(code, "2", arena);
	return command;
}

Pb__Command *person_erase(const char *code, struct arena *arena) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_ERASE_PERSONAL, arena);
	command->erase_personal = PB_NEW(Pb__ErasePersonal, pb__erase_personal, arena);
	command->erase_personal->party = code;
	command->erase_personal->reason = "asked for";
	return command;
}

/* --- texts on the disk --- */

static const char *(*on_text)(const char *code);
static const char *text_fault;

static void look_into_bytes(const char *bytes, size_t size) {
	static const size_t length = sizeof(MARKER) - 1;
	for (const char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), MARKER, length));) {
		person_code code = "";
		at += length;
		size_t code_bytes = strcspn(at, ";");
		memcpy(code, at, code_bytes < sizeof(code) ? code_bytes : sizeof(code) - 1);
		if (!text_fault)
			text_fault = on_text(code);
	}
}

static int look_into(const char *path, const struct stat *stat_of, int type, struct FTW *place) {
	size_t size = (size_t)stat_of->st_size;
	(void)place;
	if (type != FTW_F || !size)
		return 0;
	char *bytes = calloc(1, size + 1);
	int fd = open(path, O_RDONLY);
	check(fd >= 0 && bytes && read(fd, bytes, size) == (ssize_t)size);
	look_into_bytes(bytes, size);
	free(bytes);
	close(fd);
	return 0;
}

static const char *look_for_texts(const char *directory, const char *(*visit)(const char *code)) {
	on_text = visit;
	text_fault = NULL;
	check(nftw(directory, look_into, 8, FTW_PHYS) == 0);
	return text_fault;
}

static const person_code *erased_codes;
static size_t erased_count;
static struct arena *fault_arena;

static const char *must_not_be_erased(const char *code) {
	for (size_t i = 0; i < erased_count; i++)
		if (strcmp(erased_codes[i], code) == 0)
			return arena_printf(fault_arena, "%s was erased, and its text is there", code);
	return NULL;
}

const char *persons_examine_erased(
    const char *directory, const person_code *erased, size_t count, struct arena *arena) {
	erased_codes = erased;
	erased_count = count;
	fault_arena = arena;
	return look_for_texts(directory, must_not_be_erased);
}

/* --- what the journal says --- */

struct party {
	uint64_t id;
	person_code code;
	bool has_text;
};

static struct party *parties;
static size_t party_count, text_count, found_count;

static struct party *find_party(uint64_t id) {
	for (size_t i = party_count; i-- > 0;)
		if (parties[i].id == id)
			return &parties[i];
	return NULL;
}

static bool note_entry(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct arena *arena = arg;
	Pb__JournalEntry *entry;
	arena_reset(arena);
	check(entry_decode(data, bytes, arena, &entry) == ERR_OK);
	Pb__Command__BodyCase body = entry->command ? entry->command->body_case
	                                            : PB__COMMAND__BODY__NOT_SET;
	if (body == PB__COMMAND__BODY_REGISTER_PARTY &&
	    entry->command->register_party->personal_commitment) {
		parties = realloc(parties, (party_count + 1) * sizeof(parties[0]));
		check(parties);
		struct party *party = &parties[party_count++];
		*party = (struct party){ .id = seq, .has_text = true };
		snprintf(party->code, sizeof(party->code), "%s", entry->command->register_party->code);
	} else if (body == PB__COMMAND__BODY_ERASE_PERSONAL) {
		struct party *party = find_party(entry->decision->subject);
		check(party);
		party->has_text = false;
	}
	return true;
}

struct persons_read {
	struct engine_read read;
	sem_t done;
	struct arena *arena;
	const char *fault;
};

/* That a text is the right one is what query_get() sees to. */
static void examine_parties(struct engine_read *engine_read, const struct engine_view *view) {
	static const struct query_viewer staff = { .is_staff = true };
	struct persons_read *read = (struct persons_read *)engine_read;
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t i = 0; i < party_count && !read->fault; i++) {
		ProtobufCMessage *message;
		const struct party *party = &parties[i];
		arena_reset(&arena);
		enum err err = query_get(view, RESOURCE_PARTIES, party->code, &staff, &arena, &message);
		const Pb__Party *shown = (const Pb__Party *)message;
		if (err)
			read->fault = arena_printf(read->arena, "%s: %s", party->code, err_text(err));
		else if ((shown->personal != NULL) != party->has_text)
			read->fault = arena_printf(read->arena, "%s has %s text", party->code,
			    party->has_text ? "lost its" : "an erased");
		text_count += party->has_text;
	}
	arena_done(&arena);
}

static void on_examined(struct engine_read *engine_read, enum err err) {
	struct persons_read *read = (struct persons_read *)engine_read;
	if (err)
		read->fault = err_text(err);
	sem_post(&read->done);
}

static const char *must_be_in_journal(const char *code) {
	found_count++;
	for (size_t i = 0; i < party_count; i++)
		if (strcmp(parties[i].code, code) == 0 && parties[i].has_text)
			return NULL;
	return arena_printf(fault_arena, "the text of %s is there without its entry", code);
}

const char *persons_examine(
    struct engine *engine, const char *directory, size_t *ret_texts, struct arena *arena) {
	struct persons_read read = {
		.read = { .run = examine_parties, .done = on_examined },
		.arena = arena,
	};
	struct arena entry_arena;
	parties = NULL;
	party_count = text_count = found_count = 0;
	arena_init(&entry_arena, 0);
	check(engine_read_journal(engine, 1, note_entry, &entry_arena) == ERR_OK);
	check(sem_init(&read.done, 0, 0) == 0 && engine_read_latest(engine, &read.read) == ERR_OK);
	while (sem_wait(&read.done) != 0)
		;
	sem_destroy(&read.done);
	fault_arena = arena;
	if (!read.fault)
		read.fault = look_for_texts(directory, must_be_in_journal);
	if (!read.fault && found_count != text_count)
		read.fault = "a text stands in a file twice, or not at all";
	*ret_texts = text_count;
	free(parties);
	arena_done(&entry_arena);
	return read.fault;
}
