/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole daemon in the test's process: ledger, engine, api and network on a free port of
 * 127.0.0.1, and people with identities to call it as. What goes wrong in the scenery fails the
 * Check test.
 *
 *	struct live *live = live_start();
 *	live_settle(live);                          // everybody below is registered
 *	const struct answer *answer = live_post(live, OPERATOR, "/v1/funds", "{'code': 'city'}");
 *	ck_assert_int_eq(answer->status, 201);
 *	live_stop(live);
 */
#ifndef TESTS_UNIT_API_LIVE_H
#define TESTS_UNIT_API_LIVE_H

#include "api/api.h"

#include <jansson.h>
#include <stddef.h>

enum who {
	NOBODY,   /* neither certificate nor token */
	STRANGER, /* a certificate of the right authority that nobody registered */
	ADMIN,    /* in the genesis */
	OPERATOR,
	FINANCE,
	REVIEWER,
	APPROVER,
	AUDITOR,
	PROVIDER, /* for 91310000MA1FL00900 */
	STARTUP,  /* by token, for T-ONE */
	RIVAL,    /* by token, for T-TWO */
	WHO_COUNT,
};

#define PROVIDER_CODE "91310000MA1FL00900"

struct live;

struct live *live_start(void);

/* The same on a log that fails and stalls when told to, with a queue for so many commands (0: as
 * usual). It cannot be started again. */
struct memory_log;
struct live *live_start_on(struct memory_log *log, size_t queue_commands_max);

void live_stop(struct live *live);

/* Registers everybody from OPERATOR on, and their parties. */
void live_settle(struct live *live);

/* Registers the STRANGER as staff: "'roles': ['ROLE_REVIEWER'], 'region': '310115'". */
void live_admit_stranger(struct live *live, const char *fields);

/* Stops all but the ledger's files, and starts again on them. */
void live_restart(struct live *live);

struct api *live_api(struct live *live);
struct engine *live_engine(struct live *live);

/* A principal's id, once registered. */
uint64_t live_principal(const struct live *live, enum who who);

/* --- calls: what they return lives until live_stop --- */

struct answer {
	long status;
	const char *type, *link, *allow, *authenticate, *retry_after, *policy,
	    *disposition; /* headers, or "" */
	const char *body; /* terminated */
	size_t bytes;
	const json_t *json; /* NULL when it is none */
};

struct question {
	enum who who;
	const char *method; /* NULL: "GET", or "POST" with a body */
	const char *target;
	const char *type; /* NULL: application/json, where there is a body */
	const char *accept;
	const char *key;   /* the idempotency key */
	const char *token; /* in place of who's own */
	const char *body;
	size_t bytes; /* 0: strlen(body) */
	bool is_http2;
};

const struct answer *live_ask(struct live *live, const struct question *question);

const struct answer *live_get(struct live *live, enum who who, const char *target);

/* With a key of its own. `format` is JSON with ' for ". */
__attribute__((format(printf, 4, 5))) const struct answer *live_post(
    struct live *live, enum who who, const char *target, const char *format, ...);

/* The same; it must be done. The number of the entry. */
__attribute__((format(printf, 4, 5))) uint64_t live_do(
    struct live *live, enum who who, const char *target, const char *format, ...);

/* A text or number of the answer's JSON as text, by a path such as "replies.0.refusal.field"; ""
 * when it is not there. */
const char *live_value(const struct answer *answer, const char *path);

/* The value of a metric, by its name and labels. */
long live_metric(struct live *live, const char *name);

/* A new command id, as text; lives until the next but 15. */
const char *live_id(void);

/* Text in `live`'s memory. */
__attribute__((format(printf, 2, 3))) const char *live_text(
    struct live *live, const char *format, ...);

/* JSON with " for ', in `live`'s memory. */
const char *live_json(struct live *live, const char *text);

/* --- a story: from the fund to the published claim --- */

struct story {
	uint64_t application, voucher, reservation, claim;
};

/* A fund with 1,000.00, all of it in the programme "tech", whose rules pay the provider half. */
void live_fund_programme(struct live *live);

/* A voucher of 100.00 for `who` (STARTUP or RIVAL). */
struct story live_issue(struct live *live, enum who who);

/* … reserved for a contract, redeemed, claimed, approved and published. */
void live_use(struct live *live, enum who who, struct story *story);

#endif
