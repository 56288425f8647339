/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text on a terminal: how many columns it takes, and that it does no harm there.
 *
 * By a table of our own (Unicode 15, UAX #11: Wide and Fullwidth take two columns, combining marks
 * none), so that tables align whatever the locale.
 */
#ifndef VOUCHERCTL_WIDTH_H
#define VOUCHERCTL_WIDTH_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/* Columns of one character: 0, 1 or 2. */
unsigned width_of_character(uint32_t character);

/* Columns of UTF-8 text. A byte that is not UTF-8 counts as one. */
size_t width_of_text(const char *text);

/*
 * `text` with everything replaced by U+FFFD that could steer a terminal or turn the direction of
 * writing: control characters, bidirectional overrides, bytes that are not UTF-8. `text` itself
 * when it is clean; otherwise a copy in `arena` (NULL when that is exhausted).
 */
const char *width_safe_text(struct arena *arena, const char *text);

#endif
