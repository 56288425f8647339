/* SPDX-License-Identifier: Apache-2.0 */
/* What is given up is gone: each in a process of its own (Check forks). */
#include "support/suite.h"
#include "voucherd/confine.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef SANITIZED
#define HAS_FILTER 0
#else
#define HAS_FILTER 1
#endif

static void *try_in_thread(void *arg) {
	char name[] = "true", *words[] = { name, NULL };
	(void)arg;
	ck_assert_int_eq(execv("/bin/true", words), -1);
	ck_assert_int_eq(errno, EPERM);
	return NULL;
}

START_TEST(another_program_cannot_be_run_nor_a_process_traced) {
	pthread_t thread;
	ck_assert_int_eq(confine_forbid_calls(), ERR_OK);
	if (!HAS_FILTER)
		return;
	ck_assert_int_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
	try_in_thread(NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, try_in_thread, NULL), 0); /* threads go on */
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq((int)syscall(SYS_unshare, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq((int)syscall(SYS_perf_event_open, NULL, 0, 0, 0, 0), -1);
	ck_assert_int_eq(errno, EPERM);
}
END_TEST

START_TEST(what_a_daemon_does_goes_on) {
	ck_assert_int_eq(confine_forbid_calls(), ERR_OK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_ge(fd, 0);
	close(fd);
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(page, MAP_FAILED);
	munmap(page, 4096);
	ck_assert_int_eq(kill(getpid(), 0), 0);
}
END_TEST

START_TEST(there_is_no_core_file) {
	struct rlimit limit;
	ck_assert_int_eq(confine_hide_memory(), ERR_OK);
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
	ck_assert_uint_eq(limit.rlim_max, 0);
}
END_TEST

START_TEST(rights_of_root_do_not_come_back) {
	ck_assert_int_eq(confine_become("no-such-user"), ERR_NOT_FOUND);
	ck_assert_int_eq(confine_become("root"), ERR_NOT_FOUND);
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(confine_become("nobody"), ERR_OK);
	ck_assert_uint_ne(geteuid(), 0);
	ck_assert_uint_ne(getegid(), 0);
	ck_assert_int_eq(setuid(0), -1);
	ck_assert_int_eq(confine_become("nobody"), ERR_OK);
	ck_assert_int_eq(confine_become("daemon"), ERR_DENIED);
}
END_TEST

SUITE_MAIN("confine", another_program_cannot_be_run_nor_a_process_traced,
    what_a_daemon_does_goes_on, there_is_no_core_file, rights_of_root_do_not_come_back)
