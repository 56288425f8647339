/* SPDX-License-Identifier: Apache-2.0 */
#include "record/pb.h"
#include "refusals.h"
#include "support/suite.h"

#define COMPANY "91350100M000100Y43"
#define LAB     "91110108551385082Q"

#define RULES(programme, more)                                                                     \
	"{'publish_rules': {'programme': '" programme                                                  \
	"', 'rules': {'version': 1, 'title': 't', 'document': 'd', "                                   \
	"'effective_from': '2026-01-01', " WORLD_RULES                                                 \
	"'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"               \
	" 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER'" more "}}}"

static struct world *world_with_programmes(void) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	world_accept(w, "{'create_programme': {'code': 'open', 'name': 'n', 'region': '110114'}}");
	world_accept(w, "{'create_programme': {'code': 'closed', 'name': 'n', 'region': '110114'}}");
	world_accept(w, "{'create_programme': {'code': 'bare', 'name': 'n', 'region': '110114'}}");
	world_accept(w, RULES("open", ", 'agreements_allowed': true"));
	world_accept(w, RULES("closed", ""));
	return w;
}

#define TERMS "'terms': {'id': 1, 'name': 'agreed', 'ratio_bp': 6000}"
#define DAYS  "'from': '2026-02-01', 'until': '2026-02-28'"
#define AGREE(programme, party, fields)                                                            \
	"{'record_agreement': {'programme': '" programme "', 'party': '" party "', " fields "}}"

static const Pb__RecordAgreement *newest(struct world *w, uint64_t entry) {
	const Pb__Decision *decision = world_entry(w, entry)->decision;
	struct key key = key_of_ids(decision->programme, decision->holder);
	size_t bytes;
	const struct state *state = world_state(w);
	const void *row = state->ops->get(state->self, TABLE_AGREEMENT, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	ProtobufCMessage *agreement;
	ck_assert_int_eq(
	    pb_unpack(&pb__record_agreement__descriptor, row, bytes, world_arena(w), &agreement),
	    ERR_OK);
	return (const Pb__RecordAgreement *)agreement;
}

START_TEST(the_newest_agreement_is_kept) {
	struct world *w = world_with_programmes();
	uint64_t first = world_accept(w,
	    AGREE("open", COMPANY, "'document': '协议 1', " TERMS ", " DAYS ", 'caps_waived': true"));
	ck_assert(pb_is_equal(
	    &newest(w, first)->base, &world_entry(w, first)->command->record_agreement->base));
	ck_assert_uint_eq(world_entry(w, first)->decision->rule_version, 1);
	world_accept(w, AGREE("open", COMPANY, "'document': '协议 2', " TERMS ", " DAYS));
	ck_assert_str_eq(newest(w, first)->document, "协议 2");
	ck_assert(!newest(w, first)->caps_waived);
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_an_agreement_is_named) {
	struct world *w = world_with_programmes();
	static const struct refused table[] = {
		{ AGREE("open", COMPANY, TERMS ", " DAYS), PB__OUTCOME__FIELD_MISSING, "document" },
		{ AGREE("open", COMPANY, "'document': 'd', " DAYS), PB__OUTCOME__FIELD_MISSING, "terms" },
		{ AGREE("open", COMPANY, "'document': 'd', 'until': '2026-03-01', " TERMS),
		    PB__OUTCOME__FIELD_MISSING, "from" },
		{ AGREE("open", COMPANY, "'document': 'd', 'from': '2026-03-01', " TERMS),
		    PB__OUTCOME__FIELD_MISSING, "until" },
		{ AGREE("open", COMPANY,
		      "'document': 'd', 'from': '2026-03-01', 'until': '2026-02-28', " TERMS),
		    PB__OUTCOME__FIELD_INVALID, "until" },
		{ AGREE("", COMPANY, "'document': 'd', " TERMS ", " DAYS), PB__OUTCOME__FIELD_MISSING,
		    "programme" },
		{ AGREE("open", "T-9", "'document': 'd', " TERMS ", " DAYS), PB__OUTCOME__PARTY_UNKNOWN,
		    "party" },
		{ AGREE("open", LAB, "'document': 'd', " TERMS ", " DAYS), PB__OUTCOME__PARTY_KIND_WRONG,
		    "party" },
		{ AGREE("closed", COMPANY, "'document': 'd', " TERMS ", " DAYS), PB__OUTCOME__FIELD_INVALID,
		    "programme" },
		{ AGREE("bare", COMPANY, "'document': 'd', " TERMS ", " DAYS), PB__OUTCOME__RULES_MISSING,
		    "programme" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

#define WITH(terms) AGREE("open", COMPANY, "'document': 'd', " DAYS ", 'terms': {" terms "}")

START_TEST(terms_are_as_sound_as_a_tier) {
	struct world *w = world_with_programmes();
	static const struct refused table[] = {
		{ WITH("'name': 'n', 'ratio_bp': 6000"), PB__OUTCOME__RULES_INVALID, "terms.id" },
		{ WITH("'id': 7, 'name': 'n', 'ratio_bp': 10001"), PB__OUTCOME__RULES_INVALID,
		    "terms.ratio_bp" },
		{ WITH("'id': 7, 'name': 'n', 'ratio_bp': 1, 'per_year': -1"), PB__OUTCOME__RULES_INVALID,
		    "terms.per_year" },
		{ WITH("'id': 7, 'name': 'n', 'ratio_bp': 1, 'group': 3"), PB__OUTCOME__RULES_INVALID,
		    "terms.group" },
		{ WITH("'id': 7, 'name': 'n', 'ratio_bp': 1, 'categories': ['']"),
		    PB__OUTCOME__RULES_INVALID, "terms.categories[0]" },
	};
	REFUSE_ALL(w, table);
	world_accept(w, WITH("'id': 7, 'name': 'n', 'ratio_bp': 10000, 'per_year': 100"));
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: agreements", the_newest_agreement_is_kept,
    what_is_wrong_with_an_agreement_is_named, terms_are_as_sound_as_a_tier)
