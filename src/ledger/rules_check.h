/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a rule set may be published, by theme: each check_*() notes every mistake that it finds
 * and goes on. Sentences are in English and Chinese, formatted with the same arguments in the same
 * order. Pure; any thread. Internal to src/ledger/rules_check*.c.
 */
#ifndef LEDGER_RULES_CHECK_H
#define LEDGER_RULES_CHECK_H

#include "ledger/rules.h"

struct review {
	const Pb__RuleSet *rules;
	struct arena *arena;
	struct rules_mistake *mistakes; /* room for RULES_MISTAKES_MAX */
	size_t count;
	bool has_failed; /* no memory */
};

#define RULES_MISTAKES_MAX 128 /* more are not told */

/* --- places: "rules.tiers[2].ratio_bp" --- */

struct place {
	char text[96];
};

struct place place_of(const char *path);
struct place place_in(const struct place *place, const char *field);
struct place place_at(const struct place *list, size_t index);

/* --- mistakes --- */

__attribute__((format(printf, 3, 5), format(printf, 4, 5))) void fault(
    struct review *review, const struct place *place, const char *en, const char *zh, ...);

/* The same for a field of RuleSet: fault_in(review, "use_by", …). */
#define FAULT_IN(review, field, ...)                                                               \
	do {                                                                                           \
		struct place place_ = place_of("rules." field);                                            \
		fault((review), &place_, __VA_ARGS__);                                                     \
	} while (0)

/* --- what many fields have in common --- */

void check_text(
    struct review *review, const struct place *place, const char *text, size_t bytes_max);
void check_name(struct review *review, const struct place *place, const char *text);
void check_code(struct review *review, const struct place *place, const char *code);
void check_not_negative(struct review *review, const struct place *place, int64_t amount);
void check_days(struct review *review, const struct place *place, uint32_t days);

/* A value that has a name and is not the unspecified one. */
void check_enum(struct review *review, const struct place *place,
    const ProtobufCEnumDescriptor *values, int value);

/* False, and a mistake: more than `max`. */
bool check_count(struct review *review, const struct place *list, size_t count, size_t max);

/* Words, each not empty and there once. */
void check_words(
    struct review *review, const struct place *list, const char *const *words, size_t count);

bool has_word_among(const char *const *words, size_t count, const char *word);

bool is_voucher(const Pb__RuleSet *rules);
bool is_grant(const Pb__RuleSet *rules); /* of the other instruments */

/* --- the themes --- */

void check_who(struct review *review);  /* rules_check_who.c */
void check_what(struct review *review); /* categories, documents */

/* `all`: who meets this meets that too; NULL: none. */
void check_eligibility(struct review *review, const struct place *place, const Pb__Eligibility *who,
    const Pb__Eligibility *all);
void check_conditions(struct review *review, const struct place *list,
    Pb__Condition *const *conditions, size_t count, const Pb__Eligibility *all);

void check_tiers(struct review *review); /* rules_check_tiers.c */
void check_terms(struct review *review, const struct place *place, const Pb__Tier *terms);
void check_combinations(struct review *review);

void check_money(struct review *review);   /* rules_check_money.c: caps, funds, face values */
void check_times(struct review *review);   /* rules_check_times.c */
void check_process(struct review *review); /* rules_check_process.c: instrument, review, duties */

#endif
