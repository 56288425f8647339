/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To be preloaded: the wall clock of a program, moved by as many seconds as stand, as text, in the
 * file that CLOCK_FILE names, from one look at the clock to the next. Other clocks go on.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long read_offset_s(void) {
	char text[32] = { 0 };
	const char *name = getenv("CLOCK_FILE");
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return 0;
	ssize_t bytes = read(fd, text, sizeof(text) - 1);
	close(fd);
	return bytes > 0 ? strtol(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t id, struct timespec *ret_time) {
	int status = (int)syscall(SYS_clock_gettime, id, ret_time);
	if (status == 0 && id == CLOCK_REALTIME)
		ret_time->tv_sec += read_offset_s();
	return status;
}
