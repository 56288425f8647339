/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request on its way through the api: what was asked, by whom, and the ways to answer.
 *
 * A call lives in its exchange's arena and is gone once answered. It belongs to the exchange's loop
 * thread, and is lent to the engine or the feed between a submission and its completion.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/media.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/routes.h"
#include "auth/directory.h"
#include "engine/query.h"
#include "net/net.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct feed;
struct signer;

struct api {
	struct engine *engine; /* NULL before api_attach */
	struct directory *directory;
	struct feed *feed;
	struct signer *signer; /* NULL: nothing is signed */
	char *openapi;         /* the document, as JSON text */
	_Atomic bool is_ready;
	pthread_mutex_t net_lock;
	struct net *net; /* under the lock; NULL: none, or it is about to go */
};

struct call {
	struct api *api;
	struct exchange *exchange;
	const struct request *request;
	struct arena *arena; /* the exchange's */
	const struct route *route;
	const char *values[ROUTE_VALUES_MAX]; /* of the path, decoded */
	struct parameters parameters;
	struct identity identity; /* principal 0: nobody */
	int64_t begun_us;         /* monotonic */
	void *work;               /* the handler's own */
};

/* Who asks, for queries. */
struct query_viewer call_viewer(const struct call *call);

/* --- answers: on the loop's thread; the call is gone afterwards --- */

void call_respond(struct call *call, const struct response *response);

/* A message in the form that Accept asks for, else in `usual`. `flags` as for json_encode. */
struct call_answer {
	uint16_t status;
	const ProtobufCMessage *message;
	unsigned flags;
	enum media usual;
	const char *link; /* or NULL */
};
void call_answer(struct call *call, const struct call_answer *answer);

void call_text(struct call *call, uint16_t status, const char *text);

void call_problem(struct call *call, const struct problem *problem);

/* A problem without an outcome of its own. */
void call_fail(struct call *call, uint16_t status, const char *detail);

/* A field of the request at fault. */
void call_invalid(struct call *call, const char *field, const char *detail);

/* What came back from the engine instead of an answer: queue full, shutting down, too slow; 507
 * where a full disk is in the way. */
void call_unavailable(struct call *call, enum err err);

/* The journal cannot be written: 507 when the disk is full, else 503. */
void call_not_durable(struct call *call);

/* --- the audit log --- */

/* Something was not permitted: `action` is a command's name or a path, `reason` an outcome's. */
void call_log_denied(const struct call *call, const char *action, const char *reason);

#endif
