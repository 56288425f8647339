/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot of the state environment; its functions are in store/state_store.h. It knows the
 * environment only, nothing of the memory of the store.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "store/state_env.h"

enum err snapshot_new(struct state_env *env, struct snapshot **ret_snapshot) MUST_CHECK;

#endif
