/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of what is served: it dispatches, says `Allow`, and is what proto/openapi.yaml is
 * made from.
 */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "engine/query.h"
#include "voucher/v1/command.pb-c.h"

#include <stdbool.h>
#include <stddef.h>

#define ROUTE_VALUES_MAX 2

enum handler {
	HANDLE_COMMAND,
	HANDLE_BATCH,
	HANDLE_LIST,
	HANDLE_DISCLOSURES, /* a list that is also a page for people */
	HANDLE_TAKE_UP,
	HANDLE_WAITING,
	HANDLE_GET,
	HANDLE_COMMAND_REPLY,
	HANDLE_ME,
	HANDLE_FEED,
	HANDLE_CHECKPOINT,
	HANDLE_INCLUSION,
	HANDLE_CONSISTENCY,
	HANDLE_TILE,
	HANDLE_PUBLIC_CHECKPOINT,
	HANDLE_TREE_HEAD,
	HANDLE_RECEIPT,
	HANDLE_HEALTH,
	HANDLE_READINESS,
	HANDLE_METRICS,
	HANDLE_OPENAPI,
	HANDLE_PROBLEM,
};

enum audience {
	AUDIENCE_PUBLIC,    /* no login */
	AUDIENCE_PRINCIPAL, /* any known principal; what it sees depends on its party */
	AUDIENCE_STAFF_ONLY,
	AUDIENCE_STAFF_OR_LOOPBACK, /* staff from anywhere, and anyone on this machine */
};

struct route {
	const char *method;
	/* A {name} stands for one or more characters other than "/" and ":". */
	const char *pattern;
	enum audience audience;
	enum handler handler;
	const char *summary;                  /* NULL: made from the command or resource */
	const char *query;                    /* known parameters, separated by spaces */
	Pb__Command__BodyCase command;        /* NOT_SET: it gives no single command */
	const char *fields[ROUTE_VALUES_MAX]; /* of the command, filled with the values of the path */
	bool takes_rest;        /* the value of the path goes on to its end, "/" and all */
	bool creates;           /* answers 201: an object with the entry's number is made */
	enum resource resource; /* of lists and gets */
	const ProtobufCMessageDescriptor *body, *reply; /* of the others; NULL: no message */
};

const struct route *routes_table(size_t *ret_count);

struct route_match {
	const struct route *route; /* NULL: nothing here for this method */
	const char *allow;         /* the methods that the path has, "" if there is no such path */
	size_t count;              /* of the values in the path; not decoded, not terminated */
	struct {
		const char *text;
		size_t bytes;
	} values[ROUTE_VALUES_MAX];
};

void routes_match(const char *method, const char *path, struct route_match *ret_match);

#endif
