/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded: allocations that fail, of the program and of its libraries, while the file that
 * STARVING_FILE names says so: three native 64-bit integers, mapped: of how many calls one fails
 * (0: none), calls so far, and how many have failed. The call's number decides whether it does.
 */
#include "support/allocations.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct starving {
	_Atomic uint64_t one_in, calls, failed;
};

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

bool allocation_fails(void) {
	struct starving *now = starving;
	uint64_t one_in = now ? now->one_in : 0;
	if (!one_in || mix(atomic_fetch_add(&now->calls, 1)) % one_in != 0)
		return false;
	atomic_fetch_add(&now->failed, 1);
	return true;
}
