/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes that nobody can guess, from the kernel. Any thread. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

/* Waits, early in a machine's life, until there is enough to draw from. */
void random_fill(void *ret_bytes, size_t bytes);

#endif
