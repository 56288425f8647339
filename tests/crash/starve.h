/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out: the program's own malloc, calloc, realloc and their like come before the C
 * library's, also for libraries, and fail when told to. Not under sanitizers, which have their own.
 */
#ifndef TESTS_CRASH_STARVE_H
#define TESTS_CRASH_STARVE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Shared with the parent. */
struct starvation {
	uint64_t nth;    /* allocation that fails; 0: none */
	uint64_t length; /* and so many from there on */
	_Atomic uint64_t calls, hits;
};

/* Whether allocations can be made to fail in this build. */
bool starve_can(void);

/* From now on; NULL: no more. */
void starve_start(struct starvation *starvation);

/* The allocations of this thread do not fail, and are not counted: it is the test's. */
void starve_spare(bool is_spared);

#endif
