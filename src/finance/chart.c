/* SPDX-License-Identifier: Apache-2.0 */
/* One hash table, open addressing, nothing is ever removed: objects have kind 0 and their id. */
#include "finance/chart.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { CHINA_MINUTES = 480, DIGITS_MAX = 6, CAPACITY_FIRST = 256 };

struct object {
	struct chart_key key;
	const char *code;
	int32_t offset_minutes;
};

static const struct {
	const char *before, *after; /* of the owner's part */
	const char *kind;
} names[] = {
	[PB__ACCOUNT_KIND__FUND_APPROPRIATED] = { "Equity:Fund:", ":Appropriated",
	    "fund_appropriated" },
	[PB__ACCOUNT_KIND__FUND_AVAILABLE] = { "Assets:Fund:", ":Available", "fund_available" },
	[PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE] = { "Assets:Programme:", ":Available",
	    "programme_available" },
	[PB__ACCOUNT_KIND__PROGRAMME_LIVE] = { "Assets:Programme:", ":Live", "programme_live" },
	[PB__ACCOUNT_KIND__PROGRAMME_RESERVED] = { "Assets:Programme:", ":Reserved",
	    "programme_reserved" },
	[PB__ACCOUNT_KIND__PROGRAMME_PAYABLE] = { "Assets:Programme:", ":Payable",
	    "programme_payable" },
	[PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT] = { "Assets:Programme:", ":InPayment",
	    "programme_in_payment" },
	[PB__ACCOUNT_KIND__PROGRAMME_PAID] = { "Expenses:Programme:", ":Paid", "programme_paid" },
	[PB__ACCOUNT_KIND__PROGRAMME_RECOVERED] = { "Income:Programme:", ":Recovered",
	    "programme_recovered" },
	[PB__ACCOUNT_KIND__MEMO_OWN_SHARE] = { "Expenses:Memo:", ":OwnShare", "memo_own_share" },
	[PB__ACCOUNT_KIND__MEMO_VAT] = { "Expenses:Memo:", ":VAT", "memo_vat" },
	[PB__ACCOUNT_KIND__MEMO_RECEIVABLE] = { "Assets:Memo:", ":Receivable", "memo_receivable" },
	[PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF] = { "Expenses:Memo:", ":WrittenOff", "memo_written_off" },
	[PB__ACCOUNT_KIND__MEMO_COUNTER] = { "Equity:Memo:", ":Counter", "memo_counter" },
	[PB__ACCOUNT_KIND__MEMO_BANK] = { "Assets:Bank:", "", "memo_bank" },
	[PB__ACCOUNT_KIND__MEMO_BANK_COUNTER] = { "Equity:Bank:", ":Counter", "memo_bank_counter" },
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

/* --- the table --- */

void chart_init(struct chart *chart) {
	*chart = (struct chart){ .capacity = 0 };
	arena_init(&chart->arena, 0);
}

void chart_done(struct chart *chart) {
	free(chart->slots);
	arena_done(&chart->arena);
}

static size_t slot_of(const struct chart *chart, const struct chart_key *key) {
	uint64_t hash = key->kind;
	hash = (hash ^ key->owner) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ (hash >> 29) ^ key->party) * UINT64_C(0xbf58476d1ce4e5b9);
	size_t slot = (size_t)(hash ^ (hash >> 32)) & (chart->capacity - 1);
	while (chart->slots[slot]) {
		const struct chart_key *at = chart->slots[slot];
		if (at->kind == key->kind && at->owner == key->owner && at->party == key->party)
			break;
		slot = (slot + 1) & (chart->capacity - 1);
	}
	return slot;
}

static void *get(const struct chart *chart, uint64_t kind, uint64_t owner, uint64_t party) {
	const struct chart_key key = { kind, owner, party };
	return chart->capacity ? chart->slots[slot_of(chart, &key)] : NULL;
}

static enum err make_room(struct chart *chart) {
	if (chart->used < chart->capacity / 2)
		return ERR_OK;
	struct chart bigger = *chart;
	bigger.capacity = chart->capacity ? 2 * chart->capacity : CAPACITY_FIRST;
	bigger.slots = calloc(bigger.capacity, sizeof(struct chart_key *));
	if (!bigger.slots)
		return ERR_MEMORY;
	for (size_t i = 0; i < chart->capacity; i++)
		if (chart->slots[i])
			bigger.slots[slot_of(&bigger, chart->slots[i])] = chart->slots[i];
	free(chart->slots);
	*chart = bigger;
	return ERR_OK;
}

/* Replaces what has the same key. */
static enum err put(struct chart *chart, struct chart_key *item) {
	enum err err = make_room(chart);
	if (err)
		return err;
	size_t slot = slot_of(chart, item);
	chart->used += !chart->slots[slot];
	chart->slots[slot] = item;
	return ERR_OK;
}

/* --- what entries make --- */

