/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENGINE_THREAD_H
#define ENGINE_THREAD_H

#include "base/err.h"

#include <pthread.h>

/* A thread that takes no signals (those are for the program's own threads) and bears a name of at
 * most 15 bytes, for top and gdb. ERR_MEMORY. Wait for its end with thread_join(). */
enum err thread_start(
    pthread_t *ret_thread, const char *name, void *(*run)(void *arg), void *arg) MUST_CHECK;
void thread_join(pthread_t thread);

/* The calling thread takes the processor when others leave it some: a long list or export
 * must not make commands wait. */
void thread_step_back(void);

#endif
