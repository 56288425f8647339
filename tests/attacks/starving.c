/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded: allocations that fail, of the program and of its libraries, while the file that
 * STARVING_FILE names says so: three native 64-bit integers, mapped: of how many calls one fails
 * (0: none), calls so far, and how many have failed. The call's number decides whether it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct starving {
	_Atomic uint64_t one_in, calls, failed;
};

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static struct starving *_Atomic starving;

__attribute__((constructor)) static void begin(void) {
	const char *name = getenv("STARVING_FILE");
	int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *map = mmap(NULL, sizeof(*starving), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		starving = map;
}

/* Sebastiano Vigna's splitmix64. */
static uint64_t mix(uint64_t x) {
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static bool fails(void) {
	struct starving *now = starving;
	uint64_t one_in = now ? now->one_in : 0;
	if (!one_in || mix(atomic_fetch_add(&now->calls, 1)) % one_in != 0)
		return false;
	atomic_fetch_add(&now->failed, 1);
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

int posix_memalign(void **ret_memory, size_t alignment, size_t bytes) {
	void *memory = fails() ? NULL : __libc_memalign(alignment, bytes);
	if (!memory)
		return ENOMEM;
	*ret_memory = memory;
	return 0;
}
