/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The face of src/api: set-up, and the way of every request to its handler.
 *
 *	find the route (404, 405) → who is it (401) → may it (403) → path and query (400) → handler
 *
 * Runs on the loops' threads. Nothing here blocks or touches the ledger.
 */
#include "api/api.h"

#include "api/call.h"
#include "api/counters.h"
#include "api/feed.h"
#include "api/handlers.h"
#include "api/openapi.h"
#include "api/principals.h"
#include "auth/roles.h"
#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- set-up --- */

enum err api_new(struct api **ret_api) {
	struct api *api = calloc(1, sizeof(*api));
	if (!api)
		return ERR_MEMORY;
	pthread_mutex_init(&api->net_lock, NULL);
	enum err err = directory_new(&api->directory);
	if (!err)
		err = openapi_text(&api->openapi);
	if (err) {
		api_free(api);
		return err;
	}
	counters_register();
	*ret_api = api;
	return ERR_OK;
}

void api_free(struct api *api) {
	if (!api)
		return;
	feed_free(api->feed);
	directory_free(api->directory);
	pthread_mutex_destroy(&api->net_lock);
	free(api->openapi);
	free(api);
}

enum err api_attach(struct api *api, struct engine *engine) {
	enum err err = principals_load(engine, api->directory);
	if (!err)
		err = feed_new(engine, &api->feed);
	if (!err)
		api->engine = engine;
	return err;
}

void api_set_signer(struct api *api, struct signer *signer) {
	api->signer = signer;
}

void api_detach(struct api *api) {
	if (api->feed)
		feed_stop(api->feed);
}

void api_set_net(struct api *api, struct net *net) {
	pthread_mutex_lock(&api->net_lock);
	api->net = net;
	pthread_mutex_unlock(&api->net_lock);
}

/* From now on each of its requests is refused; its connections need not wait for the next one. */
static void close_connections(struct api *api, const uint8_t key[CREDENTIAL_BYTES]) {
	pthread_mutex_lock(&api->net_lock);
	if (api->net && net_withdraw(api->net, key))
		log_event(LOG_ERROR, "connections_not_closed", "reason=%s",
		    LOG_QUOTED("out of memory; their requests are refused"));
	pthread_mutex_unlock(&api->net_lock);
}

static void note(struct api *api, const Pb__JournalEntry *entry) {
	uint8_t key[CREDENTIAL_BYTES];
	const Pb__Command *command = entry->command;
	bool is_revoked = command && command->body_case == PB__COMMAND__BODY_REVOKE_PRINCIPAL &&
	    !directory_key_of(api->directory, command->revoke_principal->principal, key);
	principals_note(api->directory, entry);
	if (is_revoked)
		close_connections(api, key);
}

void api_on_commit(void *arg, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq) {
	struct api *api = arg;
	(void)last_seq;
	for (size_t i = 0; i < count; i++)
		note(api, entries[i]);
	if (api->feed)
		feed_on_commit(api->feed);
}

void api_set_ready(struct api *api, bool ready) {
	atomic_store(&api->is_ready, ready);
	if (api->feed)
		feed_set_open(api->feed, ready);
}

/* --- who --- */

