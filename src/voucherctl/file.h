/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a user names, whole. */
#ifndef VOUCHERCTL_FILE_H
#define VOUCHERCTL_FILE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "record/json.h"

#include <stdint.h>
#include <stdio.h>

/* Opens for reading; "-" is standard input. NULL with errno. Close with file_close(). */
FILE *file_open(const char *name);
void file_close(FILE *file); /* accepts NULL; leaves standard input open */

/* Appends what is left of `file`. ERR_RANGE when it is more than the buffer's limit, ERR_IO. */
enum err file_read_all(FILE *file, struct buffer *buffer) MUST_CHECK;

/*
 * What is wrong with JSON in a file: "rules.json:3:7: tiers[0].ratio_bp: not a number". `line` is
 * that of a document that is one line of the file; 0: the document is the file. NULL when `arena`
 * is exhausted.
 */
const char *file_json_mistake(
    struct arena *arena, const char *name, uint64_t line, const struct json_error *error);

#endif
