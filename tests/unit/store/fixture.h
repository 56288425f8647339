/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the state store do over and over; all of it fails the test when it fails. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "store/state_store.h"

/* The least memory, small segments, an idle time of 5 ms. */
struct state_store_config small_config(const char *directory);

/* Opens a store whose environment must reflect `seq`. */
struct state_store *open_expecting(const struct state_store_config *config, uint64_t seq);

/* Rows of table 1 that are texts. */
void put_text(struct state_store *store, const char *key, const char *text);
const char *get_text(struct state_store *store, const char *key);

/* Merges, with `seq` itself as the meta. */
void merge(struct state_store *store, uint64_t seq);

/* Waits, a minute if need be, until the environment reflects `seq`. */
void wait_for(struct state_store *store, uint64_t seq);

#endif
