/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small files that must be whole: keys, and what has to survive a power cut. Errors are ERR_IO with
 * errno, unless said otherwise. Blocks; not for the net threads.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buffer.h"
#include "base/err.h"

#include <sys/types.h>

/* Appends the whole file. ERR_NOT_FOUND: there is none. ERR_RANGE: more than `bytes_max`. */
enum err file_read(const char *path, size_t bytes_max, struct buffer *content) MUST_CHECK;

/*
 * The same of a secret. ERR_DENIED: others than its owner may read or write it: chmod 600. The
 * content is in one place only, which file_forget() clears.
 */
enum err file_read_secret(const char *path, size_t bytes_max, struct buffer *content) MUST_CHECK;
void file_forget(struct buffer *content); /* and buffer_done() */

/* Makes a file that was not there, durably. ERR_EXISTS: it was, and is as it was. */
enum err file_create(const char *path, const void *data, size_t bytes, mode_t mode) MUST_CHECK;

/* Puts the file in the place of what was there, durably: after a power cut it is the old one or the
 * new one, and the new one if ERR_OK was returned. Uses <path>.new beside it: one writer at a time.
 * ERR_FULL: no room. */
enum err file_replace(const char *path, const void *data, size_t bytes, mode_t mode) MUST_CHECK;

#endif
