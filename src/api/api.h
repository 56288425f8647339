/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP interface (proto/openapi.yaml): from a request to a command or a query, and back.
 *
 * One table of routes (api/routes.c) is what is served, what `Allow` says, and what the test
 * compares with the OpenAPI document. Every refusal is an RFC 9457 problem document.
 */
#ifndef API_API_H
#define API_API_H

#include "base/err.h"
#include "net/net.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>

struct api;
struct engine;
struct signer;

/* Make it first; its api_on_commit goes into the engine's configuration. */
enum err api_new(struct api **ret_api) MUST_CHECK;

/* After the network has closed and before the engine does: nothing of the api reads the engine any
 * more, though an exchange may have been left behind. Commits may still come. Before api_attach it
 * does nothing. */
void api_detach(struct api *api);

/* After api_detach, and when the engine has closed (nothing commits). Accepts NULL. */
void api_free(struct api *api);

/* The engine's on_commit: keeps the directory of principals current and wakes long polls. */
void api_on_commit(void *api, Pb__JournalEntry *const *entries, size_t count, uint64_t last_seq);

/* Fills the directory of principals from the engine; afterwards api_handle may be called. */
enum err api_attach(struct api *api, struct engine *engine) MUST_CHECK;

/* Whose live connections are to be closed when a principal is revoked; NULL, before that network
 * closes: nobody's. Any thread. */
void api_set_net(struct api *api, struct net *net);
/* Who signs checkpoints; borrowed until the network has closed. Without it they are 503. */
void api_set_signer(struct api *api, struct signer *signer);

/* The network's handler. */
void api_handle(void *api, struct exchange *exchange);

/* Its after_events: what was given to the engine since the last time is now taken up. */
void api_after_events(void *api);

/* Readiness (/readyz): false before start-up is complete and from the beginning of the stop. Wakes
 * long polls. */
void api_set_ready(struct api *api, bool ready);

#endif
