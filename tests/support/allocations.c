/* SPDX-License-Identifier: Apache-2.0 */
#include "support/allocations.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>

#ifndef SANITIZED

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static bool fails(void) {
	if (!allocation_fails())
		return false;
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
