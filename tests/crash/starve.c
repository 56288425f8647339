/* SPDX-License-Identifier: Apache-2.0 */
#include "starve.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

static struct starvation *_Atomic current;
static _Thread_local bool is_thread_spared __attribute__((tls_model("initial-exec")));

void starve_start(struct starvation *starvation) {
	current = starvation;
}

void starve_spare(bool is_spared) {
	is_thread_spared = is_spared;
}

#ifdef SANITIZED

bool starve_can(void) {
	return false;
}

#else

bool starve_can(void) {
	return true;
}

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static bool fails(void) {
	struct starvation *starvation = current;
	if (!starvation || is_thread_spared)
		return false;
	uint64_t call = atomic_fetch_add(&starvation->calls, 1) + 1;
	if (!starvation->nth || call < starvation->nth || call - starvation->nth >= starvation->length)
		return false;
	atomic_fetch_add(&starvation->hits, 1);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t bytes) {
	return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) {
	return fails() ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *memory, size_t bytes) {
	return fails() ? NULL : __libc_realloc(memory, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
	return fails() ? NULL : __libc_memalign(alignment, bytes);
}

void *memalign(size_t alignment, size_t bytes) {
	return fails() ? NULL : __libc_memalign(alignment, bytes);
}

int posix_memalign(void **ret_memory, size_t alignment, size_t bytes) {
	void *memory = fails() ? NULL : __libc_memalign(alignment, bytes);
	if (!memory)
		return ENOMEM;
	*ret_memory = memory;
	return 0;
}

#endif
