/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands by chance: half of them what a sensible person would do next, half of them wrong, with a
 * liking for the edges of numbers and of dates. From a seed, the same on every machine.
 *
 * What is invented refers to the naive world, which knows what there is, and lives in `arena`.
 */
#ifndef TESTS_MODEL_INVENT_H
#define TESTS_MODEL_INVENT_H

#include "base/arena.h"
#include "naive.h"

struct invention {
	uint64_t random;
	struct arena *arena;
	const struct naive *world;
	uint64_t words;  /* contracts, invoices, serials so far */
	bool has_missed; /* nothing was in the state that the last command needs */
};

/* SplitMix64 (S. Vigna, public domain). */
uint64_t invent_number(struct invention *i);
size_t invent_below(struct invention *i, size_t limit);
bool invent_one_in(struct invention *i, size_t count);

/* A rule set that is free of mistakes, for one of the world's programmes. */
Pb__RuleSet *invent_rules(struct invention *i, const struct naive_programme *programme,
    uint32_t version, const char *effective_from);

/* What becomes of parties: fills the body. */
void invent_update_party(struct invention *i, Pb__Command *command);
void invent_agreement(struct invention *i, Pb__Command *command);

/* What banks say, and what people make of it (invent_bank.c): each fills the body, and says who
 * gives it. */
uint64_t invent_statement(struct invention *i, Pb__Command *command);
uint64_t invent_reconcile(struct invention *i, Pb__Command *command);
uint64_t invent_unmatch(struct invention *i, Pb__Command *command);
uint64_t invent_word(struct invention *i, Pb__Command *command);
uint64_t invent_payment_file(struct invention *i, Pb__Command *command);
uint64_t invent_period(struct invention *i, Pb__Command *command);

const char *invent_house(struct invention *i);
const char *invent_value_date(struct invention *i); /* or none */
uint64_t invent_staff(struct invention *i);

/* The next command and who gives it. */
Pb__Command *invent_command(struct invention *i, uint64_t *ret_principal);

/* The next moment, after `now`: mostly soon, sometimes just before, at, or after a deadline. */
int64_t invent_time(struct invention *i, int64_t now);

/* A message of the schema in the world's arena: INVENT(i, reserve, Reserve). */
#define INVENT(i, name, Type)                                                                      \
	Pb__##Type *name = invent_alloc((i), sizeof(*name));                                           \
	pb__##name##__init(name)
void *invent_alloc(struct invention *i, size_t bytes);
__attribute__((format(printf, 2, 3))) const char *invent_text(
    struct invention *i, const char *format, ...);

#endif
