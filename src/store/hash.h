/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes of keys, seeded at random, so that nobody can choose keys that collide.
 */
#ifndef STORE_HASH_H
#define STORE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* `number`: whatever else tells the key from its likes. */
uint64_t hash_key(const uint64_t seed[2], unsigned number, const unsigned char *key, size_t bytes);

#endif
