/* SPDX-License-Identifier: Apache-2.0 */
#include "record/delimited.h"

void delimited_append(struct buffer *buffer, const void *message, size_t bytes) {
	size_t left = bytes;
	for (; left >= 0x80; left >>= 7)
		buffer_append_char(buffer, (char)(left | 0x80));
	buffer_append_char(buffer, (char)left);
	buffer_append(buffer, message, bytes);
}

enum err delimited_read(struct delimited *reader, const void **ret_message, size_t *ret_bytes) {
	const char *at = reader->next;
	size_t bytes = 0;
	if (at == reader->end)
		return ERR_NOT_FOUND;
	for (unsigned shift = 0;; shift += 7) {
		if (at == reader->end || shift > 28)
			return ERR_SYNTAX;
		unsigned char byte = (unsigned char)*at++;
		bytes |= (size_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	if (bytes > (size_t)(reader->end - at))
		return ERR_SYNTAX;
	reader->next = at + bytes;
	*ret_message = at;
	*ret_bytes = bytes;
	return ERR_OK;
}
