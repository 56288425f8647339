/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule set as sentences: the parts of "programme explain", and what they are put together from.
 * Every field that is set is said, a cap of 0 being none; what src/ledger/rules.h does with it is
 * what is said of it.
 */
#ifndef VOUCHERCTL_PROGRAMME_SENTENCE_H
#define VOUCHERCTL_PROGRAMME_SENTENCE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "voucher/v1/rules.pb-c.h"
#include "voucherctl/lang.h"

#include <stdbool.h>

struct sentence {
	enum lang lang;
	struct arena *arena;
	struct buffer *out;
};

/* The whole rule set. */
void sentence_rules(const struct sentence *to, const Pb__RuleSet *rules);

/* Its parts, in this order. */
void sentence_who(const struct sentence *to, const Pb__RuleSet *rules);
void sentence_amounts(const struct sentence *to, const Pb__RuleSet *rules);
void sentence_course(const struct sentence *to, const Pb__RuleSet *rules);

/* Who an eligibility describes: "companies in the region 110114, with the status x". */
void sentence_eligibility(const struct sentence *to, const Pb__Eligibility *who);
void sentence_conditions(const struct sentence *to, Pb__Condition *const *conditions, size_t count);

/* --- words --- */

__attribute__((format_arg(2), format_arg(3))) const char *sentence_say(
    const struct sentence *to, const char *en, const char *zh);

/* Appends one of the two. */
void sentence_add(const struct sentence *to, const char *en, const char *zh);

/* Of a table of phrases by value, English and Chinese; "?" where there is none. */
#define SENTENCE_PHRASE(to, phrases, value)                                                        \
	sentence_phrase((to), (phrases), sizeof(phrases) / sizeof((phrases)[0]), (size_t)(value))
const char *sentence_phrase(
    const struct sentence *to, const char *const phrases[][2], size_t count, size_t value);

/* What a file says, fit for a terminal. */
void sentence_text(const struct sentence *to, const char *text);
void sentence_words(const struct sentence *to, const char *const *words, size_t count);
void sentence_share(const struct sentence *to, uint32_t share_bp); /* "16.67%" */
void sentence_money(const struct sentence *to, int64_t amount);    /* "200,000.00 yuan" */

/* "- Label: word, word." Nothing when there is no word. */
void sentence_list(const struct sentence *to, const char *en, const char *zh,
    const char *const *words, size_t count);

#endif
