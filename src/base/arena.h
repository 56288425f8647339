/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region of memory that is given back all at once. What a request needs lives in that request's
 * arena.
 *
 * Owned by one thread at a time; handing a request to another thread hands over its arena. Memory
 * is aligned for any type and not cleared, except where a function says so.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head; /* the newest block */
	char *next;
	char *end;
	size_t bytes;     /* taken from the heap so far */
	size_t bytes_max; /* never more than this; arena_alloc then returns NULL */
};

/* `bytes_max` 0: as much as the heap gives. Takes nothing yet. */
void arena_init(struct arena *arena, size_t bytes_max);

/* Frees everything. */
void arena_done(struct arena *arena);

/* Forgets everything, but keeps one block for the next user. */
void arena_reset(struct arena *arena);

void *arena_alloc_slowly(struct arena *arena, size_t bytes); /* whatever there is left */

/* NULL when the heap or the limit is exhausted. Valid until reset or done. */
static inline void *arena_alloc(struct arena *arena, size_t bytes) {
	size_t mask = _Alignof(max_align_t) - 1, left = (size_t)(arena->end - arena->next);
	void *memory = arena->next;
	if (bytes >= left) /* what is left is a multiple of the alignment */
		return arena_alloc_slowly(arena, bytes);
	arena->next += (bytes + !bytes + mask) & ~mask; /* 0 bytes: not NULL */
	return memory;
}
void *arena_zalloc(struct arena *arena, size_t bytes); /* cleared */
/* An array that begins as NULL with a count of 0 and grows by this alone: the array, or a larger
 * copy of it, with room for one item more. NULL: no memory. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t item_bytes);
void *arena_copy(struct arena *arena, const void *data, size_t bytes);
char *arena_string(struct arena *arena, const char *text, size_t bytes); /* adds a NUL */
__attribute__((format(printf, 2, 3))) char *arena_printf(
    struct arena *arena, const char *format, ...);

#define ARENA_NEW(arena, type) ((type *)arena_zalloc((arena), sizeof(type)))

#endif
