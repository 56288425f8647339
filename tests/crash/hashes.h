/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hashes of the tree that an engine hands out, against those of the entries in its journal:
 * every tile that there is, of every level.
 */
#ifndef TESTS_CRASH_HASHES_H
#define TESTS_CRASH_HASHES_H

#include "engine/engine.h"

/* NULL, or what is wrong, as text in `arena`. */
const char *examine_hashes(struct engine *engine, struct arena *arena);

#endif
