/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_BYTES_MIN = 4096 - 64,
	BLOCK_BYTES_MAX = 1 << 20,
	ALIGNMENT = _Alignof(max_align_t),
};

struct arena_block {
	struct arena_block *previous;
	size_t bytes;
	_Alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena, size_t bytes_max) {
	*arena = (struct arena){ .bytes_max = bytes_max ? bytes_max : SIZE_MAX };
}

static void free_blocks(struct arena_block *block) {
	while (block) {
		struct arena_block *previous = block->previous;
		free(block);
		block = previous;
	}
}

void arena_done(struct arena *arena) {
	free_blocks(arena->head);
	arena_init(arena, arena->bytes_max);
}

void arena_reset(struct arena *arena) {
	struct arena_block *kept = arena->head;
	if (!kept)
		return;
	free_blocks(kept->previous);
	kept->previous = NULL;
	arena->next = kept->data;
	arena->end = kept->data + kept->bytes;
	arena->bytes = kept->bytes;
}

static int add_block(struct arena *arena, size_t bytes) {
	size_t size = arena->head ? arena->head->bytes * 2 : BLOCK_BYTES_MIN;
	if (size > BLOCK_BYTES_MAX)
		size = BLOCK_BYTES_MAX;
	if (size < bytes)
		size = bytes;
	if (size > arena->bytes_max - arena->bytes)
		size = bytes;
	if (size > arena->bytes_max - arena->bytes)
		return 0;
	struct arena_block *block = malloc(sizeof(*block) + size);
	if (!block)
		return 0;
	block->previous = arena->head;
	block->bytes = size;
	arena->head = block;
	arena->next = block->data;
	arena->end = block->data + size;
	arena->bytes += size;
	return 1;
}

void *arena_alloc_slowly(struct arena *arena, size_t bytes) {
	if (bytes > SIZE_MAX - ALIGNMENT - sizeof(struct arena_block))
		return NULL;
	bytes = (bytes + !bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1); /* 0 bytes: not NULL */
	if (bytes > (size_t)(arena->end - arena->next) && !add_block(arena, bytes))
		return NULL;
	void *memory = arena->next;
	arena->next += bytes;
	return memory;
}

void *arena_zalloc(struct arena *arena, size_t bytes) {
	void *memory = arena_alloc(arena, bytes);
	return memory ? memset(memory, 0, bytes) : NULL;
}

/* Its room follows from its count: 4, and twice that whenever it is full. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t item_bytes) {
	enum { ROOM_MIN = 4 };
	bool is_full = count == 0 || (count >= ROOM_MIN && (count & (count - 1)) == 0);
	size_t room = count ? 2 * count : ROOM_MIN;
	if (!is_full)
		return items;
	if (room > SIZE_MAX / item_bytes)
		return NULL;
	void *larger = arena_alloc(arena, room * item_bytes);
	if (larger && count)
		memcpy(larger, items, count * item_bytes);
	return larger;
}

void *arena_copy(struct arena *arena, const void *data, size_t bytes) {
	void *memory = arena_alloc(arena, bytes);
	if (memory && bytes)
		memcpy(memory, data, bytes);
	return memory;
}

char *arena_string(struct arena *arena, const char *text, size_t bytes) {
	char *memory = arena_alloc(arena, bytes + 1);
	if (!memory)
		return NULL;
	if (bytes)
		memcpy(memory, text, bytes);
	memory[bytes] = '\0';
	return memory;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
	va_list args;
	va_start(args, format);
	int bytes = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *memory = bytes < 0 ? NULL : arena_alloc(arena, (size_t)bytes + 1);
	if (!memory)
		return NULL;
	va_start(args, format);
	vsnprintf(memory, (size_t)bytes + 1, format, args);
	va_end(args);
	return memory;
}
