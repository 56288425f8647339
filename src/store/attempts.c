/* SPDX-License-Identifier: Apache-2.0 */
#include "store/attempts.h"

#include "base/check.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const unsigned COUNT_MAX = 100;

static void make_path(char path[PATH_MAX], const char *ledger_directory) {
	int bytes = snprintf(path, PATH_MAX, "%s/state/attempts", ledger_directory);
	check(bytes > 0 && bytes < PATH_MAX);
}

unsigned attempts_begin(const char *ledger_directory) {
	char path[PATH_MAX];
	struct stat status;
	make_path(path, ledger_directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return 0;
	unsigned before = 0;
	if (fstat(fd, &status) == 0 && status.st_size > 0)
		before = status.st_size < COUNT_MAX ? (unsigned)status.st_size : COUNT_MAX;
	bool is_counted = before == COUNT_MAX || write(fd, "x", 1) == 1;
	close(fd);
	return is_counted ? before : 0;
}

void attempts_end(const char *ledger_directory) {
	char path[PATH_MAX];
	make_path(path, ledger_directory);
	unlink(path); /* one that stays costs a rebuild, no more */
}
