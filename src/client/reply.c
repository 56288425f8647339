/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header lines are hostile text: nothing here assumes that they are terminated or well-formed; what
 * does not parse is as if it were not there.
 */
#include "client/reply.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RETRY_AFTER_S_MAX 3600

struct slice {
	const char *text;
	size_t bytes;
};

struct voucher_reply *reply_new(void) {
	struct voucher_reply *reply = calloc(1, sizeof(*reply));
	if (reply)
		buffer_init(&reply->body, REPLY_BYTES_MAX);
	return reply;
}

void reply_clear(struct voucher_reply *reply) {
	buffer_clear(&reply->body);
	free(reply->next);
	reply->next = NULL;
	reply->retry_after_s = 0;
	reply->status = 0;
}

static struct slice trim(struct slice slice) {
	while (slice.bytes > 0 && strchr(" \t\r\n", slice.text[slice.bytes - 1]))
		slice.bytes--;
	while (slice.bytes > 0 && (slice.text[0] == ' ' || slice.text[0] == '\t')) {
		slice.text++;
		slice.bytes--;
	}
	return slice;
}

/* The value of header `name`, or NULL text when the line is another header. */
static struct slice header_value(const char *line, size_t bytes, const char *name) {
	size_t name_bytes = strlen(name);
	if (bytes <= name_bytes || strncasecmp(line, name, name_bytes) != 0 || line[name_bytes] != ':')
		return (struct slice){ 0 };
	return trim((struct slice){ line + name_bytes + 1, bytes - name_bytes - 1 });
}

/* `</v1/vouchers?cursor=x>; rel="next"` (RFC 8288), one link per line as voucherd sends it. */
static enum err take_link(struct voucher_reply *reply, struct slice value) {
	const char *end = memchr(value.text, '>', value.bytes);
	if (value.bytes < 3 || value.text[0] != '<' || value.text[1] != '/' || !end)
		return ERR_OK;
	static const char wanted[] = "rel=\"next\"";
	size_t rest = value.bytes - (size_t)(end - value.text);
	if (!memmem(end, rest, wanted, sizeof(wanted) - 1))
		return ERR_OK;
	char *next = strndup(value.text + 1, (size_t)(end - value.text - 1));
	if (!next)
		return ERR_MEMORY;
	free(reply->next);
	reply->next = next;
	return ERR_OK;
}

static void take_retry_after(struct voucher_reply *reply, struct slice value) {
	uint32_t seconds = 0;
	if (value.bytes == 0)
		return;
	for (size_t i = 0; i < value.bytes; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return;
		seconds = seconds * 10 + (uint32_t)(value.text[i] - '0');
		if (seconds > RETRY_AFTER_S_MAX)
			seconds = RETRY_AFTER_S_MAX;
	}
	reply->retry_after_s = seconds;
}

enum err reply_take_header(struct voucher_reply *reply, const char *line, size_t bytes) {
	if (bytes >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		reply_clear(reply);
		return ERR_OK;
	}
	struct slice retry_after = header_value(line, bytes, "retry-after");
	if (retry_after.text)
		take_retry_after(reply, retry_after);
	struct slice link = header_value(line, bytes, "link");
	return link.text ? take_link(reply, link) : ERR_OK;
}

unsigned voucher_reply_status(const struct voucher_reply *reply) {
	return reply->status;
}

const char *voucher_reply_body(const struct voucher_reply *reply) {
	/* It was terminated when the transfer ended; see client.c. */
	return reply->body.bytes > 0 ? reply->body.data : "";
}

size_t voucher_reply_bytes(const struct voucher_reply *reply) {
	return reply->body.bytes;
}

const char *voucher_reply_next(const struct voucher_reply *reply) {
	return reply->next;
}

void voucher_reply_free(struct voucher_reply *reply) {
	if (!reply)
		return;
	buffer_done(&reply->body);
	free(reply->next);
	free(reply);
}
