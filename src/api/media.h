/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of a message on the wire, and which one the other side wants. */
#ifndef API_MEDIA_H
#define API_MEDIA_H

enum media {
	MEDIA_NONE,  /* no Content-Type */
	MEDIA_OTHER, /* one that we do not read */
	MEDIA_JSON,
	MEDIA_PROTOBUF,
	MEDIA_CSV, /* these two of pages for people alone */
	MEDIA_HTML,
	MEDIA_NDJSON, /* of the journal alone */
};

#define MEDIA_TYPE_JSON     "application/json"
#define MEDIA_TYPE_PROTOBUF "application/x-protobuf"
#define MEDIA_TYPE_PROBLEM  "application/problem+json"
#define MEDIA_TYPE_NDJSON   "application/x-ndjson"
#define MEDIA_TYPE_CSV      "text/csv"
#define MEDIA_TYPE_HTML     "text/html"
#define MEDIA_TYPE_BYTES    "application/octet-stream"

/* `type`: a media type in lower case without parameters, or "". */
enum media media_of_type(const char *type);

/*
 * The form of the answer: the first range of the Accept header that one of our forms fits, its
 * weight being looked at only for 0 (RFC 9110, 12.5.1: a server may disregard preferences). `usual`
 * where the header is empty, leaves it open, or wants something that we do not have.
 */
enum media media_choose(const char *accept, enum media usual);

/* The same for what there is as CSV and HTML, too. */
enum media media_choose_page(const char *accept, enum media usual);

/* And for many messages one after another: MEDIA_NDJSON, which is the usual, or MEDIA_PROTOBUF. */
enum media media_choose_feed(const char *accept);

#endif
