/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory straight from the system, for what is large and looked up at random: in huge pages where
 * the system has them, which spares most of the TLB misses.
 */
#ifndef STORE_HUGE_H
#define STORE_HUGE_H

#include <stddef.h>

/* `bytes` of zeros: a power of two from a page on, aligned to itself, or a multiple of 2 MiB,
 * aligned to that. NULL: no memory. */
void *huge_new(size_t bytes);
void huge_free(void *memory, size_t bytes); /* accepts NULL */

#endif
