/* SPDX-License-Identifier: Apache-2.0 */
/* An export of the journal: a file of protobuf messages or of lines of JSON. The file may be a
 * pipe. */
#include "base/limits.h"
#include "record/json.h"
#include "record/pb.h"
#include "voucher-audit/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct export_source {
	FILE *file;
	uint64_t read;  /* bytes */
	uint64_t after; /* what is up to this one is passed over */
	bool is_json;
	char *line;
	size_t line_room;
	char *message;
	struct arena arena;
	struct buffer packed;
};

static enum err trouble(struct batch *batch, const char *what) {
	batch->trouble = what;
	return ERR_CORRUPT;
}

/* --- protobuf --- */

/* −1 at a clean end. */
static int read_length(struct export_source *source, struct batch *batch, uint64_t *ret_length) {
	uint64_t length = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		int byte = getc_unlocked(source->file);
		if (byte == EOF)
			return shift == 0 && feof(source->file) ? -1 : trouble(batch, "it ends in a length");
		source->read++;
		length |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_length = length;
			return ERR_OK;
		}
	}
	return trouble(batch, "a length is no number");
}

static enum err read_message(struct export_source *source, struct batch *batch, bool *ret_end) {
	uint64_t length;
	int err = read_length(source, batch, &length);
	*ret_end = err == -1 && !batch->trouble;
	if (err)
		return *ret_end ? ERR_OK : ERR_CORRUPT;
	if (length == 0 || length > LIMIT_ENTRY_BYTES)
		return trouble(batch, "an entry is longer than one can be");
	if (fread(source->message, 1, length, source->file) != length)
		return trouble(batch, "it ends in the middle of an entry");
	source->read += length;
	return batch_add(batch, 0, source->message, length, false);
}

/* --- JSON --- */

/* What the ledger hashed is the packed message: it is the same bytes for everybody. */
static enum err read_line(struct export_source *source, struct batch *batch, bool *ret_end) {
	struct json_error error;
	ProtobufCMessage *message;
	ssize_t bytes = getline(&source->line, &source->line_room, source->file);
	*ret_end = bytes < 0;
	if (bytes < 0)
		return ferror(source->file) ? ERR_IO : ERR_OK;
	source->read += (uint64_t)bytes;
	if (bytes > 0 && source->line[bytes - 1] == '\n')
		bytes--;
	else
		return trouble(batch, "it ends in the middle of a line");
	arena_reset(&source->arena);
	buffer_clear(&source->packed);
	enum err err = json_decode(&pb__journal_entry__descriptor, source->line, (size_t)bytes,
	    &source->arena, &message, &error);
	if (err)
		return err == ERR_MEMORY ? err : trouble(batch, "a line is no entry");
	err = pb_pack_within(message, LIMIT_ENTRY_BYTES, &source->packed);
	if (err)
		return err == ERR_MEMORY ? err : trouble(batch, "an entry is longer than one can be");
	return batch_add(batch, 0, source->packed.data, source->packed.bytes, false);
}

/* --- both --- */

/* Its number, without unpacking it; 0: it has none, or it is no entry. */
static uint64_t seq_of(const char *data, size_t bytes) {
	uint64_t seq = 0;
	if (bytes < 2 || data[0] != 0x08) /* field 1, a varint, comes first */
		return 0;
	for (size_t i = 1; i < bytes && i < 11; i++) {
		seq |= (uint64_t)(data[i] & 0x7f) << 7 * (i - 1);
		if (!(data[i] & 0x80))
			return seq;
	}
	return 0;
}

static void pass_over(struct export_source *source, struct batch *batch) {
	const struct batch_entry *entry = &batch->entries[batch->count - 1];
	uint64_t seq = seq_of(batch->data.data + entry->offset, entry->bytes);
	if (seq == 0 || seq > source->after)
		return;
	batch->data.bytes = entry->offset;
	batch->count--;
}

static enum err read_batch(void *self, struct batch *batch) {
	struct export_source *source = self;
	bool is_end = false;
	enum err err = ERR_OK;
	while (!err && !is_end && !batch_is_full(batch)) {
		err = source->is_json ? read_line(source, batch, &is_end)
		                      : read_message(source, batch, &is_end);
		if (!err && !is_end && source->after)
			pass_over(source, batch);
	}
	batch->read = source->read;
	return err;
}

static void close_source(void *self) {
	struct export_source *source = self;
	if (source->file)
		fclose(source->file);
	free(source->line);
	free(source->message);
	arena_done(&source->arena);
	buffer_done(&source->packed);
	free(source);
}

static const struct source_ops EXPORT_OPS = { .read = read_batch, .close = close_source };

static uint64_t size_of(FILE *file) {
	struct stat status;
	return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size
	                                                                    : 0;
}

enum err source_open_export(
    const char *path, uint64_t after, struct source *ret_source, const char **ret_reason) {
	struct export_source *source = calloc(1, sizeof(*source));
	if (!source)
		return ERR_MEMORY;
	arena_init(&source->arena, 0);
	buffer_init(&source->packed, 0);
	source->after = after;
	source->message = malloc(LIMIT_ENTRY_BYTES);
	source->file = fopen(path, "re");
	if (!source->file || !source->message) {
		enum err err = source->message ? ERR_IO : ERR_MEMORY;
		*ret_reason = "it cannot be read";
		close_source(source);
		return err;
	}
	int first = getc(source->file);
	ungetc(first, source->file);
	source->is_json = first == '{';
	*ret_source = (struct source){
		.ops = &EXPORT_OPS, .self = source, .total = size_of(source->file), .is_bytes = true
	};
	return ERR_OK;
}
