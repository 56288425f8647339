/* SPDX-License-Identifier: Apache-2.0 */
/* The words for fields and values in tables. */
#ifndef VOUCHERCTL_LABELS_H
#define VOUCHERCTL_LABELS_H

#include "base/arena.h"
#include "voucherctl/lang.h"

/* Of a field by its name in the schema ("use_by_us") and, where it means different things, that of
 * its message ("BankAccount"; may be NULL). A field that has no entry gets its name with blanks.
 * NULL only when the arena is exhausted. */
const char *label_of_field(
    const char *message, const char *field, enum lang lang, struct arena *arena);

/* Of an enum value by its short name ("active") and, where it means different things, that of its
 * enum ("PeriodStatus"; may be NULL); the name itself when there is no translation. */
const char *label_of_value(const char *type, const char *name, enum lang lang);

#endif
