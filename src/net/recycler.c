/* SPDX-License-Identifier: Apache-2.0 */
#include "net/recycler.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Stands before the memory that the caller sees. */
struct recycler_piece {
	struct recycler_piece *next; /* while it waits */
	size_t bytes;                /* that the caller may use */
	_Alignas(max_align_t) char data[];
};

static struct recycler_piece *piece_of(void *memory) {
	return (struct recycler_piece *)((char *)memory - offsetof(struct recycler_piece, data));
}

/* RECYCLER_SIZES or more: too large to wait. */
static size_t size_index(size_t bytes) {
	return bytes ? (bytes - 1) / RECYCLER_STEP_BYTES : 0;
}

void recycler_done(struct recycler *recycler) {
	for (size_t i = 0; i < RECYCLER_SIZES; i++) {
		while (recycler->waiting[i]) {
			struct recycler_piece *piece = recycler->waiting[i];
			recycler->waiting[i] = piece->next;
			free(piece);
		}
	}
	recycler->waiting_bytes = 0;
}

static void *alloc_new(size_t bytes) {
	if (bytes > SIZE_MAX - sizeof(struct recycler_piece))
		return NULL;
	struct recycler_piece *piece = malloc(sizeof(*piece) + bytes);
	if (!piece)
		return NULL;
	piece->bytes = bytes;
	return piece->data;
}

void *recycler_alloc(struct recycler *recycler, size_t bytes) {
	size_t index = size_index(bytes);
	if (index >= RECYCLER_SIZES)
		return alloc_new(bytes);
	struct recycler_piece *piece = recycler->waiting[index];
	if (!piece)
		return alloc_new((index + 1) * RECYCLER_STEP_BYTES);
	recycler->waiting[index] = piece->next;
	recycler->waiting_bytes -= piece->bytes;
	return piece->data;
}

void *recycler_zalloc(struct recycler *recycler, size_t count, size_t bytes) {
	size_t total;
	if (__builtin_mul_overflow(count, bytes, &total))
		return NULL;
	void *memory = recycler_alloc(recycler, total);
	return memory ? memset(memory, 0, total) : NULL;
}

void *recycler_resize(struct recycler *recycler, void *memory, size_t bytes) {
	size_t before = memory ? piece_of(memory)->bytes : 0;
	if (memory && bytes <= before)
		return memory;
	void *larger = recycler_alloc(recycler, bytes);
	if (!larger || !memory)
		return larger;
	memcpy(larger, memory, before);
	recycler_give(recycler, memory);
	return larger;
}

void recycler_give(struct recycler *recycler, void *memory) {
	if (!memory)
		return;
	struct recycler_piece *piece = piece_of(memory);
	size_t index = size_index(piece->bytes);
	if (index >= RECYCLER_SIZES || recycler->waiting_bytes + piece->bytes > RECYCLER_KEPT_BYTES) {
		free(piece);
		return;
	}
	piece->next = recycler->waiting[index];
	recycler->waiting[index] = piece;
	recycler->waiting_bytes += piece->bytes;
}
