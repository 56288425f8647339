/* SPDX-License-Identifier: Apache-2.0 */
#include "support/memory_log.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

void memory_log_init(struct memory_log *memory) {
	*memory = (struct memory_log){ .failure = ERR_OK };
	pthread_mutex_init(&memory->mutex, NULL);
	pthread_cond_init(&memory->changed, NULL);
}

void memory_log_done(struct memory_log *memory) {
	for (size_t i = 0; i < memory->count; i++) {
		free(memory->records[i].data);
		free(memory->heads[i].data);
	}
	for (size_t i = 0; i < memory->n_texts; i++)
		free(memory->texts[i].text.data);
	free(memory->texts);
	free(memory->records);
	free(memory->heads);
	pthread_cond_destroy(&memory->changed);
	pthread_mutex_destroy(&memory->mutex);
}

static struct memory_record copy_of(const void *data, size_t bytes) {
	struct memory_record record = { .data = malloc(bytes ? bytes : 1), .bytes = bytes };
	check(record.data);
	memcpy(record.data, data, bytes);
	return record;
}

static void add_texts(struct memory_log *memory, const struct log_batch *batch) {
	size_t total = memory->n_texts + batch->n_erasables;
	memory->texts = realloc(memory->texts, (total + 1) * sizeof(memory->texts[0]));
	check(memory->texts);
	for (size_t i = 0; i < batch->n_erasables; i++) {
		const struct log_erasable *change = &batch->erasables[i];
		struct memory_text *text = &memory->texts[memory->n_texts + i];
		*text = (struct memory_text){ .key = change->key, .seq = change->seq };
		if (change->data)
			text->text = copy_of(change->data, change->bytes);
	}
	memory->n_texts = total;
}

static void add_records(struct memory_log *memory, const struct log_batch *batch) {
	size_t total = memory->count + batch->count;
	memory->records = realloc(memory->records, total * sizeof(memory->records[0]));
	memory->heads = realloc(memory->heads, total * sizeof(memory->heads[0]));
	check(memory->records && memory->heads);
	for (size_t i = 0; i < batch->count; i++) {
		const struct log_record *record = &batch->records[i];
		memory->records[memory->count + i] = copy_of(record->data, record->bytes);
		memory->heads[memory->count + i] = (struct memory_record){ 0 };
	}
	memory->heads[total - 1] = copy_of(batch->head, batch->head_bytes);
	memory->count = total;
}

static enum err append(void *self, const struct log_batch *batch) {
	struct memory_log *memory = self;
	pthread_mutex_lock(&memory->mutex);
	memory->waiting++;
	pthread_cond_broadcast(&memory->changed);
	while (memory->is_stalled)
		pthread_cond_wait(&memory->changed, &memory->mutex);
	memory->waiting--;
	memory->appends++;
	enum err err = memory->failure;
	if (!err && batch->expected_seq != memory->count + 1)
		err = ERR_EXISTS;
	if (!err) {
		add_records(memory, batch);
		add_texts(memory, batch);
	}
	pthread_mutex_unlock(&memory->mutex);
	return err;
}

static uint64_t last(void *self) {
	struct memory_log *memory = self;
	pthread_mutex_lock(&memory->mutex);
	uint64_t seq = memory->count;
	pthread_mutex_unlock(&memory->mutex);
	return seq;
}

static enum err read_records(void *self, uint64_t from, log_visit visit, void *arg) {
	struct memory_log *memory = self;
	uint64_t end = last(self);
	for (uint64_t seq = from; seq <= end; seq++) {
		pthread_mutex_lock(&memory->mutex);
		struct memory_record record = memory->records[seq - 1];
		bool is_hidden = memory->hide_seq == seq;
		pthread_mutex_unlock(&memory->mutex);
		if (!is_hidden && !visit(arg, seq, record.data, record.bytes))
			break;
	}
	return ERR_OK;
}

static enum err head(void *self, uint64_t size, void *ret_head, size_t room, size_t *ret_bytes) {
	struct memory_log *memory = self;
	enum err err = ERR_NOT_FOUND;
	pthread_mutex_lock(&memory->mutex);
	for (uint64_t at = size < memory->count ? size : memory->count; at && err; at--) {
		const struct memory_record *record = &memory->heads[at - 1];
		if (!record->bytes || record->bytes > room)
			continue;
		memcpy(ret_head, record->data, record->bytes);
		*ret_bytes = record->bytes;
		err = ERR_OK;
	}
	pthread_mutex_unlock(&memory->mutex);
	return err;
}

static enum err recall(
    void *self, uint64_t key, struct arena *arena, struct log_erasable *ret_text) {
	struct memory_log *memory = self;
	enum err err = ERR_NOT_FOUND;
	pthread_mutex_lock(&memory->mutex);
	size_t i = memory->n_texts;
	while (i > 0 && memory->texts[i - 1].key != key)
		i--;
	if (i > 0 && memory->texts[i - 1].text.data) {
		const struct memory_text *text = &memory->texts[i - 1];
		void *copy = arena_copy(arena, text->text.data, text->text.bytes);
		*ret_text = (struct log_erasable){ key, text->seq, copy, text->text.bytes };
		err = copy ? ERR_OK : ERR_MEMORY;
	}
	pthread_mutex_unlock(&memory->mutex);
	return err;
}

static enum err wait_for(void *self, uint64_t seq, int64_t deadline_us) {
	(void)deadline_us;
	return last(self) >= seq ? ERR_OK : ERR_TIMEOUT;
}

static void close_log(void *self) {
	(void)self;
}

struct log memory_log_open(struct memory_log *memory) {
	static const struct log_ops ops = {
		.append = append,
		.read = read_records,
		.head = head,
		.recall = recall,
		.last = last,
		.wait = wait_for,
		.close = close_log,
	};
	return (struct log){ .ops = &ops, .self = memory };
}

void memory_log_fail(struct memory_log *memory, enum err err) {
	pthread_mutex_lock(&memory->mutex);
	memory->failure = err;
	pthread_mutex_unlock(&memory->mutex);
}

static void set_stalled(struct memory_log *memory, bool is_stalled) {
	pthread_mutex_lock(&memory->mutex);
	memory->is_stalled = is_stalled;
	pthread_cond_broadcast(&memory->changed);
	pthread_mutex_unlock(&memory->mutex);
}

void memory_log_stall(struct memory_log *memory) {
	set_stalled(memory, true);
}

void memory_log_release(struct memory_log *memory) {
	set_stalled(memory, false);
}

void memory_log_wait_stalled(struct memory_log *memory) {
	pthread_mutex_lock(&memory->mutex);
	while (!memory->waiting || !memory->is_stalled)
		pthread_cond_wait(&memory->changed, &memory->mutex);
	pthread_mutex_unlock(&memory->mutex);
}

size_t memory_log_appends(struct memory_log *memory) {
	pthread_mutex_lock(&memory->mutex);
	size_t appends = memory->appends;
	pthread_mutex_unlock(&memory->mutex);
	return appends;
}
