/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/2 (RFC 9113) for the load generator, as much as its servers use.
 *
 * What repeats in a request is put into the server's HPACK table (RFC 7541) by the first request of
 * a connection; after that a request's header block is five single bytes and the path. Of an
 * answer's header block only the first byte is looked at: :status comes first, and 0x88 is how the
 * static table says 200. So no table of the server's needs to be kept. Flow control is obeyed.
 */
#include "wire.h"

#include "base/check.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

enum {
	FRAME_HEAD_BYTES = 9,
	DATA_BYTES_MAX = 16384, /* in one frame: what every server takes */
	INITIAL_WINDOW_BYTES = 65535,
	WINDOW_BYTES = 1 << 30, /* what we take */
};

enum frame_type {
	FRAME_DATA,
	FRAME_HEADERS,
	FRAME_PRIORITY,
	FRAME_RST_STREAM,
	FRAME_SETTINGS,
	FRAME_PUSH_PROMISE,
	FRAME_PING,
	FRAME_GOAWAY,
	FRAME_WINDOW_UPDATE,
	FRAME_CONTINUATION,
};

enum {
	FLAG_ACK = 1,
	FLAG_END_STREAM = 1,
	FLAG_END_HEADERS = 4,
	FLAG_PADDED = 8,
	FLAG_PRIORITY = 32
};

enum setting { HEADER_TABLE_SIZE = 1, ENABLE_PUSH = 2, INITIAL_WINDOW_SIZE = 4 };

enum hpack { /* whole bytes: an entry of a table */
	HPACK_GET = 0x82,
	HPACK_POST = 0x83,
	HPACK_HTTPS = 0x87,
	HPACK_STATUS_200 = 0x88,
	HPACK_NEWEST = 0xbe, /* what the first request added, newest first */
	/* Literals whose name is in the static table: to be added, or not. */
	HPACK_ADD_AUTHORITY = 0x41,
	HPACK_ADD_CONTENT_TYPE = 0x5f,
	HPACK_ADD_ACCEPT = 0x53,
	HPACK_PATH = 0x04,
};

static uint32_t get_u32(const uint8_t *bytes) {
	uint32_t value;
	memcpy(&value, bytes, sizeof(value));
	return be32toh(value);
}

static uint8_t *put_u32(uint8_t *at, uint32_t value) {
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t count) {
	memcpy(at, bytes, count);
	return at + count;
}

static uint8_t *put_literal(uint8_t *at, enum hpack name, const char *value, size_t bytes) {
	check(bytes < 127); /* of the one byte that says how long */
	*at++ = (uint8_t)name;
	*at++ = (uint8_t)bytes;
	return put_bytes(at, value, bytes);
}

static uint8_t *put_frame_head(
    uint8_t *at, size_t bytes, enum frame_type type, unsigned flags, uint32_t stream_id) {
	at = put_u32(at, (uint32_t)bytes << 8 | type);
	*at++ = (uint8_t)flags;
	return put_u32(at, stream_id);
}

static void append_frame(struct connection *connection, enum frame_type type, unsigned flags,
    const uint8_t *payload, size_t bytes) {
	uint8_t head[FRAME_HEAD_BYTES];
	put_frame_head(head, bytes, type, flags, 0);
	buffer_append(&connection->output, head, sizeof(head));
	buffer_append(&connection->output, payload, bytes);
}

