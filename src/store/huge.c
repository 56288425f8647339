/* SPDX-License-Identifier: Apache-2.0 */
#include "store/huge.h"

#include <stdint.h>
#include <sys/mman.h>

static const size_t HUGE_PAGE_BYTES = 2 << 20;

void *huge_new(size_t bytes) {
	size_t alignment = bytes < HUGE_PAGE_BYTES ? bytes : HUGE_PAGE_BYTES;
	char *mapped = mmap(
	    NULL, bytes + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapped == MAP_FAILED)
		return NULL;
	size_t before = -(uintptr_t)mapped & (alignment - 1);
	if (before > 0)
		munmap(mapped, before);
	munmap(mapped + before + bytes, alignment - before);
	if (bytes >= HUGE_PAGE_BYTES)
		madvise(mapped + before, bytes, MADV_HUGEPAGE); /* it works without, only slower */
	return mapped + before;
}

void huge_free(void *memory, size_t bytes) {
	if (memory)
		munmap(memory, bytes);
}