static bool is_alphanumeric(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static enum err learn_object(
    struct chart *chart, uint64_t id, const char *code, int32_t offset_minutes) {
	if (!is_alphanumeric(code[0]) || strlen(code) > LIMIT_CODE_BYTES)
		return ERR_SYNTAX;
	struct object *object = ARENA_NEW(&chart->arena, struct object);
	if (!object)
		return ERR_MEMORY;
	object->key.owner = id;
	object->offset_minutes = offset_minutes;
	object->code = arena_string(&chart->arena, code, strlen(code));
	return object->code ? put(chart, &object->key) : ERR_MEMORY;
}

static bool is_currency(const Pb__Currency *currency) {
	size_t capitals = strspn(currency->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return capitals == 3 && currency->code[3] == '\0' && currency->minor_digits <= DIGITS_MAX;
}

static enum err learn_currencies(struct chart *chart, const Pb__Genesis *genesis) {
	size_t count = genesis->n_currencies;
	if (count == 0 || count > LIMIT_CURRENCIES)
		return ERR_SYNTAX;
	struct chart_currency *list = arena_zalloc(&chart->arena, count * sizeof(*list));
	for (size_t i = 0; list && i < count; i++) {
		if (!is_currency(genesis->currencies[i]))
			return ERR_SYNTAX;
		list[i].digits = genesis->currencies[i]->minor_digits;
		list[i].code = arena_string(&chart->arena, genesis->currencies[i]->code, 3);
		if (!list[i].code)
			return ERR_MEMORY;
	}
	chart->currencies = list;
	chart->currency_count = count;
	return list ? ERR_OK : ERR_MEMORY;
}

enum err chart_learn(struct chart *chart, const Pb__JournalEntry *entry) {
	const Pb__Command *command = entry->command;
	if (entry->genesis)
		return learn_currencies(chart, entry->genesis);
	switch (command ? command->body_case : PB__COMMAND__BODY__NOT_SET) {
	case PB__COMMAND__BODY_CREATE_FUND:
		return learn_object(chart, entry->seq, command->create_fund->code, CHINA_MINUTES);
	case PB__COMMAND__BODY_CREATE_PROGRAMME:
		return learn_object(chart, entry->seq, command->create_programme->code,
		    command->create_programme->utc_offset_minutes);
	case PB__COMMAND__BODY_REGISTER_PARTY:
		return learn_object(chart, entry->seq, command->register_party->code, CHINA_MINUTES);
	case PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT:
		return learn_object(
		    chart, entry->seq, command->register_house_account->code, CHINA_MINUTES);
	default: return ERR_OK;
	}
}

/* --- names --- */

/* Appends a code as a part of a name: at most three bytes for one. Returns the end. */
static char *append_part(char *to, const char *code) {
	static const char digits[] = "0123456789ABCDEF";
	for (const char *at = code; *at; at++) {
		unsigned char c = (unsigned char)*at;
		if (at == code && c >= 'a' && c <= 'z') {
			*to++ = (char)(c - 'a' + 'A');
		} else if (is_alphanumeric(*at)) {
			*to++ = *at;
		} else if (c == '-') {
			*to++ = '-';
			*to++ = '-';
		} else {
			*to++ = '-';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	return to;
}

static const char *make_name(struct chart *chart, const struct chart_account *account) {
	char owner[3 * LIMIT_CODE_BYTES + 1], party[3 * LIMIT_CODE_BYTES + 1];
	*append_part(owner, account->owner) = '\0';
	*append_part(party, account->party) = '\0';
	return arena_printf(&chart->arena, "%s%s%s%s%s", names[account->key.kind].before, owner,
	    names[account->key.kind].after, party[0] ? ":" : "", party);
}

static enum err make_account(
    struct chart *chart, const Pb__Posting *posting, struct chart_account **ret_account) {
	const struct object *owner = get(chart, 0, posting->owner, 0);
	const struct object *party = get(chart, 0, posting->party, 0);
	if (posting->account <= 0 || (size_t)posting->account >= NAME_COUNT || !owner ||
	    (posting->party && !party) || posting->currency >= chart->currency_count)
		return ERR_SYNTAX;
	struct chart_account *account = ARENA_NEW(&chart->arena, struct chart_account);
	if (!account)
		return ERR_MEMORY;
	account->key = (struct chart_key){ (uint64_t)posting->account, posting->owner, posting->party };
	account->kind = names[posting->account].kind;
	account->owner = owner->code;
	account->party = posting->party ? party->code : "";
	account->currency = chart->currencies[posting->currency].code;
	account->currency_digits = chart->currencies[posting->currency].digits;
	account->name = make_name(chart, account);
	enum err err = account->name ? put(chart, &account->key) : ERR_MEMORY;
	if (err)
		return err;
	if (chart->last)
		chart->last->next = account;
	else
		chart->first = account;
	chart->last = account;
	*ret_account = account;
	return ERR_OK;
}

enum err chart_find(
    struct chart *chart, const Pb__Posting *posting, struct chart_account **ret_account) {
	struct chart_account *account = posting->account > 0
	    ? get(chart, (uint64_t)posting->account, posting->owner, posting->party)
	    : NULL;
	if (!account)
		return make_account(chart, posting, ret_account);
	if (posting->currency >= chart->currency_count ||
	    chart->currencies[posting->currency].code != account->currency)
		return ERR_SYNTAX;
	*ret_account = account;
	return ERR_OK;
}

enum err chart_post(struct chart *chart, const Pb__JournalEntry *entry) {
	for (size_t i = 0; i < entry->n_postings; i++) {
		const Pb__Posting *posting = entry->postings[i];
		struct chart_account *account = NULL;
		enum err err = chart_find(chart, posting, &account);
		if (err)
			return err;
		if (__builtin_add_overflow(account->balance, posting->amount, &account->balance))
			return ERR_RANGE;
	}
	return ERR_OK;
}

static bool is_of_programme(Pb__AccountKind kind) {
	return kind >= PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE && kind <= PB__ACCOUNT_KIND__MEMO_COUNTER;
}

int32_t chart_offset(const struct chart *chart, const Pb__JournalEntry *entry) {
	uint64_t programme = entry->decision ? entry->decision->programme : 0;
	for (size_t i = 0; i < entry->n_postings && !programme; i++)
		if (is_of_programme(entry->postings[i]->account))
			programme = entry->postings[i]->owner;
	const struct object *object = programme ? get(chart, 0, programme, 0) : NULL;
	return object ? object->offset_minutes : CHINA_MINUTES;
}