void http2_begin(struct connection *connection) {
	static const uint8_t settings[] = { 0, ENABLE_PUSH, 0, 0, 0, 0, 0, INITIAL_WINDOW_SIZE,
		WINDOW_BYTES >> 24, 0, 0, 0 };
	uint8_t increment[4];
	put_u32(increment, WINDOW_BYTES - INITIAL_WINDOW_BYTES);
	buffer_append_text(&connection->output, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	append_frame(connection, FRAME_SETTINGS, 0, settings, sizeof(settings));
	append_frame(connection, FRAME_WINDOW_UPDATE, 0, increment, sizeof(increment));
	connection->next_stream_id = 1;
	connection->window = INITIAL_WINDOW_BYTES;
	connection->initial_window = INITIAL_WINDOW_BYTES;
}

/* --- requests --- */

/* As much of the body as the windows allow. */
static void send_body(struct connection *connection, struct slot *slot) {
	while (slot->body_sent < slot->request.body_bytes) {
		size_t bytes = slot->request.body_bytes - slot->body_sent;
		int64_t window = slot->window < connection->window ? slot->window : connection->window;
		if (window <= 0)
			return;
		bytes = bytes < DATA_BYTES_MAX ? bytes : DATA_BYTES_MAX;
		bytes = bytes < (size_t)window ? bytes : (size_t)window;
		bool is_last = slot->body_sent + bytes == slot->request.body_bytes;
		uint8_t head[FRAME_HEAD_BYTES];
		put_frame_head(head, bytes, FRAME_DATA, is_last ? FLAG_END_STREAM : 0, slot->stream_id);
		buffer_append(&connection->output, head, sizeof(head));
		buffer_append(&connection->output, slot->request.body + slot->body_sent, bytes);
		slot->body_sent += bytes;
		slot->window -= (int64_t)bytes;
		connection->window -= (int64_t)bytes;
		if (is_last)
			connection->unsent--;
	}
}

void http2_send(struct connection *connection, struct slot *slot) {
	const char *host = connection->load->target->host;
	const char *type = connection->load->job->content_type;
	uint8_t frame[FRAME_HEAD_BYTES + 4 * 128];
	uint8_t *block = frame + FRAME_HEAD_BYTES;
	uint8_t *at = block;
	*at++ = type ? HPACK_POST : HPACK_GET;
	*at++ = HPACK_HTTPS;
	at = put_literal(at, HPACK_PATH, slot->request.path, slot->request.path_bytes);
	if (!connection->is_begun) {
		const char *accepted = type ? type : "*/*";
		at = put_literal(at, HPACK_ADD_AUTHORITY, host, strlen(host));
		at = put_literal(at, HPACK_ADD_ACCEPT, accepted, strlen(accepted));
		if (type)
			at = put_literal(at, HPACK_ADD_CONTENT_TYPE, type, strlen(type));
		connection->is_begun = true;
	} else {
		for (int i = type ? 2 : 1; i >= 0; i--)
			*at++ = (uint8_t)(HPACK_NEWEST + i);
	}
	slot->stream_id = connection->next_stream_id;
	connection->next_stream_id += 2;
	slot->window = connection->initial_window;
	slot->body_sent = 0;
	slot->is_200 = false;
	put_frame_head(frame, (size_t)(at - block), FRAME_HEADERS,
	    FLAG_END_HEADERS | (type ? 0 : FLAG_END_STREAM), slot->stream_id);
	buffer_append(&connection->output, frame, (size_t)(at - frame));
	if (type) {
		connection->unsent++;
		send_body(connection, slot);
	}
}

/* --- answers --- */

struct frame {
	enum frame_type type;
	unsigned flags;
	uint32_t stream_id;
	const uint8_t *payload;
	size_t bytes;
};

static struct slot *slot_of(struct connection *connection, uint32_t stream_id) {
	for (unsigned i = 0; stream_id && i < connection->load->target->streams; i++)
		if (connection->slots[i].stream_id == stream_id)
			return &connection->slots[i];
	return NULL;
}

static void receive_answer(struct connection *connection, const struct frame *frame) {
	struct slot *slot = slot_of(connection, frame->stream_id);
	if (!slot || frame->flags & (FLAG_PADDED | FLAG_PRIORITY) ||
	    (frame->type == FRAME_HEADERS && !(frame->flags & FLAG_END_HEADERS))) {
		wire_break(connection, "a frame that is none of an answer");
		return;
	}
	if (frame->type == FRAME_HEADERS) {
		slot->is_200 = frame->bytes && frame->payload[0] == HPACK_STATUS_200;
	} else {
		buffer_append(&slot->answer, frame->payload, frame->bytes);
		connection->received += (uint32_t)frame->bytes;
	}
	if (frame->flags & FLAG_END_STREAM) {
		if (slot->body_sent < slot->request.body_bytes && connection->load->job->content_type)
			connection->unsent--;
		slot->stream_id = 0;
		wire_finish(connection, slot);
	}
	if (connection->received > WINDOW_BYTES / 2) {
		uint8_t increment[4];
		put_u32(increment, connection->received);
		append_frame(connection, FRAME_WINDOW_UPDATE, 0, increment, sizeof(increment));
		connection->received = 0;
	}
}

static void receive_settings(struct connection *connection, const struct frame *frame) {
	if (frame->flags & FLAG_ACK)
		return;
	for (size_t i = 0; i + 6 <= frame->bytes; i += 6) {
		unsigned name = (unsigned)frame->payload[i] << 8 | frame->payload[i + 1];
		uint32_t value = get_u32(frame->payload + i + 2);
		if (name == HEADER_TABLE_SIZE && value < 4096)
			wire_break(connection, "the server keeps no table of headers");
		if (name != INITIAL_WINDOW_SIZE)
			continue;
		for (unsigned s = 0; s < connection->load->target->streams; s++)
			connection->slots[s].window += (int64_t)value - connection->initial_window;
		connection->initial_window = value;
	}
	append_frame(connection, FRAME_SETTINGS, FLAG_ACK, NULL, 0);
	connection->is_ready = true;
}

static void receive_window(struct connection *connection, const struct frame *frame) {
	uint32_t increment = frame->bytes == 4 ? get_u32(frame->payload) : 0;
	struct slot *slot = frame->stream_id ? slot_of(connection, frame->stream_id) : NULL;
	if (slot)
		slot->window += increment;
	else if (!frame->stream_id)
		connection->window += increment;
}

static void receive_frame(struct connection *connection, const struct frame *frame) {
	size_t code_at = frame->type == FRAME_GOAWAY ? 4 : 0;
	char why[64];
	switch (frame->type) {
	case FRAME_DATA:
	case FRAME_HEADERS: receive_answer(connection, frame); break;
	case FRAME_SETTINGS: receive_settings(connection, frame); break;
	case FRAME_WINDOW_UPDATE: receive_window(connection, frame); break;
	case FRAME_PING:
		if (!(frame->flags & FLAG_ACK))
			append_frame(connection, FRAME_PING, FLAG_ACK, frame->payload, frame->bytes);
		break;
	case FRAME_RST_STREAM:
		/* NO_ERROR: an answer that did not wait for the whole body. */
		if (frame->bytes == 4 && get_u32(frame->payload) == 0)
			break;
		/* fallthrough */
	case FRAME_GOAWAY:
	case FRAME_PUSH_PROMISE:
	case FRAME_CONTINUATION:
		snprintf(why, sizeof(why), "a frame of type %u, stream %u, code %u", frame->type,
		    frame->stream_id, frame->bytes >= code_at + 4 ? get_u32(frame->payload + code_at) : 0);
		wire_break(connection, why);
		break;
	case FRAME_PRIORITY:
	default: break;
	}
}

size_t http2_receive(struct connection *connection) {
	size_t taken = 0;
	while (connection->input_bytes - taken >= FRAME_HEAD_BYTES) {
		const uint8_t *head = connection->input + taken;
		struct frame frame = {
			.type = head[3],
			.flags = head[4],
			.stream_id = get_u32(head + 5) & 0x7fffffff,
			.payload = head + FRAME_HEAD_BYTES,
			.bytes = get_u32(head) >> 8,
		};
		if (frame.bytes > DATA_BYTES_MAX) {
			wire_break(connection, "a frame longer than was agreed");
			return connection->input_bytes;
		}
		if (connection->input_bytes - taken < FRAME_HEAD_BYTES + frame.bytes)
			break;
		receive_frame(connection, &frame);
		taken += FRAME_HEAD_BYTES + frame.bytes;
	}
	for (unsigned i = 0; connection->unsent && i < connection->load->target->streams; i++)
		if (connection->slots[i].stream_id)
			send_body(connection, &connection->slots[i]);
	return taken;
}
