/* SPDX-License-Identifier: Apache-2.0 */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *condition) {
	fprintf(stderr, "level=fatal event=bug place=%s:%d condition=\"%s\"\n", file, line, condition);
	abort();
}