static const char *bearer_token(const struct request *request) {
	static const char scheme[] = "Bearer ";
	const char *value = request->authorization;
	if (strncasecmp(value, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	value += sizeof(scheme) - 1;
	return value + strspn(value, " ");
}

/* NULL: known. Otherwise why not, for the caller and for the log. */
static const char *identify(struct call *call) {
	const struct request *request = call->request;
	struct directory *directory = call->api->directory;
	if (request->has_certificate &&
	    directory_find_key(directory, request->spki_sha256, &call->identity) == ERR_OK)
		return NULL;
	const char *token = bearer_token(request);
	if (token && directory_find_token(directory, token, strlen(token), &call->identity) == ERR_OK)
		return NULL;
	if (token)
		return "The token is unknown or has been revoked.";
	if (request->has_certificate)
		return "The certificate belongs to no principal, or to one that has been revoked.";
	return "Come with a client certificate, or with Authorization: Bearer <token>.";
}

static bool is_loopback(const char *address) {
	return strncmp(address, "127.", 4) == 0 || strncmp(address, "::ffff:127.", 11) == 0 ||
	    strcmp(address, "::1") == 0;
}

/* False: answered. */
static bool admit(struct call *call) {
	enum audience audience = call->route->audience;
	if (audience == AUDIENCE_PUBLIC)
		return true;
	if (audience == AUDIENCE_STAFF_OR_LOOPBACK && is_loopback(call->request->address))
		return true;
	const char *stranger = identify(call);
	if (stranger) {
		call_log_denied(call, call->request->path, "UNKNOWN_IDENTITY");
		call_fail(call, 401, stranger);
		return false;
	}
	bool is_for_staff = audience == AUDIENCE_STAFF_ONLY || audience == AUDIENCE_STAFF_OR_LOOPBACK;
	if (is_for_staff && !roles_is_staff(call->identity.roles)) {
		call_log_denied(call, call->request->path, "STAFF_ONLY");
		call_fail(call, 403, "This is for staff.");
		return false;
	}
	return true;
}

/* --- what --- */

/* False: answered. */
static bool read_target(struct call *call, const struct route_match *match) {
	for (size_t i = 0; i < match->count; i++) {
		enum err err = percent_decode(
		    match->values[i].text, match->values[i].bytes, call->arena, &call->values[i]);
		if (err == ERR_MEMORY) {
			call_unavailable(call, err);
			return false;
		}
		if (err) {
			call_fail(call, 400, "The path has a broken escape, or is not clean UTF-8.");
			return false;
		}
	}
	const char *field = "";
	enum err err = parameters_parse(
	    call->request->query, call->route->query, call->arena, &call->parameters, &field);
	if (err == ERR_MEMORY)
		call_unavailable(call, err);
	else if (err)
		call_invalid(call, field[0] ? field : "?",
		    call->route->query[0]
		        ? arena_printf(
		              call->arena, "The query takes, each at most once: %s.", call->route->query)
		        : "This route takes no query.");
	return err == ERR_OK;
}

static void (*const handlers[])(struct call *call) = {
	[HANDLE_COMMAND] = commands_single,
	[HANDLE_BATCH] = commands_batch,
	[HANDLE_LIST] = queries_list,
	[HANDLE_DISCLOSURES] = queries_disclosures,
	[HANDLE_TAKE_UP] = queries_take_up,
	[HANDLE_WAITING] = queries_waiting,
	[HANDLE_GET] = queries_get,
	[HANDLE_COMMAND_REPLY] = queries_command,
	[HANDLE_ME] = queries_me,
	[HANDLE_FEED] = journal_feed,
	[HANDLE_INCLUSION] = tree_inclusion,
	[HANDLE_CONSISTENCY] = tree_consistency,
	[HANDLE_TILE] = tree_tile,
	[HANDLE_CHECKPOINT] = checkpoints_fresh,
	[HANDLE_PUBLIC_CHECKPOINT] = checkpoints_public,
	[HANDLE_TREE_HEAD] = checkpoints_tree_head,
	[HANDLE_RECEIPT] = receipts_get,
	[HANDLE_HEALTH] = status_health,
	[HANDLE_READINESS] = status_readiness,
	[HANDLE_METRICS] = status_metrics,
	[HANDLE_OPENAPI] = status_openapi,
	[HANDLE_PROBLEM] = status_problem,
};

static void dispatch(struct call *call) {
	struct route_match match;
	routes_match(call->request->method, call->request->path, &match);
	call->route = match.route;
	if (!match.route && match.allow[0])
		call_fail(call, 405, "The Allow header says what this path takes.");
	else if (!match.route)
		call_fail(call, 404, "There is no such path. GET /openapi.json lists them all.");
	else if (admit(call) && read_target(call, &match))
		handlers[match.route->handler](call);
}

void api_after_events(void *arg) {
	const struct api *api = arg;
	if (api->engine)
		engine_wake(api->engine);
}

void api_handle(void *arg, struct exchange *exchange) {
	struct arena *arena = exchange_arena(exchange);
	struct call *call = ARENA_NEW(arena, struct call);
	if (!call) {
		const struct response response = { .status = 503, .retry_after_s = 1 };
		exchange_respond(exchange, &response);
		return;
	}
	call->api = arg;
	call->exchange = exchange;
	call->request = exchange_request(exchange);
	call->arena = arena;
	call->begun_us = clock_monotonic_us();
	dispatch(call);
}
