/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to know of each resource before one is built: a table. */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/text.h"
#include "ledger/period.h"

#include <string.h>

/* --- facts --- */

static void common_facts(const struct state *state, const struct key *key, const void *row,
    struct query_facts *ret_facts) {
	(void)state, (void)key, (void)row;
	*ret_facts = (struct query_facts){ .is_common = true };
}

/* A provider serves holders of every region. */
static void party_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct party_row *row = data;
	uint64_t id = key_read_u64(key, 0);
	(void)state;
	*ret_facts = (struct query_facts){
		.parties = { id },
		.holder = id,
		.is_common = row->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER,
	};
}

static void principal_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct principal_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){ .parties = { row->party }, .holder = row->party };
}

static void application_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct application_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){
		.programme = row->programme,
		.parties = { row->party },
		.holder = row->party,
		.status = row->status,
	};
}

static void voucher_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct voucher_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){
		.programme = row->programme,
		.parties = { row->holder },
		.holder = row->holder,
		.status = row->status,
	};
}

static void reservation_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct reservation_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){
		.programme = row->programme,
		.parties = { row->holder, row->provider },
		.holder = row->holder,
		.status = row->status,
	};
}

static void claim_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct claim_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){
		.programme = row->programme,
		.parties = { row->holder, row->provider, row->payee },
		.holder = row->holder,
		.status = row->status,
	};
}

/* What is objected to is still published; what was returned or rejected is not. */
static bool is_disclosed(uint32_t status) {
	switch (status) {
	case PB__CLAIM_STATUS__CLAIM_PUBLISHED:
	case PB__CLAIM_STATUS__CLAIM_OBJECTED:
	case PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT:
	case PB__CLAIM_STATUS__CLAIM_PAID:
	case PB__CLAIM_STATUS__CLAIM_RECONCILED: return true;
	default: return false;
	}
}

static void disclosure_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	claim_facts(state, key, data, ret_facts);
	ret_facts->is_common = true;
	ret_facts->is_hidden = !is_disclosed(ret_facts->status);
}

static void clawback_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct clawback_row *row = data;
	struct key claim_key = key_of_id(row->claim);
	const struct claim_row *claim = STATE_GET(state, TABLE_CLAIM, &claim_key, struct claim_row);
	(void)key;
	check(claim);
	*ret_facts = (struct query_facts){
		.programme = row->programme,
		.parties = { row->payee },
		.holder = claim->holder,
	};
}

static void sample_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct id_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){ .programme = row->id };
}

static void settlement_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct settlement_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){ .programme = row->programme, .status = row->status };
}

bool query_is_bank_account(uint32_t account_kind) {
	return account_kind == PB__ACCOUNT_KIND__MEMO_BANK ||
	    account_kind == PB__ACCOUNT_KIND__MEMO_BANK_COUNTER;
}

static void account_facts(const struct state *state, const struct key *key, const void *row,
    struct query_facts *ret_facts) {
	uint64_t party = key_read_u64(key, 12);
	bool is_by_fund = key_read_u32(key, 0) == PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE;
	(void)state, (void)row;
	*ret_facts = (struct query_facts){
		.programme = key_read_u64(key, 4), /* or another owner, whose id no programme's equals */
		.parties = { party },
		.holder = party,
		.is_common = party == 0 || is_by_fund,
		.is_banking = query_is_bank_account(key_read_u32(key, 0)),
	};
}

static void statement_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct statement_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){ .house_account = row->house_account };
}

static void bank_line_facts(const struct state *state, const struct key *key, const void *row,
    struct query_facts *ret_facts) {
	(void)state, (void)row;
	*ret_facts = (struct query_facts){ .house_account = key_read_u64(key, 0) };
}

static void payment_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct payment_row payment = *(const struct payment_row *)data;
	struct key settlement_key = key_of_id(key_read_u64(key, 0));
	const struct settlement_row *settlement = STATE_GET(
	    state, TABLE_SETTLEMENT, &settlement_key, struct settlement_row);
	check(settlement);
	*ret_facts = (struct query_facts){
		.programme = settlement->programme,
		.parties = { payment.payee },
		.house_account = settlement->house_account,
		.status = payment.status,
	};
}

static void period_facts(const struct state *state, const struct key *key, const void *data,
    struct query_facts *ret_facts) {
	const struct period_row *row = data;
	(void)state, (void)key;
	*ret_facts = (struct query_facts){ .status = row->status };
}

/* --- names that are neither codes nor ids --- */

