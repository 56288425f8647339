/* SPDX-License-Identifier: Apache-2.0 */
#include "support/memory_state.h"

#include "base/check.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
	struct key key;
	size_t bytes;
	void *data;
};

struct rows {
	struct row *rows; /* in order of their keys */
	size_t count;
	size_t capacity;
};

struct lent {
	struct lent *next;
	_Alignas(8) char data[];
};

struct memory_state {
	struct rows tables[TABLE_COUNT];
	struct lent *lent; /* what get() gave since the last put */
	struct state writable;
	struct state readable;
};

static int compare(const struct key *a, const struct key *b) {
	int order = memcmp(a->data, b->data, a->bytes < b->bytes ? a->bytes : b->bytes);
	return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* Of the first row whose key is not less than `key`. */
static size_t position(const struct rows *table, const struct key *key) {
	size_t low = 0, high = table->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(&table->rows[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void take_back_lent(struct memory_state *memory) {
	while (memory->lent) {
		struct lent *lent = memory->lent;
		memory->lent = lent->next;
		free(lent);
	}
}

static struct rows *table_of(struct memory_state *memory, enum table table) {
	check(table > 0 && table < TABLE_COUNT);
	return &memory->tables[table];
}

static const void *get(void *self, enum table table, const struct key *key, size_t *ret_bytes) {
	struct memory_state *memory = self;
	const struct rows *rows = table_of(memory, table);
	size_t at = position(rows, key);
	if (at == rows->count || compare(&rows->rows[at].key, key) != 0)
		return NULL;
	struct lent *lent = malloc(sizeof(*lent) + rows->rows[at].bytes);
	check(lent);
	memcpy(lent->data, rows->rows[at].data, rows->rows[at].bytes);
	lent->next = memory->lent;
	memory->lent = lent;
	*ret_bytes = rows->rows[at].bytes;
	return lent->data;
}

static struct row *insert(struct rows *rows, size_t at, const struct key *key) {
	if (rows->count == rows->capacity) {
		rows->capacity = rows->capacity ? rows->capacity * 2 : 16;
		rows->rows = realloc(rows->rows, rows->capacity * sizeof(*rows->rows));
		check(rows->rows);
	}
	memmove(&rows->rows[at + 1], &rows->rows[at], (rows->count - at) * sizeof(*rows->rows));
	rows->count++;
	rows->rows[at] = (struct row){ .key = *key };
	return &rows->rows[at];
}

static void put(
    void *self, enum table table, const struct key *key, const void *data, size_t bytes) {
	struct memory_state *memory = self;
	struct rows *rows = table_of(memory, table);
	size_t at = position(rows, key);
	bool is_there = at < rows->count && compare(&rows->rows[at].key, key) == 0;
	struct row *row = is_there ? &rows->rows[at] : insert(rows, at, key);
	void *copy = malloc(bytes ? bytes : 1);
	check(copy);
	memcpy(copy, data, bytes);
	free(row->data);
	row->data = copy;
	row->bytes = bytes;
	take_back_lent(memory); /* last: `data` may be one of them */
}

static void scan(void *self, enum table table, const struct key *prefix, const struct key *from,
    bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes), void *arg) {
	const struct rows *rows = table_of(self, table);
	for (size_t at = position(rows, from); at < rows->count; at++) {
		const struct row *row = &rows->rows[at];
		if (row->key.bytes < prefix->bytes ||
		    memcmp(row->key.data, prefix->data, prefix->bytes) != 0)
			return;
		if (!visit(arg, &row->key, row->data, row->bytes))
			return;
	}
}

static const struct state_ops writable_ops = { .get = get, .put = put, .scan = scan };
static const struct state_ops readable_ops = { .get = get, .put = NULL, .scan = scan };

struct memory_state *memory_state_new(void) {
	struct memory_state *memory = calloc(1, sizeof(*memory));
	check(memory);
	memory->writable = (struct state){ &writable_ops, memory };
	memory->readable = (struct state){ &readable_ops, memory };
	return memory;
}

void memory_state_free(struct memory_state *memory) {
	if (!memory)
		return;
	take_back_lent(memory);
	for (size_t table = 0; table < TABLE_COUNT; table++) {
		for (size_t i = 0; i < memory->tables[table].count; i++)
			free(memory->tables[table].rows[i].data);
		free(memory->tables[table].rows);
	}
	free(memory);
}

const struct state *memory_state_writable(struct memory_state *memory) {
	return &memory->writable;
}

const struct state *memory_state_readable(struct memory_state *memory) {
	return &memory->readable;
}

static bool is_same_row(const struct row *a, const struct row *b) {
	return compare(&a->key, &b->key) == 0 && a->bytes == b->bytes &&
	    memcmp(a->data, b->data, a->bytes) == 0;
}

const char *memory_state_difference(const struct memory_state *a, const struct memory_state *b) {
	static char text[64 + 2 * LIMIT_KEY_BYTES + 1];
	char key[2 * LIMIT_KEY_BYTES + 1];
	for (size_t table = 1; table < TABLE_COUNT; table++) {
		const struct rows *left = &a->tables[table], *right = &b->tables[table];
		for (size_t i = 0; i < left->count || i < right->count; i++) {
			if (i < left->count && i < right->count && is_same_row(&left->rows[i], &right->rows[i]))
				continue;
			const struct row *row = i < left->count ? &left->rows[i] : &right->rows[i];
			text_hex(row->key.data, row->key.bytes, key);
			snprintf(text, sizeof(text), "table %zu, key %s", table, key);
			return text;
		}
	}
	return NULL;
}
