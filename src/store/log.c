/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log.h"

enum err log_append(const struct log *log, const struct log_batch *batch) {
	return log->ops->append(log->self, batch);
}

enum err log_recall(
    const struct log *log, uint64_t key, struct arena *arena, struct log_erasable *ret_text) {
	return log->ops->recall(log->self, key, arena, ret_text);
}

enum err log_read(const struct log *log, uint64_t from, log_visit visit, void *arg) {
	return log->ops->read(log->self, from, visit, arg);
}

enum err log_head(
    const struct log *log, uint64_t size, void *ret_head, size_t room, size_t *ret_bytes) {
	return log->ops->head(log->self, size, ret_head, room, ret_bytes);
}

uint64_t log_last(const struct log *log) {
	return log->ops->last(log->self);
}

enum err log_wait(const struct log *log, uint64_t seq, int64_t deadline_us) {
	return log->ops->wait(log->self, seq, deadline_us);
}

void log_close(struct log *log) {
	if (!log->ops)
		return;
	log->ops->close(log->self);
	*log = (struct log){ 0 };
}
