/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small pieces of memory for a library that takes and gives back the same few sizes with every
 * request: what is given back waits in a list of its size for the next who asks.
 *
 * Bounded: what waits is never more than RECYCLER_KEPT_BYTES; after a burst the rest goes back to
 * the heap. Touched by one thread.
 */
#ifndef NET_RECYCLER_H
#define NET_RECYCLER_H

#include <stddef.h>

enum {
	RECYCLER_STEP_BYTES = 64, /* sizes are multiples of it */
	RECYCLER_SIZES = 16,      /* larger pieces come from the heap, and go back there */
	RECYCLER_KEPT_BYTES = 1 << 20,
};

struct recycler_piece;

struct recycler {
	struct recycler_piece *waiting[RECYCLER_SIZES];
	size_t waiting_bytes;
};

/* A recycler of zero bytes is ready, and may be done with. */
void recycler_done(struct recycler *recycler);

/* Like malloc, calloc, realloc and free. What is given back after recycler_done waits again. */
void *recycler_alloc(struct recycler *recycler, size_t bytes);
void *recycler_zalloc(struct recycler *recycler, size_t count, size_t bytes);
void *recycler_resize(struct recycler *recycler, void *memory, size_t bytes);
void recycler_give(struct recycler *recycler, void *memory);

#endif
