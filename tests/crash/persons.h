/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Natural persons who are registered, changed and erased, and the examination of what is left of
 * them: a text is there exactly if its entry is the last word on it.
 */
#ifndef TESTS_CRASH_PERSONS_H
#define TESTS_CRASH_PERSONS_H

#include "base/arena.h"
#include "engine/engine.h"
#include "voucher/v1/command.pb-c.h"

#include <stddef.h>

enum { PERSON_CODE_BYTES = 32 };

typedef char person_code[PERSON_CODE_BYTES];

/* Commands with a new id. */
Pb__Command *person_enter(const char *code, struct arena *arena);
Pb__Command *person_update(const char *code, struct arena *arena);
Pb__Command *person_erase(const char *code, struct arena *arena);

/* NULL; or what is wrong, as text in `arena`: a text of one of these stands in a file below the
 * directory. */
const char *persons_examine_erased(
    const char *directory, const person_code *erased, size_t count, struct arena *arena);

/* NULL, or what is wrong with an open ledger in that directory: a party has a text exactly if the
 * journal says so, and no other text stands in a file. How many there are. */
const char *persons_examine(
    struct engine *engine, const char *directory, size_t *ret_texts, struct arena *arena);

#endif
