/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a user names, whole. */
#ifndef VOUCHERCTL_FILE_H
#define VOUCHERCTL_FILE_H

#include "base/buffer.h"

#include <stdio.h>

/* Opens for reading; "-" is standard input. NULL with errno. Close with file_close(). */
FILE *file_open(const char *name);
void file_close(FILE *file); /* accepts NULL; leaves standard input open */

/* Appends what is left of `file`. ERR_RANGE when it is more than the buffer's limit, ERR_IO. */
enum err file_read_all(FILE *file, struct buffer *buffer) MUST_CHECK;

#endif
