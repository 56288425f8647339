/* SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include "base/check.h"

#include <string.h>
#include <sys/mman.h>

struct trace *trace_new(size_t room) {
	void *memory = mmap(NULL, sizeof(struct trace) + room, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	check(memory != MAP_FAILED);
	struct trace *trace = memory;
	trace->room = room;
	return trace;
}

void trace_clear(struct trace *trace) {
	trace->bytes = 0;
	trace->calls = 0;
	trace->hits = 0;
}

void trace_free(struct trace *trace) {
	munmap(trace, sizeof(*trace) + trace->room);
}

static size_t size_of(uint64_t data_bytes) {
	return (sizeof(struct trace_event) + data_bytes + 7) & ~(size_t)7;
}

void trace_append(struct trace *trace, const struct trace_event *head, const void *data) {
	size_t at = atomic_load_explicit(&trace->bytes, memory_order_relaxed);
	check(size_of(head->bytes) <= trace->room - at);
	struct trace_event *event = (struct trace_event *)(trace->events + at);
	*event = *head;
	if (head->bytes)
		memcpy(event->data, data, head->bytes);
	atomic_store_explicit(&trace->bytes, at + size_of(head->bytes), memory_order_release);
}

const struct trace_event *trace_next(const struct trace *trace, const struct trace_event *before) {
	const unsigned char *next = trace->events;
	if (before)
		next = (const unsigned char *)before + size_of(before->bytes);
	size_t bytes = atomic_load_explicit(&trace->bytes, memory_order_acquire);
	return next < trace->events + bytes ? (const struct trace_event *)next : NULL;
}
