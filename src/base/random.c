/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/check.h"

#include <errno.h>
#include <sys/random.h>

void random_fill(void *ret_bytes, size_t bytes) {
	size_t done = 0;
	while (done < bytes) {
		ssize_t got = getrandom((char *)ret_bytes + done, bytes - done, 0);
		check(got >= 0 || errno == EINTR);
		done += got > 0 ? (size_t)got : 0;
	}
}
