/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/file.h"

#include <inttypes.h>
#include <string.h>

#define PIECE_BYTES 65536

FILE *file_open(const char *name) {
	return strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
}

void file_close(FILE *file) {
	if (file && file != stdin)
		fclose(file);
}

enum err file_read_all(FILE *file, struct buffer *buffer) {
	char piece[PIECE_BYTES];
	size_t bytes;
	while ((bytes = fread(piece, 1, sizeof(piece), file)) > 0)
		buffer_append(buffer, piece, bytes);
	return ferror(file) ? ERR_IO : buffer_error(buffer);
}

const char *file_json_mistake(
    struct arena *arena, const char *name, uint64_t line, const struct json_error *error) {
	/* Only what is no JSON at all has a place; what the schema does not know has a path. */
	char place[48] = "";
	if (line == 0 && error->line > 0)
		line = (uint64_t)error->line;
	if (line > 0 && error->column > 0)
		snprintf(place, sizeof(place), "%" PRIu64 ":%d:", line, error->column);
	else if (line > 0)
		snprintf(place, sizeof(place), "%" PRIu64 ":", line);
	return arena_printf(
	    arena, "%s:%s %s%s%s", name, place, error->path, error->path[0] ? ": " : "", error->reason);
}
