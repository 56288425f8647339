/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to know of each resource before one is built: a table. */
#include "engine/query_build.h"

#include "base/check.h"

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

static void account_facts(const struct state *state, const struct key *key, const void *row,
    struct query_facts *ret_facts) {
	uint64_t party = key_read_u64(key, 12);
	bool is_by_fund = key_read_u32(key, 0) == PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE;
	(void)state, (void)row;
	*ret_facts = (struct query_facts){
		.programme = key_read_u64(key, 4), /* or a fund, which no programme's id equals */
		.parties = { party },
		.holder = party,
		.is_common = party == 0 || is_by_fund,
	};
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
};

const struct query_kind *query_kind_of(enum resource resource) {
	check((unsigned)resource < RESOURCE_COUNT);
	return &kinds[resource];
}

size_t query_key_bytes(const struct query_kind *kind) {
	return kind->table == TABLE_BALANCE ? BALANCE_KEY_BYTES : ID_KEY_BYTES;
}

const char *resource_name(enum resource resource) {
	return query_kind_of(resource)->name;
}
