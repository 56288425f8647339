/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witnesses of a ledger, from a file: one a line, where it is and its verifier key; "#" begins
 * a comment.
 *
 *	https://witness.example/  witness.example+8bd20f7e+BIx3…
 *
 * Pure but for reading the file.
 */
#ifndef WITNESS_WITNESS_LIST_H
#define WITNESS_WITNESS_LIST_H

#include "record/note_key.h"

enum { WITNESSES_MAX = 16, WITNESS_URL_BYTES_MAX = 500 };

struct witness {
	char url[WITNESS_URL_BYTES_MAX + 1]; /* http:// or https://, ends with "/" */
	struct note_key key;                 /* NOTE_COSIGNATURE */
};

struct witness_list {
	struct witness witnesses[WITNESSES_MAX];
	size_t count;
};

#define WITNESS_DETAIL_BYTES 400

/* `ret_detail`: file, line, what is wrong. ERR_NOT_FOUND, ERR_IO; ERR_SYNTAX; ERR_RANGE: too
 * many. */
enum err witness_list_read(const char *path, struct witness_list *ret_list,
    char ret_detail[WITNESS_DETAIL_BYTES]) MUST_CHECK;

#endif
