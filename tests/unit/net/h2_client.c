/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/net/h2_client.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 128 };

struct h2_stream *h2_stream(struct h2_client *h2, int32_t stream_id) {
	ck_assert_int_gt(stream_id, 0);
	ck_assert_int_lt(stream_id, 2 * H2_STREAMS);
	return &h2->streams[(stream_id - 1) / 2];
}

static ssize_t on_output(
    nghttp2_session *session, const uint8_t *data, size_t bytes, int flags, void *arg) {
	(void)session, (void)flags;
	struct h2_client *h2 = arg;
	buffer_append(&h2->output, data, bytes);
	return (ssize_t)bytes;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags, void *arg) {
	(void)session, (void)flags;
	struct h2_stream *stream = h2_stream(arg, frame->hd.stream_id);
	char text[32] = "";
	memcpy(text, value, value_bytes < sizeof(text) ? value_bytes : sizeof(text) - 1);
	if (name_bytes == 7 && !memcmp(name, ":status", 7))
		stream->status = atoi(text);
	if (name_bytes == 14 && !memcmp(name, "content-length", 14))
		stream->content_length = strtoul(text, NULL, 10);
	stream->has_continued |= stream->status == 100;
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *data,
    size_t bytes, void *arg) {
	(void)session, (void)flags;
	buffer_append(&h2_stream(arg, stream_id)->body, data, bytes);
	return 0;
}

static int on_stream_close(
    nghttp2_session *session, int32_t stream_id, uint32_t error_code, void *arg) {
	(void)session;
	struct h2_client *h2 = arg;
	h2_stream(h2, stream_id)->is_closed = true;
	h2_stream(h2, stream_id)->error_code = error_code;
	h2->closed_count++;
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg) {
	(void)session;
	struct h2_client *h2 = arg;
	if (frame->hd.type != NGHTTP2_GOAWAY)
		return 0;
	h2->has_goaway = true;
	h2->goaway_error = frame->goaway.error_code;
	return 0;
}

static ssize_t read_upload(nghttp2_session *session, int32_t stream_id, uint8_t *room, size_t bytes,
    uint32_t *ret_flags, nghttp2_data_source *source, void *arg) {
	(void)session, (void)source;
	struct h2_stream *stream = h2_stream(arg, stream_id);
	size_t left = stream->upload_bytes - stream->uploaded;
	size_t count = left < bytes ? left : bytes;
	if (!count && stream->is_upload_open)
		return NGHTTP2_ERR_DEFERRED;
	if (count)
		memcpy(room, stream->upload + stream->uploaded, count);
	stream->uploaded += count;
	if (stream->uploaded == stream->upload_bytes && !stream->is_upload_open)
		*ret_flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)count;
}

struct h2_client *h2_open(const struct client_options *options) {
	struct h2_client *h2 = calloc(1, sizeof(*h2));
	ck_assert_ptr_nonnull(h2);
	struct client_options with_alpn = *options;
	with_alpn.alpn = "h2";
	ck_assert(client_open(&h2->client, &with_alpn));
	for (size_t i = 0; i < H2_STREAMS; i++)
		buffer_init(&h2->streams[i].body, 0);
	buffer_init(&h2->output, 0);
	nghttp2_session_callbacks *callbacks;
	ck_assert_int_eq(nghttp2_session_callbacks_new(&callbacks), 0);
	nghttp2_session_callbacks_set_send_callback(callbacks, on_output);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_option *option;
	ck_assert_int_eq(nghttp2_option_new(&option), 0);
	nghttp2_option_set_no_http_messaging(option, 1);                    /* it may misbehave */
	nghttp2_option_set_peer_max_concurrent_streams(option, H2_STREAMS); /* until it says */
	nghttp2_option_set_max_send_header_block_length(option, 1 << 20);
	ck_assert_int_eq(nghttp2_session_client_new2(&h2->session, callbacks, h2, option), 0);
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	ck_assert_int_eq(nghttp2_submit_settings(h2->session, NGHTTP2_FLAG_NONE, NULL, 0), 0);
	return h2;
}

void h2_close(struct h2_client *h2) {
	nghttp2_session_del(h2->session);
	client_close(&h2->client);
	for (size_t i = 0; i < H2_STREAMS; i++)
		buffer_done(&h2->streams[i].body);
	buffer_done(&h2->output);
	free(h2);
}

int32_t h2_request_with(
    struct h2_client *h2, const char *const *fields, const char *body, size_t bytes, bool is_open) {
	nghttp2_nv pairs[FIELDS_MAX];
	size_t count = 0;
	for (; fields[0]; fields += 2) {
		ck_assert_uint_lt(count, FIELDS_MAX);
		pairs[count++] = (nghttp2_nv){ (uint8_t *)fields[0], (uint8_t *)fields[1],
			strlen(fields[0]), strlen(fields[1]), NGHTTP2_NV_FLAG_NONE };
	}
	const nghttp2_data_provider provider = { .read_callback = read_upload };
	int32_t stream_id = nghttp2_submit_request(
	    h2->session, NULL, pairs, count, bytes || is_open ? &provider : NULL, NULL);
	ck_assert_int_gt(stream_id, 0);
	struct h2_stream *stream = h2_stream(h2, stream_id);
	stream->upload = body;
	stream->upload_bytes = bytes;
	stream->is_upload_open = is_open;
	return stream_id;
}

int32_t h2_request(
    struct h2_client *h2, const char *method, const char *path, const char *body, size_t bytes) {
	const char *fields[] = { ":method", method, ":scheme", "https", ":path", path, ":authority",
		"localhost", NULL };
	return h2_request_with(h2, fields, body, bytes, false);
}

void h2_end_body(struct h2_client *h2, int32_t stream_id) {
	h2_stream(h2, stream_id)->is_upload_open = false;
	nghttp2_session_resume_data(h2->session, stream_id);
}

bool h2_flush(struct h2_client *h2) {
	if (h2->end != CLIENT_GOT)
		return false;
	ck_assert_int_eq(nghttp2_session_send(h2->session), 0);
	if (h2->output.bytes && !client_send(&h2->client, h2->output.data, h2->output.bytes))
		h2->end = CLIENT_CUT;
	buffer_clear(&h2->output);
	return h2->end == CLIENT_GOT;
}

bool h2_turn(struct h2_client *h2) {
	uint8_t room[16384];
	size_t got;
	h2_flush(h2); /* even when it fails: the server's last words may be waiting */
	h2->end = client_receive(&h2->client, room, sizeof(room), &got);
	if (h2->end != CLIENT_GOT)
		return false;
	ck_assert_int_eq(nghttp2_session_mem_recv(h2->session, room, got), (ssize_t)got);
	return true;
}

void h2_wait_closed(struct h2_client *h2, unsigned count) {
	while (h2->closed_count < count)
		ck_assert(h2_turn(h2));
}

void h2_wait_stream(struct h2_client *h2, int32_t stream_id) {
	while (!h2_stream(h2, stream_id)->is_closed)
		ck_assert(h2_turn(h2));
}

void h2_wait_end(struct h2_client *h2) {
	while (h2_turn(h2))
		;
}
