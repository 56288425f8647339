/* SPDX-License-Identifier: Apache-2.0 */
/*
 * malloc, calloc, realloc and their like, before the C library's, for libraries too: each asks
 * first whether it is to fail. Not under sanitizers, which have their own.
 */
#ifndef TESTS_SUPPORT_ALLOCATIONS_H
#define TESTS_SUPPORT_ALLOCATIONS_H

#include <stdbool.h>

/* Whoever links this says. Asked by any thread, for each allocation; may not allocate. */
bool allocation_fails(void);

#endif
