/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/batch_source.h"

#include "base/buffer.h"
#include "record/json.h"
#include "record/pb.h"
#include "voucherctl/derived_id.h"
#include "voucherctl/file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(source, ...)                                                                          \
	((source)->message = arena_printf(&(source)->document, __VA_ARGS__),                           \
	    (source)->message ? ERR_CONFIG : ERR_MEMORY)

static enum err fail_json(
    struct batch_source *source, uint64_t line, const struct json_error *error) {
	source->message = file_json_mistake(&source->document, source->name, line, error);
	return source->message ? ERR_CONFIG : ERR_MEMORY;
}

/* --- lines --- */

static bool is_blank(const char *text) {
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* The next line that has something on it; `text_bytes` −1 at the end. */
static enum err read_line(struct batch_source *source) {
	if (source->has_line) {
		source->has_line = false;
		return ERR_OK;
	}
	do {
		source->text_bytes = getline(&source->text, &source->text_room, source->file);
		if (source->text_bytes < 0)
			return ferror(source->file) ? FAIL(source, "%s cannot be read: %m.", source->name)
			                            : ERR_OK;
		source->line++;
		source->bytes += (uint64_t)source->text_bytes;
		if (source->text_bytes > (ssize_t)BATCH_LINE_BYTES_MAX)
			return FAIL(source, "%s:%" PRIu64 ": The line is longer than any command.",
			    source->name, source->line);
	} while (is_blank(source->text));
	return ERR_OK;
}

static enum err decode_line(
    struct batch_source *source, struct arena *arena, Pb__Command **ret_command) {
	struct json_error error = { 0 };
	ProtobufCMessage *message = NULL;
	enum err err = json_decode(&pb__command__descriptor, source->text, (size_t)source->text_bytes,
	    arena, &message, &error);
	if (err == ERR_MEMORY)
		return err;
	if (err)
		return fail_json(source, source->line, &error);
	*ret_command = (Pb__Command *)message;
	return ERR_OK;
}

/* --- documents --- */

static enum err decode_document(struct batch_source *source, struct buffer *text, bool is_list) {
	struct json_error error = { 0 };
	ProtobufCMessage *message = NULL;
	if (is_list)
		buffer_append_char(text, '}');
	enum err err = buffer_error(text);
	if (!err)
		err = json_decode(
		    &pb__batch__descriptor, text->data, text->bytes, &source->document, &message, &error);
	if (err == ERR_MEMORY)
		return err;
	if (err)
		return fail_json(source, 0, &error);
	source->batch = (Pb__Batch *)message;
	source->is_linked = source->batch->linked;
	source->is_dry_run = source->batch->dry_run;
	source->line = 0;
	return ERR_OK;
}

/* The line read ahead and everything behind it, as one document. A list becomes that of a Batch. */
static enum err read_document(struct batch_source *source, bool is_list) {
	struct buffer text;
	buffer_init(&text, BATCH_DOCUMENT_BYTES_MAX);
	if (is_list)
		buffer_append_text(&text, "{\"commands\":");
	for (uint64_t i = 1; i < source->line; i++)
		buffer_append_char(&text, '\n'); /* blank lines before it: keeps line numbers right */
	buffer_append(&text, source->text, (size_t)source->text_bytes);
	enum err err = file_read_all(source->file, &text);
	source->bytes = text.bytes;
	if (err == ERR_RANGE)
		err = FAIL(source,
		    "%s: A document of more than %u MiB; put one command on each line instead.",
		    source->name, BATCH_DOCUMENT_BYTES_MAX >> 20);
	else if (err == ERR_IO)
		err = FAIL(source, "%s cannot be read: %m.", source->name);
	else if (!err)
		err = decode_document(source, &text, is_list);
	buffer_done(&text);
	return err;
}

/* A line that is an object by itself, and no Batch. */
static bool is_command_line(const char *text) {
	size_t end = strlen(text);
	while (end > 0 && strchr(" \t\r\n", text[end - 1]))
		end--;
	const char *begin = text + strspn(text, " \t");
	if (*begin != '{' || end == 0 || text[end - 1] != '}')
		return false;
	begin += 1 + strspn(begin + 1, " \t");
	return strncmp(begin, "\"commands\"", 10) != 0 && strncmp(begin, "\"linked\"", 8) != 0 &&
	    strncmp(begin, "\"dry_run\"", 9) != 0;
}

enum err batch_source_init(struct batch_source *source, FILE *file, const char *name) {
	*source = (struct batch_source){ .file = file, .name = name };
	arena_init(&source->document, 0);
	occurrences_init(&source->seen);
	enum err err = read_line(source);
	if (err || source->text_bytes < 0)
		return err;
	source->has_line = true;
	if (is_command_line(source->text))
		return ERR_OK;
	return read_document(source, source->text[strspn(source->text, " \t")] == '[');
}

void batch_source_done(struct batch_source *source) {
	free(source->text);
	occurrences_done(&source->seen);
	arena_done(&source->document);
}

/* --- ids --- */

/* Hash of the packed command, or of that and a number. */
static enum err hash_of(
    const Pb__Command *command, uint64_t before, uint8_t ret_hash[DIGEST_BYTES]) {
	struct buffer packed;
	buffer_init(&packed, 0);
	pb_pack(&command->base, &packed);
	buffer_printf(&packed, "%" PRIu64, before);
	enum err err = buffer_error(&packed);
	if (!err)
		digest_sha256(packed.data, packed.bytes, ret_hash);
	buffer_done(&packed);
	return err;
}

static enum err give_id(struct batch_source *source, Pb__Command *command, struct arena *arena) {
	uint8_t hash[DIGEST_BYTES];
	uint64_t before = 0;
	enum err err = hash_of(command, 0, hash);
	if (!err)
		err = occurrences_add(&source->seen, hash, &before);
	if (!err)
		err = hash_of(command, before, hash);
	if (err)
		return err;
	command->id = derived_id(hash, arena);
	return command->id ? ERR_OK : ERR_MEMORY;
}

enum err batch_source_next(
    struct batch_source *source, struct arena *arena, Pb__Command **ret_command) {
	Pb__Command *command = NULL;
	enum err err = ERR_OK;
	if (source->batch) {
		if (source->next < source->batch->n_commands)
			command = source->batch->commands[source->next++];
		source->line = source->next;
	} else {
		err = read_line(source);
		if (!err && source->text_bytes >= 0)
			err = decode_line(source, arena, &command);
	}
	if (!err && command && !command->id)
		err = give_id(source, command, arena);
	if (!err)
		*ret_command = command;
	return err;
}
