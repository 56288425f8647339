/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule set gives a case, computed again. The auditor reads the rules (rules.proto), the
 * case and what stood before it, and says what had to be decided: the amount, the expense that it
 * was taken of, the tier, and every rule weighed with its limit, what was used and what it left.
 * Nothing of the ledger's own computation is used.
 *
 * Pure, but for what was granted before, which is asked for; any thread. What is returned lives in
 * the arena. No memory ends the process (table.h).
 */
#ifndef VOUCHER_AUDIT_DECIDE_RULES_H
#define VOUCHER_AUDIT_DECIDE_RULES_H

#include "base/arena.h"
#include "voucher-audit/decide_amount.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/rules.pb-c.h"
#include "voucher/v1/setup.pb-c.h"

/* --- the rules weighed --- */

struct weighed {
	struct arena *arena;
	Pb__Bound **bounds;
	size_t count;
};

/* Zeroed memory of the arena; never NULL. */
void *decide_alloc(struct arena *arena, size_t bytes);
const char *decide_text(struct arena *arena, const char *text);
__attribute__((format(printf, 2, 3))) const char *decide_print(
    struct arena *arena, const char *format, ...);

/* Adds one: a rule about money leaves min(asked, limit − used), never less than nothing; one that
 * counts grants leaves one more or none; a fact holds or not. */
Pb__Bound *weighed_money(
    struct weighed *weighed, Pb__Rule rule, int64_t limit, int64_t used, int64_t asked);
Pb__Bound *weighed_grants(struct weighed *weighed, Pb__Rule rule, int64_t limit, int64_t used);
Pb__Bound *weighed_fact(struct weighed *weighed, Pb__Rule rule, const char *attribute, bool holds);

/* --- the case --- */

/* `told`: as it was last registered or updated; controller and related parties normalised. */
struct decide_party {
	uint64_t id;
	const Pb__RegisterParty *told;
};

struct decide_case {
	const Pb__RuleSet *rules;
	const char *region;                  /* of the programme */
	const struct decide_party *holder;   /* never NULL */
	const struct decide_party *provider; /* NULL: none */
	const char *category;
	const Pb__RecordAgreement *agreement; /* in force for the holder; NULL: none */
	int64_t eligible, vat, earlier;
	int64_t granted; /* of the claim that is topped up */
	int64_t units;
};

/* --- the standing --- */

enum decide_whose {
	OF_HOLDER,
	OF_CONTROLLER,
	OF_PROVIDER,
	OF_TIER,            /* what a tier granted */
	OF_HOLDER_TIER,     /* and to the holder */
	OF_GROUP,           /* what the tiers of a combination granted to the beneficiary */
	OF_GROUP_INCREMENT, /* of it, by increments */
	OF_GROUP_TIER,      /* of it, by one tier */
};

/* What was granted before. `level`: 0 the programme, 1 its part_of, 2 that one's. */
struct decide_question {
	enum decide_whose whose;
	bool is_ever;       /* not in this year alone */
	bool is_with_parts; /* and by the programmes that are part of it */
	unsigned level;
	uint32_t tier;
	uint32_t group;
};

struct decide_had {
	int64_t amount;
	int64_t grants;
};

struct decide_fund {
	const char *code;
	uint32_t share_bp;
	int64_t left;
};

struct decide_standing {
	struct decide_had (*had)(void *arg, const struct decide_question *question);
	void *arg;
	int64_t annual_pool;  /* allocated this year */
	int64_t voucher_live; /* −1: no voucher */
	int64_t pool;         /* what the programme has left; −1: it is in the voucher */
	struct decide_fund funds[LIMIT_FUNDS]; /* that share the costs */
	size_t n_funds;
	const Pb__RuleSet *umbrellas[LIMIT_UMBRELLAS]; /* NULL: no rules are in force there */
	const char *umbrella_codes[LIMIT_UMBRELLAS];
	size_t n_umbrellas;
};

/* `against`: why it had to be refused; OUTCOME_OK: `amount` had to be granted. */
struct decide_subsidy {
	Pb__Outcome against;
	int64_t amount;
	int64_t base;         /* what of the expense counted; 0: none was asked for */
	const Pb__Tier *tier; /* or the agreement's terms; NULL: none fits */
};

struct decide_subsidy decide_subsidise(
    const struct decide_case *one, const struct decide_standing *standing, struct weighed *weighed);

/* --- parts of it --- */

/* Whether the region lies in `in`: 110114 in 110100 and in 110000. */
bool decide_lies_in(const char *region, const char *in);

/* Who may hold a voucher: every part is weighed. */
bool decide_eligible(
    const Pb__Eligibility *who, const struct decide_party *holder, struct weighed *weighed);

/* Whether a cap is meant for the holder. */
bool decide_is_meant(const Pb__Eligibility *who, const Pb__RegisterParty *holder);

bool decide_is_related(const struct decide_party *a, const struct decide_party *b);
bool decide_fits(const Pb__Tier *tier, const struct decide_case *one);
bool decide_is_covered(const Pb__RuleSet *rules, const char *category);

/* Whether that local day lies between two dates, both included; a date that is none never comes. */
bool decide_is_in_force(const char *from, const char *until, int32_t day);

/* Whether a window is open on that local day. */
bool decide_is_open(Pb__Window *const *windows, size_t count, int32_t day);

#endif
