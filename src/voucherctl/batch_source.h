/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the commands of "batch" come from: a file with one command a line (NDJSON), or one JSON
 * document, a Batch ({"commands": [...]}) or a list of commands. Every command is checked against
 * the schema here, so that a mistake is named with its line before anything of its part is sent.
 *
 * A command with no id gets one made from its content, and from how often the same content came
 * before it: the same file run again, also after lines were corrected or added, gives the same ids
 * to the same commands, and they take effect once. (UUID version 8, RFC 9562, of a SHA-256.)
 */
#ifndef VOUCHERCTL_BATCH_SOURCE_H
#define VOUCHERCTL_BATCH_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "voucher/v1/command.pb-c.h"
#include "voucherctl/occurrences.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define BATCH_LINE_BYTES_MAX     (1u << 20)
#define BATCH_DOCUMENT_BYTES_MAX (64u << 20)

struct batch_source {
	FILE *file;
	const char *name; /* for messages */
	uint64_t line;    /* of the command read last; of a document: its place in the list, from 1 */
	uint64_t bytes;   /* read so far */
	bool is_linked, is_dry_run; /* as a document may ask */
	const char *message;        /* why reading failed; lives in `document` */

	/* its own */
	struct arena document;
	Pb__Batch *batch; /* the document, or NULL: lines */
	size_t next;
	char *text; /* the line */
	size_t text_room;
	ssize_t text_bytes;
	bool has_line; /* `text` was read ahead */
	struct occurrences seen;
};

/* Looks at the beginning to see what it is. ERR_CONFIG with `message`, ERR_MEMORY. Also after a
 * failure batch_source_done() must be called. */
enum err batch_source_init(struct batch_source *source, FILE *file, const char *name) MUST_CHECK;
void batch_source_done(struct batch_source *source);

/* The next command, with an id, in `arena`; NULL at the end. ERR_CONFIG with `message`,
 * ERR_MEMORY. */
enum err batch_source_next(
    struct batch_source *source, struct arena *arena, Pb__Command **ret_command) MUST_CHECK;

#endif
