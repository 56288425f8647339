/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of tables of cases, and how their cells are read. */
#ifndef VOUCHERCTL_PROGRAMME_CELLS_H
#define VOUCHERCTL_PROGRAMME_CELLS_H

#include "voucherctl/programme_cases.h"

/* One cell being read. */
struct reading {
	struct programme_cases *cases;
	struct programme_case *into;
	const struct column *by; /* NULL: an attribute of the holder */
	const char *title;
	char *text;
	uint64_t line, column;
};

/* `place`: of what it sets, in struct programme_case. */
struct column {
	const char *name;
	enum err (*take)(const struct reading *reading);
	size_t place;
	bool is_words; /* kept as it was written */
};

/* By its title, or NULL. "fund:CODE" is one column for all funds. */
const struct column *column_find(const char *title);

/* All but that of the funds. */
extern const struct column column_table[];
extern const size_t column_count;

/* A cell that is not empty. ERR_CONFIG with the message in the cases' csv, ERR_MEMORY. */
enum err cell_take(const struct reading *reading) MUST_CHECK;

#endif
