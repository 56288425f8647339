/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects that a command names. find_: NULL when there is none, refused with that kind's
 * …_UNKNOWN and `field`. the_: known to exist; a bug if not. Rows are borrowed from the state and
 * valid until the decision ends. Internal to src/ledger.
 */
#ifndef LEDGER_FIND_H
#define LEDGER_FIND_H

#include "ledger/deciding.h"

const struct fund_row *find_fund(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id);
const struct programme_row *find_programme(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id);
const struct party_row *find_party(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id);
const struct house_row *find_house(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id);

/* A party that staff decide about: in their region; and the entry concerns it, as its subject and
 * so that it may read the entry. */
const struct party_row *find_concerned(
    struct deciding *d, const char *code, const char *field, uint64_t *ret_id);
void name_concerned(struct deciding *d, uint64_t id, uint32_t kind);

const struct principal_row *find_principal(struct deciding *d, uint64_t id, const char *field);
const struct application_row *find_application(struct deciding *d, uint64_t id, const char *field);
const struct voucher_row *find_voucher(struct deciding *d, uint64_t id, const char *field);
const struct reservation_row *find_reservation(struct deciding *d, uint64_t id, const char *field);
const struct claim_row *find_claim(struct deciding *d, uint64_t id, const char *field);
const struct settlement_row *find_settlement(struct deciding *d, uint64_t id, const char *field);

const struct house_row *the_house(const struct deciding *d, uint64_t id);
const struct programme_row *the_programme(const struct deciding *d, uint64_t id);
const struct party_row *the_party(const struct deciding *d, uint64_t id);
const struct voucher_row *the_voucher(const struct deciding *d, uint64_t id);
const struct reservation_row *the_reservation(const struct deciding *d, uint64_t id);
const struct claim_row *the_claim(const struct deciding *d, uint64_t id);

/* --- whether a party may; `field` is the one by which it is concerned --- */

/* The party is not suspended; else PARTY_STATE. What is owed to it may be paid. */
bool want_not_suspended(struct deciding *d, uint64_t party, const char *field);

/* It may begin something new: it is neither suspended (PARTY_STATE) nor blacklisted (BLACKLISTED).
 */
bool want_in_good_standing(struct deciding *d, uint64_t party, const char *field);

/* The programme's assessments have not removed it; else PARTY_REMOVED. */
bool want_not_removed(struct deciding *d, uint64_t programme, uint64_t party, const char *field);

/* Staff who answer for a region see and decide files of holders in it alone; else NOT_IN_REGION. */
bool want_in_region(struct deciding *d, uint64_t party, const char *field);

/* What is of a whole programme, such as a settlement, staff of a region decide if the programme's
 * region lies in theirs; else NOT_IN_REGION. */
bool want_programme_in_region(
    struct deciding *d, const struct programme_row *programme, const char *field);

/* What is of no programme and no region, such as our accounts at banks, is for staff who answer for
 * none; else NOT_IN_REGION. */
bool want_all_regions(struct deciding *d, const char *field);

/* --- codes, particulars, rules --- */

/* A currency of the ledger by its ISO 4217 code; "" is the first. Else FIELD_INVALID. */
bool find_currency(struct deciding *d, const char *code, const char *field, uint32_t *ret_index);

/* The id that `key` has in a table of codes, credentials, contracts, …; 0: none. */
uint64_t find_id(const struct deciding *d, enum table table, const struct key *key);

/* A party's newest particulars, unpacked into the arena. NULL: refused, no memory. */
const Pb__RegisterParty *read_particulars(struct deciding *d, uint64_t party);

/* The same as rules see it. */
bool read_rules_party(struct deciding *d, uint64_t party, struct rules_party *ret_party);

/* The newest admission of a party to a programme, unpacked into the arena. True with NULL when it
 * was never admitted; false: refused, no memory. */
bool read_admission(struct deciding *d, uint64_t programme, uint64_t party,
    const Pb__AdmitProvider **ret_admission);

/* The newest agreement with a party in a programme, if it is in force on the programme's local day;
 * true with NULL: there is none. False: refused, no memory. */
bool read_agreement(struct deciding *d, uint64_t programme_id,
    const struct programme_row *programme, uint64_t party,
    const Pb__RecordAgreement **ret_agreement);

/* What was applied for, unpacked into the arena; true with NULL: a voucher. False: refused, no
 * memory. */
bool read_applied(struct deciding *d, uint64_t application, const Pb__Apply **ret_apply);

/* A published rule set. Borrowed from the ledger's cache until the decision ends, and the entry
 * lives longer: copy what it keeps. NULL: refused, no memory. */
const Pb__RuleSet *read_rules(struct deciding *d, uint64_t programme, uint32_t version);

/* The newest one in force on the programme's local day; NULL: refused, RULES_MISSING. */
const Pb__RuleSet *read_rules_in_force(
    struct deciding *d, uint64_t programme, const struct programme_row *row);

/* The programmes whose joint caps bind under these rules of `programme`: part_of, and its part_of
 * by the rules that it has in force. One that has none in force has no caps. */
struct umbrellas {
	size_t count;
	uint64_t ids[LIMIT_UMBRELLAS];
	const Pb__RuleSet *rules[LIMIT_UMBRELLAS]; /* for rules_standing; borrowed like read_rules() */
	const char *names[LIMIT_UMBRELLAS];        /* codes; borrowed from the rules */
};
bool read_umbrellas(struct deciding *d, uint64_t programme, const Pb__RuleSet *rules,
    struct umbrellas *ret_umbrellas);

/* What a cap has counted so far (enum usage_kind). */
int64_t usage_so_far(const struct deciding *d, enum usage_kind kind, uint64_t programme,
    uint64_t subject, int32_t year);

/* The local day, and calendar year, of the occasion at a programme. */
int32_t local_day(const struct deciding *d, const struct programme_row *programme);
int32_t local_year(const struct deciding *d, const struct programme_row *programme);

#endif