static bool find_period(const struct state *state, const char *name, struct key *ret_key) {
	uint32_t period;
	(void)state;
	if (!period_parse(name, &period))
		return false;
	*ret_key = KEY_EMPTY;
	key_add_u32(ret_key, period);
	return true;
}

/* The number after the last slash of "main/7"; what is before it goes to `ret_before`. */
static bool split_name(const char *name, char ret_before[CODE_ROOM_BYTES], uint64_t *ret_number) {
	const char *slash = strrchr(name, '/');
	if (!slash || slash - name >= CODE_ROOM_BYTES)
		return false;
	memcpy(ret_before, name, (size_t)(slash - name));
	ret_before[slash - name] = '\0';
	return text_parse_u64(slash + 1, strlen(slash + 1), ret_number) == ERR_OK;
}

static bool find_bank_line(const struct state *state, const char *name, struct key *ret_key) {
	char code[CODE_ROOM_BYTES];
	uint64_t line;
	if (!split_name(name, code, &line))
		return false;
	*ret_key = key_of_ids(query_find_code(state, TABLE_HOUSE_CODE, code), line);
	return true;
}

static bool find_payment(const struct state *state, const char *name, struct key *ret_key) {
	char text[CODE_ROOM_BYTES];
	uint64_t settlement, number;
	(void)state;
	if (!split_name(name, text, &number) || number > UINT32_MAX ||
	    text_parse_u64(text, strlen(text), &settlement))
		return false;
	*ret_key = key_of_payment(settlement, (uint32_t)number);
	return true;
}

/* --- the table --- */

