/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a world (support/ledger_world.h) what queries return; that lives as long as the world. */
#ifndef TESTS_UNIT_ENGINE_ASKING_H
#define TESTS_UNIT_ENGINE_ASKING_H

#include "engine/query.h"
#include "support/scheme.h"

/* Staff of the whole office whose work banks are. */
extern const struct query_viewer asking_banker;

/* A settlement of payments to three payees, approved on 2026-01-20 at 10:00; finance acts. */
struct asked {
	struct scheme *s;
	struct world *w;
	const struct member *payees[3];
	uint64_t settlement;
};
struct asked asked_new(const struct scheme_config *config, const int64_t amounts[3]);

/* A page; the filter must be understood. NULL: the list without a filter. */
const Pb__Page *asking_list(struct world *world, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer);

/* The member of the filter that is not understood; it must be one. */
const char *asking_fault(struct world *world, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer);

/* One object; NULL: none that the viewer may know of. */
const void *asking_get(struct world *world, enum resource resource, const char *name,
    const struct query_viewer *viewer);

/* Asks for the object and for its list with less memory than it takes, more and more of it: the
 * answer must be all of it or ERR_MEMORY, and be both in the end. */
void asking_short_of_memory(struct world *world, enum resource resource, const char *name);

/* How many objects a page has, whatever they are. */
size_t asking_count(const Pb__Page *page);

/* As compact JSON. */
const char *asking_json(struct world *world, const void *message);

#endif
