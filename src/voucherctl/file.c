/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/file.h"

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
