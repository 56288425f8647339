/* SPDX-License-Identifier: Apache-2.0 */
#include "support/ledger_world.h"

#include "base/clock.h"
#include "base/date.h"
#include "record/delimited.h"
#include "record/entry.h"
#include "record/json.h"
#include "record/outcome.h"
#include "record/pb.h"
#include "support/audited.h"
#include "support/checkpoint_key.h"
#include "support/memory_state.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEIJING_MINUTES 480
#define ENTRIES_MAX     65536
#define CHANGES_MAX     256
#define SHORT_TRIES     3 /* of each decision, with less memory than it takes */

struct world {
	struct arena arena;
	struct ledger *ledger;
	struct memory_state *state;
	struct ledger *mirror_ledger;
	struct memory_state *mirror; /* made from bytes alone */
	struct buffer journal;       /* encoded entries, one after another */
	size_t ends[ENTRIES_MAX];    /* of entry seq in `journal`; ends[0] = 0 */
	struct kept {                /* beside the journal, the newest last */
		uint64_t seq;
		struct personal_change change;
	} kept[CHANGES_MAX];
	size_t n_kept;
	uint64_t last_seq;
	int64_t time_us;
	uint64_t principal;
	uint64_t next_id; /* 0: a new one */
	uint64_t ids;
	uint64_t credentials;
	uint64_t number; /* next_number() */
	struct history history;
};

/* --- the journal --- */

static const Pb__JournalEntry *decode(struct world *w, uint64_t seq, struct arena *arena) {
	Pb__JournalEntry *entry;
	if (seq == 0 || seq > w->last_seq)
		return NULL;
	const char *data = w->journal.data + w->ends[seq - 1];
	enum err err = entry_decode(data, w->ends[seq] - w->ends[seq - 1], arena, &entry);
	ck_assert(err == ERR_OK || err == ERR_MEMORY);
	return err ? NULL : entry;
}

static const Pb__JournalEntry *history_entry(void *self, uint64_t seq, struct arena *arena) {
	return decode(self, seq, arena);
}