static const struct query_kind kinds[RESOURCE_COUNT] = {
	[RESOURCE_FUNDS] = {
	    .name = "funds",
	    .table = TABLE_FUND,
	    .row_bytes = sizeof(struct fund_row),
	    .audience = AUDIENCE_STAFF,
	    .facts = common_facts,
	    .build = query_build_fund,
	    .code_table = TABLE_FUND_CODE,
	},
	[RESOURCE_PROGRAMMES] = {
	    .name = "programmes",
	    .table = TABLE_PROGRAMME,
	    .row_bytes = sizeof(struct programme_row),
	    .audience = AUDIENCE_ALL,
	    .facts = common_facts,
	    .build = query_build_programme,
	    .code_table = TABLE_PROGRAMME_CODE,
	},
	[RESOURCE_PARTIES] = {
	    .name = "parties",
	    .table = TABLE_PARTY,
	    .row_bytes = sizeof(struct party_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = party_facts,
	    .build = query_build_party,
	    .code_table = TABLE_PARTY_CODE,
	    .is_wanted = query_is_registered,
	},
	[RESOURCE_PRINCIPALS] = {
	    .name = "principals",
	    .table = TABLE_PRINCIPAL,
	    .row_bytes = sizeof(struct principal_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = principal_facts,
	    .build = query_build_principal,
	    .is_indexed = true,
	    .has_party = true,
	},
	[RESOURCE_APPLICATIONS] = {
	    .name = "applications",
	    .table = TABLE_APPLICATION,
	    .row_bytes = sizeof(struct application_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = application_facts,
	    .build = query_build_application,
	    .is_indexed = true,
	    .has_programme = true,
	    .has_party = true,
	    .statuses = &pb__application_status__descriptor,
	    .status_prefix = "APPLICATION_",
	},
	[RESOURCE_VOUCHERS] = {
	    .name = "vouchers",
	    .table = TABLE_VOUCHER,
	    .row_bytes = sizeof(struct voucher_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = voucher_facts,
	    .build = query_build_voucher,
	    .is_indexed = true,
	    .has_programme = true,
	    .has_party = true,
	    .statuses = &pb__voucher_status__descriptor,
	    .status_prefix = "VOUCHER_",
	},
	[RESOURCE_RESERVATIONS] = {
	    .name = "reservations",
	    .table = TABLE_RESERVATION,
	    .row_bytes = sizeof(struct reservation_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = reservation_facts,
	    .build = query_build_reservation,
	    .is_indexed = true,
	    .has_programme = true,
	    .has_party = true,
	    .statuses = &pb__reservation_status__descriptor,
	    .status_prefix = "RESERVATION_",
	},
	[RESOURCE_CLAIMS] = {
	    .name = "claims",
	    .table = TABLE_CLAIM,
	    .row_bytes = sizeof(struct claim_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = claim_facts,
	    .build = query_build_claim,
	    .is_indexed = true,
	    .has_programme = true,
	    .has_party = true,
	    .statuses = &pb__claim_status__descriptor,
	    .status_prefix = "CLAIM_",
	},
	[RESOURCE_SETTLEMENTS] = {
	    .name = "settlements",
	    .table = TABLE_SETTLEMENT,
	    .row_bytes = sizeof(struct settlement_row),
	    .audience = AUDIENCE_STAFF,
	    .facts = settlement_facts,
	    .build = query_build_settlement,
	    .has_programme = true,
	    .statuses = &pb__settlement_status__descriptor,
	    .status_prefix = "SETTLEMENT_",
	},
	[RESOURCE_ACCOUNTS] = {
	    .name = "accounts",
	    .table = TABLE_BALANCE,
	    .key_bytes = BALANCE_KEY_BYTES,
	    .is_only_listed = true,
	    .row_bytes = sizeof(struct balance_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = account_facts,
	    .build = query_build_account,
	    .has_programme = true,
	    .has_party = true,
	},
	[RESOURCE_CLAWBACKS] = {
	    .name = "clawbacks",
	    .table = TABLE_CLAWBACK,
	    .row_bytes = sizeof(struct clawback_row),
	    .audience = AUDIENCE_CONCERNED,
	    .facts = clawback_facts,
	    .build = query_build_clawback,
	    .has_programme = true,
	    .has_party = true,
	},
	[RESOURCE_SAMPLES] = {
	    .name = "samples",
	    .table = TABLE_SAMPLE,
	    .row_bytes = sizeof(struct id_row),
	    .audience = AUDIENCE_STAFF,
	    .facts = sample_facts,
	    .build = query_build_sample,
	    .has_programme = true,
	},
	[RESOURCE_DISCLOSURES] = {
	    .name = "disclosures",
	    .table = TABLE_CLAIM,
	    .row_bytes = sizeof(struct claim_row),
	    .audience = AUDIENCE_ALL,
	    .facts = disclosure_facts,
	    .build = query_build_disclosure,
	    .has_programme = true,
	},
	[RESOURCE_HOUSE_ACCOUNTS] = {
	    .name = "house_accounts",
	    .table = TABLE_HOUSE,
	    .row_bytes = sizeof(struct house_row),
	    .audience = AUDIENCE_BANKERS,
	    .facts = common_facts,
	    .build = query_build_house_account,
	    .code_table = TABLE_HOUSE_CODE,
	},
	[RESOURCE_STATEMENTS] = {
	    .name = "statements",
	    .table = TABLE_STATEMENT,
	    .row_bytes = sizeof(struct statement_row),
	    .audience = AUDIENCE_BANKERS,
	    .facts = statement_facts,
	    .build = query_build_statement,
	    .has_house_account = true,
	},
	[RESOURCE_BANK_LINES] = {
	    .name = "bank_lines",
	    .table = TABLE_BANK_LINE,
	    .key_bytes = 2 * ID_KEY_BYTES,
	    .row_bytes = sizeof(struct bank_line_row),
	    .audience = AUDIENCE_BANKERS,
	    .facts = bank_line_facts,
	    .is_wanted = query_is_line_wanted,
	    .build = query_build_bank_line,
	    .find = find_bank_line,
	    .has_house_account = true,
	},
	[RESOURCE_PAYMENTS] = {
	    .name = "payments",
	    .table = TABLE_PAYMENT,
	    .key_bytes = ID_KEY_BYTES + sizeof(uint32_t),
	    .row_bytes = sizeof(struct payment_row),
	    .audience = AUDIENCE_PAYEES,
	    .facts = payment_facts,
	    .is_wanted = query_is_payment_wanted,
	    .build = query_build_payment,
	    .find = find_payment,
	    .has_programme = true,
	    .has_party = true,
	    .has_house_account = true,
	    .statuses = &pb__payment_status__descriptor,
	    .status_prefix = "PAYMENT_",
	},
	[RESOURCE_PERIODS] = {
	    .name = "periods",
	    .table = TABLE_PERIOD,
	    .key_bytes = sizeof(uint32_t),
	    .row_bytes = sizeof(struct period_row),
	    .audience = AUDIENCE_BANKERS,
	    .facts = period_facts,
	    .build = query_build_period,
	    .find = find_period,
	    .statuses = &pb__period_status__descriptor,
	    .status_prefix = "PERIOD_",
	},
};

const struct query_kind *query_kind_of(enum resource resource) {
	check((unsigned)resource < RESOURCE_COUNT);
	return &kinds[resource];
}

size_t query_key_bytes(const struct query_kind *kind) {
	return kind->key_bytes ? kind->key_bytes : ID_KEY_BYTES;
}

const char *resource_name(enum resource resource) {
	return query_kind_of(resource)->name;
}
