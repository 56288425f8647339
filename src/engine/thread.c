/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/thread.h"

#include "base/check.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum err thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *arg), void *arg) {
	sigset_t all, before;
	pthread_t thread;
	sigfillset(&all);
	check(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	int error = pthread_create(&thread, NULL, run, arg);
	check(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	if (error)
		return ERR_MEMORY;
	pthread_setname_np(thread, name);
	*ret_thread = thread;
	return ERR_OK;
}

void thread_join(pthread_t thread) {
	check(pthread_join(thread, NULL) == 0);
}

void thread_step_back(void) {
	enum { NICE = 10 };
	/* On Linux a thread has a priority of its own. It is no harm where this is not allowed. */
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}