static enum err history_personal(
    void *self, uint64_t party, struct arena *arena, uint64_t *ret_seq, struct sealed *ret_sealed) {
	const struct world *w = self;
	(void)arena;
	for (size_t i = w->n_kept; i-- > 0;) {
		const struct kept *kept = &w->kept[i];
		if (kept->change.party != party)
			continue;
		if (!kept->change.sealed.data)
			return ERR_NOT_FOUND;
		*ret_seq = kept->seq;
		*ret_sealed = kept->change.sealed;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static const struct history_ops history_ops = {
	.entry = history_entry,
	.personal = history_personal,
};

static void keep(struct world *w, const struct personal_change *change) {
	ck_assert_uint_lt(w->n_kept, CHANGES_MAX);
	if (change->party)
		w->kept[w->n_kept++] = (struct kept){ w->last_seq, *change };
}

/* What entry `seq` put beside the journal; NULL: nothing, or it is there no more. */
static const Pb__Personal *kept_of(struct world *w, uint64_t seq) {
	const Pb__JournalEntry *entry = world_entry(w, seq);
	struct sealed sealed;
	uint64_t put_seq;
	if (!entry->decision ||
	    history_personal(w, entry->decision->subject, &w->arena, &put_seq, &sealed) != ERR_OK ||
	    put_seq != seq)
		return NULL;
	Pb__Personal *personal;
	const Pb__Digest *commitment = ledger_commitment(entry->command);
	ck_assert_int_eq(sealed_open(&sealed, commitment, &w->arena, &personal), ERR_OK);
	return personal;
}

static void commit(struct world *w, const Pb__JournalEntry *entry) {
	ck_assert_uint_lt(w->last_seq + 1, ENTRIES_MAX);
	ck_assert_int_eq(entry_encode(entry, &w->journal), ERR_OK);
	w->ends[++w->last_seq] = w->journal.bytes;
	ledger_apply(w->ledger, memory_state_writable(w->state), entry);
	ledger_apply(
	    w->mirror_ledger, memory_state_writable(w->mirror), decode(w, w->last_seq, &w->arena));
}

/* --- genesis --- */

static void make_genesis(struct world *w) {
	static const char text[] =
	    "{\"name\": \"test\", \"currencies\": [{\"code\": \"CNY\", \"minor_digits\": 2},"
	    " {\"code\": \"EUR\", \"minor_digits\": 2}], \"hash\": \"SHA256\","
	    " " TEST_LOG_JSON ", \"format\": 3, \"administrators\": [{\"person\": \"root\","
	    " \"roles\": [\"ROLE_ADMIN\", \"ROLE_OPERATOR\", \"ROLE_FINANCE\"], \"certificate_spki\":"
	    " \"00000000000000000000000000000000000000000000000000000000000000ff\"}]}";
	ProtobufCMessage *genesis;
	Pb__JournalEntry *entry;
	struct json_error error;
	const char *reason = "";
	const struct uuid id = { 0x0190a1b2c3d47000, 0x8000000000000001 };
	ck_assert_int_eq(
	    json_decode(&pb__genesis__descriptor, text, strlen(text), &w->arena, &genesis, &error),
	    ERR_OK);
	ck_assert_msg(ledger_genesis((const Pb__Genesis *)genesis, id, w->time_us, &w->arena, &entry,
	                  &reason) == ERR_OK,
	    "%s", reason);
	commit(w, entry);
}

struct world *world_new(void) {
	return world_new_at("2026-01-05 09:00");
}

struct world *world_new_at(const char *time) {
	struct world *w = calloc(1, sizeof(*w));
	ck_assert_ptr_nonnull(w);
	arena_init(&w->arena, 0);
	buffer_init(&w->journal, 0);
	w->state = memory_state_new();
	w->mirror = memory_state_new();
	ck_assert_int_eq(ledger_new(&w->ledger), ERR_OK);
	ck_assert_int_eq(ledger_new(&w->mirror_ledger), ERR_OK);
	w->history = (struct history){ &history_ops, w };
	w->principal = WORLD_ADMIN;
	w->number = 20260105;
	world_at(w, time);
	make_genesis(w);
	return w;
}

/* As an export of the journal (record/delimited.h), into a new file of this directory. */
static void export_to(struct world *w, const char *directory) {
	char path[512];
	struct buffer out;
	snprintf(path, sizeof(path), "%s/world-XXXXXX", directory);
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
	ck_assert_msg(file, "%s", path);
	buffer_init(&out, 0);
	for (uint64_t seq = 1; seq <= w->last_seq; seq++)
		delimited_append(&out, w->journal.data + w->ends[seq - 1] + ENTRY_HEADER_BYTES,
		    w->ends[seq] - w->ends[seq - 1] - ENTRY_HEADER_BYTES);
	ck_assert_int_eq(buffer_error(&out), ERR_OK);
	ck_assert_uint_eq(fwrite(out.data, 1, out.bytes, file), out.bytes);
	ck_assert_int_eq(fclose(file), 0);
	buffer_done(&out);
}

/* Tests act as whom they like: roles are asked at the edge, not by the ledger. */
static void audit(struct world *w) {
	struct audited *audited = audited_new();
	for (uint64_t seq = 1; seq <= w->last_seq; seq++)
		audited_take(
		    audited, seq, w->journal.data + w->ends[seq - 1], w->ends[seq] - w->ends[seq - 1]);
	audited_end(audited);
	audited_expect_clean(audited, "role");
	audited_free(audited);
}

void world_free(struct world *w) {
	const char *directory = getenv("WORLDS_EXPORTED");
	if (directory)
		export_to(w, directory);
	const char *difference = memory_state_difference(w->state, w->mirror);
	ck_assert_msg(!difference, "replayed from its bytes the state differs: %s", difference);
	const char *fault = ledger_verify(world_state(w), &w->arena);
	ck_assert_msg(!fault, "%s", fault);
	audit(w);
	memory_state_free(w->state);
	memory_state_free(w->mirror);
	ledger_free(w->ledger);
	ledger_free(w->mirror_ledger);
	buffer_done(&w->journal);
	arena_done(&w->arena);
	free(w);
}

/* --- who and when --- */

uint64_t world_as(struct world *w, uint64_t principal) {
	uint64_t before = w->principal;
	w->principal = principal;
	return before;
}

void world_at(struct world *w, const char *time) {
	char date[DATE_TEXT_BYTES];
	int32_t day;
	int hour, minute;
	ck_assert_int_eq(sscanf(time, "%10s %2d:%2d", date, &hour, &minute), 3);
	ck_assert_int_eq(date_parse(date, &day), ERR_OK);
	int64_t time_us = date_day_start_us(day, BEIJING_MINUTES) +
	    (hour * 60LL + minute) * 60 * US_PER_S;
	ck_assert_int_ge(time_us, w->time_us);
	w->time_us = time_us;
}

void world_wait(struct world *w, int64_t minutes) {
	ck_assert_int_ge(minutes, 0);
	w->time_us += minutes * 60 * US_PER_S;
}

int64_t world_time_us(const struct world *w) {
	return w->time_us;
}

void world_next_id(struct world *w, uint64_t id) {
	w->next_id = id;
}

/* --- commands --- */

static Pb__Command *parse(struct world *w, const char *format, va_list args) {
	char text[65536];
	int bytes = vsnprintf(text, sizeof(text), format, args);
	ck_assert_int_gt(bytes, 0);
	ck_assert_uint_lt((size_t)bytes, sizeof(text));
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	ProtobufCMessage *message;
	struct json_error error;
	enum err err = json_decode(
	    &pb__command__descriptor, text, (size_t)bytes, &w->arena, &message, &error);
	ck_assert_msg(!err, "%s: %s in %.1000s", error.path, error.reason, text);
	Pb__Command *command = (Pb__Command *)message;
	command->id = PB_NEW(Pb__Uuid, pb__uuid, &w->arena);
	ck_assert_ptr_nonnull(command->id);
	command->id->high = w->next_id ? 2 : 1;
	command->id->low = w->next_id ? w->next_id : ++w->ids;
	w->next_id = 0;
	return command;
}

/* A number that differs from decision to decision and not from run to run (xorshift). */
static uint64_t next_number(struct world *w) {
	w->number ^= w->number << 13;
	w->number ^= w->number >> 7;
	w->number ^= w->number << 17;
	return w->number;
}

/* Once more, in an arena that gives no more than this: the same, or nothing for want of memory. */
static void decide_within(struct world *w, const Pb__Command *command,
    const struct occasion *occasion, size_t bytes, Pb__Outcome outcome) {
	struct arena arena;
	struct verdict verdict;
	arena_init(&arena, bytes);
	ledger_decide(w->ledger, memory_state_readable(w->state), command, occasion, &arena, &verdict);
	ck_assert_msg(verdict.outcome == outcome || verdict.outcome == PB__OUTCOME__UNAVAILABLE,
	    "within %zu bytes it is %s", bytes, outcome_info(verdict.outcome)->name);
	arena_done(&arena);
}

static void decide(struct world *w, const Pb__Command *command, struct verdict *ret_verdict) {
	const uint8_t salt[PERSONAL_SALT_BYTES] = { (uint8_t)w->last_seq, 's', 'a', 'l', 't' };
	const struct occasion occasion = { w->principal, w->last_seq + 1, w->time_us + US_PER_S, salt };
	struct verdict again;
	struct arena arena;
	const struct state *state = memory_state_readable(w->state);
	ledger_decide(w->ledger, state, command, &occasion, &w->arena, ret_verdict);
	arena_init(&arena, 0);
	ledger_decide(w->ledger, state, command, &occasion, &arena, &again);
	ck_assert_int_eq(again.outcome, ret_verdict->outcome);
	if (again.entry)
		ck_assert(pb_is_equal(&again.entry->base, &ret_verdict->entry->base));
	size_t bytes = arena.bytes;
	arena_done(&arena);
	for (int i = 0; i < SHORT_TRIES && bytes > 0; i++)
		decide_within(w, command, &occasion, 1 + next_number(w) % bytes, again.outcome);
}

static const Pb__Reply *answer(struct world *w, const Pb__Command *command) {
	uint64_t seq = ledger_find_command(world_state(w), command->id);
	if (seq)
		return ledger_replay(
		    world_entry(w, seq), command, w->principal, kept_of(w, seq), &w->arena);
	struct verdict verdict;
	decide(w, command, &verdict);
	if (verdict.outcome != PB__OUTCOME__OUTCOME_OK)
		return ledger_refuse(command->id, verdict.outcome, verdict.refusal, &w->arena);
	w->time_us += US_PER_S;
	commit(w, verdict.entry);
	keep(w, &verdict.personal);
	const Pb__Reply *first = ledger_reply(verdict.entry, &w->arena);
	const Pb__Reply *later = ledger_reply(world_entry(w, w->last_seq), &w->arena);
	ck_assert(pb_is_equal(&first->base, &later->base));
	return first;
}

static const char *field_of(const Pb__Reply *reply) {
	return reply->refusal ? reply->refusal->field : "";
}

static const Pb__Reply *give(struct world *w, const char *json, va_list args) {
	const Pb__Reply *reply = answer(w, parse(w, json, args));
	ck_assert_ptr_nonnull(reply);
	return reply;
}

const Pb__Reply *world_give(struct world *w, const char *json, ...) {
	va_list args;
	va_start(args, json);
	const Pb__Reply *reply = give(w, json, args);
	va_end(args);
	return reply;
}

uint64_t world_accept(struct world *w, const char *json, ...) {
	va_list args;
	va_start(args, json);
	const Pb__Reply *reply = give(w, json, args);
	va_end(args);
	ck_assert_msg(reply->outcome == PB__OUTCOME__OUTCOME_OK, "%s %s: %s",
	    outcome_info(reply->outcome)->name, field_of(reply), json);
	return reply->seq;
}

void world_note_refusal(Pb__Outcome outcome) {
	const char *name = getenv("OUTCOMES_SEEN");
	FILE *file = name ? fopen(name, "a") : NULL;
	if (!file)
		return;
	fprintf(file, "%s\n", outcome_info(outcome)->name);
	fclose(file);
}

const Pb__Refusal *world_refuse(struct world *w, Pb__Outcome outcome, const char *json, ...) {
	static const Pb__Refusal none = PB__REFUSAL__INIT;
	va_list args;
	va_start(args, json);
	const Pb__Reply *reply = give(w, json, args);
	va_end(args);
	ck_assert_msg(reply->outcome == outcome, "%s %s, not %s: %s",
	    outcome_info(reply->outcome)->name, field_of(reply), outcome_info(outcome)->name, json);
	world_note_refusal(outcome);
	return reply->refusal ? reply->refusal : &none;
}

/* --- a cast --- */

uint64_t world_member(struct world *w, const char *person, const char *role, const char *party) {
	uint64_t actor = w->principal;
	world_as(w, WORLD_ADMIN);
	uint64_t id = world_accept(w,
	    "{'register_principal': {'person': '%s', 'roles': ['%s'], 'party': '%s',"
	    " 'certificate_spki': '%064llx'}}",
	    person, role, party, (unsigned long long)(++w->credentials << 16));
	world_as(w, actor);
	return id;
}

uint64_t world_staff(struct world *w, const char *person, const char *role) {
	return world_member(w, person, role, "");
}

uint64_t world_party(struct world *w, const char *kind, const char *code) {
	uint64_t actor = w->principal;
	world_as(w, WORLD_ADMIN);
	bool is_team = strcmp(kind, "PARTY_KIND_TEAM") == 0;
	uint64_t id = world_accept(w,
	    "{'register_party': {'code': '%s', 'kind': '%s', 'region': '110114',%s 'name': '%s',"
	    " 'bank_account': {'number': '6222', 'bank_code': '102100099996', 'holder_name': '%s'}%s}}",
	    code, kind, is_team ? " 'personal': {" : "", code, code, is_team ? "}" : "");
	world_as(w, actor);
	return id;
}

/* --- what there is --- */

const struct state *world_state(struct world *w) {
	return memory_state_readable(w->state);
}

const struct history *world_history(struct world *w) {
	return &w->history;
}

struct arena *world_arena(struct world *w) {
	return &w->arena;
}

const Pb__JournalEntry *world_entry(struct world *w, uint64_t seq) {
	const Pb__JournalEntry *entry = decode(w, seq, &w->arena);
	ck_assert_ptr_nonnull(entry);
	return entry;
}

uint64_t world_last_seq(const struct world *w) {
	return w->last_seq;
}

int64_t world_balance(struct world *w, Pb__AccountKind account, uint64_t owner, uint64_t party) {
	struct key key = key_of_balance(account, owner, party);
	const struct balance_row *row = STATE_GET(
	    world_state(w), TABLE_BALANCE, &key, struct balance_row);
	return row ? row->balance : 0;
}

const void *world_row(struct world *w, enum table table, uint64_t id, size_t bytes) {
	struct key key = key_of_id(id);
	const void *row = state_get(world_state(w), table, &key, bytes);
	ck_assert_msg(row != NULL, "table %d has no row %llu", table, (unsigned long long)id);
	return arena_copy(&w->arena, row, bytes);
}
