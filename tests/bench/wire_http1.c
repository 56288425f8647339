/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 for the load generator: one request at a time on each connection, answers with a
 * Content-Length.
 */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

static void append_field(struct buffer *output, const char *name, const char *value) {
	buffer_append_text(output, name);
	buffer_append_text(output, value);
}

void http1_send(struct connection *connection, struct slot *slot) {
	struct buffer *output = &connection->output;
	const char *type = connection->load->job->content_type;
	slot->is_200 = false;
	buffer_append_text(output, type ? "POST " : "GET ");
	buffer_append(output, slot->request.path, slot->request.path_bytes);
	append_field(output, " HTTP/1.1\r\nHost: ", connection->load->target->host);
	if (type) {
		append_field(output, "\r\nContent-Type: ", type);
		append_field(output, "\r\nAccept: ", type);
		buffer_append_text(output, "\r\nContent-Length: ");
		buffer_append_u64(output, slot->request.body_bytes);
	}
	buffer_append_text(output, "\r\n\r\n");
	if (type)
		buffer_append(output, slot->request.body, slot->request.body_bytes);
}

size_t http1_receive(struct connection *connection) {
	static const char status_200[] = "HTTP/1.1 200 ";
	const char *text = (const char *)connection->input;
	const char *end = memmem(text, connection->input_bytes, "\r\n\r\n", 4);
	if (!end)
		return 0;
	size_t head_bytes = (size_t)(end + 4 - text);
	/* The head is terminated for the search by what is put in the place of its last byte. */
	connection->input[head_bytes - 1] = '\0';
	const char *length = strcasestr(text, "\r\ncontent-length:");
	size_t body_bytes = length ? strtoul(length + 17, NULL, 10) : 0;
	connection->input[head_bytes - 1] = '\n';
	if (connection->input_bytes < head_bytes + body_bytes)
		return 0;
	struct slot *slot = connection->slots;
	slot->is_200 = !memcmp(text, status_200, sizeof(status_200) - 1);
	buffer_append(&slot->answer, text + head_bytes, body_bytes);
	wire_finish(connection, slot);
	return head_bytes + body_bytes;
}
