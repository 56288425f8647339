/* SPDX-License-Identifier: Apache-2.0 */
/* The table of routes, and finding one. Pure; any thread. */
#include "api/routes.h"

#include "voucher/v1/journal.pb-c.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define LIST_QUERY "programme party status limit cursor"

/* A command on a collection: makes an object. */
#define CREATE(collection, name)                                                                   \
	{                                                                                              \
		.method = "POST", .pattern = "/v1/" collection, .audience = AUDIENCE_PRINCIPAL,            \
		.handler = HANDLE_COMMAND, .query = "dry_run receipt",                                     \
		.command = PB__COMMAND__BODY_##name, .creates = true                                       \
	}

/* A command on an object, which may make another: its path fills the fields named at the end. */
#define ACTION(path, name, makes, ...)                                                             \
	{                                                                                              \
		.method = "POST", .pattern = "/v1/" path, .audience = AUDIENCE_PRINCIPAL,                  \
		.handler = HANDLE_COMMAND, .query = "dry_run receipt",                                     \
		.command = PB__COMMAND__BODY_##name, .fields = { __VA_ARGS__ }, .creates = (makes)         \
	}

#define LIST_BY(path, what, parameters)                                                            \
	{                                                                                              \
		.method = "GET", .pattern = path, .audience = AUDIENCE_PRINCIPAL, .handler = HANDLE_LIST,  \
		.query = parameters, .resource = RESOURCE_##what, .reply = &pb__page__descriptor           \
	}

#define LIST(path, what) LIST_BY(path, what, LIST_QUERY)

#define GET(path, what, message)                                                                   \
	{                                                                                              \
		.method = "GET", .pattern = path, .audience = AUDIENCE_PRINCIPAL, .handler = HANDLE_GET,   \
		.query = "", .resource = RESOURCE_##what, .reply = &pb__##message##__descriptor            \
	}

#define OTHER(verb, path, who, what, parameters, text, ...)                                        \
	{                                                                                              \
		.method = verb, .pattern = path, .audience = who, .handler = HANDLE_##what,                \
		.query = parameters, .summary = text, __VA_ARGS__                                          \
	}

/* clang-format off */
static const struct route table[] = {
	OTHER("POST", "/v1/batch", AUDIENCE_PRINCIPAL, BATCH, "",
		"Gives up to 8,192 commands at once; each is answered in its place.",
		.body = &pb__batch__descriptor, .reply = &pb__batch_reply__descriptor),

	/* Commands, nearly in the order of proto/voucher/v1/command.proto. Expire and remind are the
	 * daemon's own. */
	CREATE("funds",                                    CREATE_FUND),
	ACTION("funds/{id}:appropriate",                   APPROPRIATE,        false, "fund"),
	CREATE("programmes",                               CREATE_PROGRAMME),
	ACTION("programmes/{id}:allocate",                 ALLOCATE,           false, "programme"),
	ACTION("programmes/{id}:publish_rules",            PUBLISH_RULES,      false, "programme"),
	CREATE("parties",                                  REGISTER_PARTY),
	ACTION("parties/{id}:update",                      UPDATE_PARTY,       false, "code"),
	ACTION("programmes/{id}:admit_provider",           ADMIT_PROVIDER,     false, "programme"),
	ACTION("parties/{id}:suspend",                     SUSPEND_PARTY,      false, "party"),
	ACTION("parties/{id}:reinstate",                   REINSTATE_PARTY,    false, "party"),
	ACTION("parties/{id}:blacklist",                   BLACKLIST_PARTY,    false, "party"),
	ACTION("parties/{id}:assess",                      ASSESS_PARTY,       false, "party"),
	ACTION("parties/{id}:assign",                      ASSIGN_PARTY,       false, "party"),
	ACTION("parties/{id}:erase_personal",              ERASE_PERSONAL,     false, "party"),
	ACTION("programmes/{id}:record_agreement",         RECORD_AGREEMENT,   false, "programme"),
	CREATE("principals",                               REGISTER_PRINCIPAL),
	ACTION("principals/{id}:revoke",                   REVOKE_PRINCIPAL,   false, "principal"),
	ACTION("checkpoint:rotate_key",                    ROTATE_CHECKPOINT_KEY, false, NULL),
	CREATE("applications",                             APPLY),
	ACTION("applications/{id}:review",                 REVIEW_APPLICATION, false, "application"),
	ACTION("applications/{id}:issue",                  ISSUE,              true,  "application"),
	ACTION("vouchers/{id}:return",                     RETURN_VOUCHER,     false, "voucher"),
	ACTION("vouchers/{id}:cancel",                     CANCEL_VOUCHER,     false, "voucher"),
	ACTION("vouchers/{id}:extend",                     EXTEND_VOUCHER,     false, "voucher"),
	ACTION("vouchers/{id}:reserve",                    RESERVE,            true,  "voucher"),
	ACTION("reservations/{id}:redeem",                 REDEEM,             false, "reservation"),
	ACTION("reservations/{id}:release",                RELEASE,            false, "reservation"),
	ACTION("reservations/{id}:withdraw",               WITHDRAW_RESERVATION, false, "reservation"),
	CREATE("claims",                                   SUBMIT_CLAIM),
	ACTION("claims/{id}:return",                       RETURN_CLAIM,       false, "claim"),
	ACTION("claims/{id}:approve",                      APPROVE_CLAIM,      false, "claim"),
	ACTION("claims/{id}:countersign",                  COUNTERSIGN_CLAIM,  false, "claim"),
	ACTION("claims/{id}:reject",                       REJECT_CLAIM,       false, "claim"),
	ACTION("claims/{id}:publish",                      PUBLISH_CLAIM,      false, "claim"),
	ACTION("claims/{id}:object",                       OBJECT_CLAIM,       false, "claim"),
	ACTION("claims/{id}:resolve_objection",            RESOLVE_OBJECTION,  false, "claim"),
	CREATE("settlements",                              OPEN_SETTLEMENT),
	ACTION("settlements/{id}:approve",                 APPROVE_SETTLEMENT, false, "settlement"),
	ACTION("settlements/{id}:cancel",                  CANCEL_SETTLEMENT,  false, "settlement"),
	ACTION("settlements/{id}/payments/{number}:record",
		RECORD_PAYMENT, false, "settlement", "payment"),
	ACTION("settlements/{id}:record_file",             RECORD_PAYMENT_FILE, false, "settlement"),
	CREATE("clawbacks",                                ORDER_CLAWBACK),
	ACTION("clawbacks/{id}:recover",                   RECORD_RECOVERY,    false, "clawback"),
	ACTION("clawbacks/{id}:write_off",                 WRITE_OFF,          false, "clawback"),
	CREATE("samples",                                  DRAW_SAMPLE),
	CREATE("house-accounts",                           REGISTER_HOUSE_ACCOUNT),
	ACTION("house-accounts/{code}/statements",         IMPORT_STATEMENT,   true,  "house_account"),
	ACTION("house-accounts/{code}:reconcile",          RECONCILE,          false, "house_account"),
	ACTION("house-accounts/{code}/lines/{line}:unmatch",
		UNMATCH, false, "house_account", "line"),
	ACTION("house-accounts/{code}/lines/{line}:assign",
		ASSIGN_LINE, false, "house_account", "line"),
	ACTION("house-accounts/{code}/lines/{line}:resolve",
		RESOLVE_LINE, false, "house_account", "line"),
	ACTION("periods/{period}:prepare",                 PREPARE_PERIOD,     false, "period"),
	ACTION("periods/{period}:review",                  REVIEW_PERIOD,      false, "period"),
	ACTION("periods/{period}:close",                   CLOSE_PERIOD,       false, "period"),
	ACTION("periods/{period}:reopen",                  REOPEN_PERIOD,      false, "period"),

	LIST("/v1/funds",        FUNDS),
	LIST("/v1/programmes",   PROGRAMMES),
	LIST_BY("/v1/parties",   PARTIES, "kind region owner overdue blacklisted limit cursor"),
	LIST("/v1/principals",   PRINCIPALS),
	LIST("/v1/applications", APPLICATIONS),
	LIST_BY("/v1/vouchers",  VOUCHERS, LIST_QUERY " code"),
	LIST("/v1/reservations", RESERVATIONS),
	LIST("/v1/claims",       CLAIMS),
	LIST("/v1/settlements",  SETTLEMENTS),
	LIST("/v1/accounts",     ACCOUNTS),
	LIST("/v1/clawbacks",    CLAWBACKS),
	LIST("/v1/samples",      SAMPLES),
	LIST_BY("/v1/house-accounts", HOUSE_ACCOUNTS, "limit cursor"),
	LIST_BY("/v1/statements", STATEMENTS, "house_account limit cursor"),
	LIST_BY("/v1/bank-lines", BANK_LINES, "house_account state exception open limit cursor"),
	LIST_BY("/v1/payments",   PAYMENTS,   "house_account awaited " LIST_QUERY),
	LIST_BY("/v1/periods",    PERIODS,    "status limit cursor"),

	OTHER("GET", "/public/v1/disclosures", AUDIENCE_PUBLIC, DISCLOSURES,
		"programme limit cursor format",
		"The publication list, newest first: for programs, for spreadsheets and for people.",
		.resource = RESOURCE_DISCLOSURES, .reply = &pb__page__descriptor),
	OTHER("GET", "/v1/statistics/take-up", AUDIENCE_STAFF_ONLY, TAKE_UP, "programme from to by",
		"What became of a programme's money, by region, category and month.",
		.reply = &pb__page__descriptor),
	OTHER("GET", "/v1/statistics/waiting", AUDIENCE_STAFF_ONLY, WAITING, "programme",
		"How long applications and claims wait, and where.",
		.reply = &pb__page__descriptor),

	GET("/v1/funds/{id}",        FUNDS,        fund),
	GET("/v1/programmes/{id}",   PROGRAMMES,   programme),
	GET("/v1/parties/{id}",      PARTIES,      party),
	GET("/v1/principals/{id}",   PRINCIPALS,   principal),
	GET("/v1/applications/{id}", APPLICATIONS, application),
	GET("/v1/vouchers/{id}",     VOUCHERS,     voucher),
	GET("/v1/reservations/{id}", RESERVATIONS, reservation),
	GET("/v1/claims/{id}",       CLAIMS,       claim),
	GET("/v1/settlements/{id}",  SETTLEMENTS,  settlement),
	GET("/v1/clawbacks/{id}",    CLAWBACKS,    clawback),
	GET("/v1/samples/{id}",      SAMPLES,      sample),
	GET("/v1/house-accounts/{code}",              HOUSE_ACCOUNTS, house_account),
	GET("/v1/statements/{id}",                    STATEMENTS,     bank_statement),
	GET("/v1/house-accounts/{code}/lines/{line}", BANK_LINES,     bank_line),
	GET("/v1/settlements/{id}/payments/{number}", PAYMENTS,       settlement_payment),
	GET("/v1/periods/{period}",                   PERIODS,        period),

	OTHER("GET", "/v1/commands/{id}", AUDIENCE_PRINCIPAL, COMMAND_REPLY, "",
		"What became of a command: its reply, by the id that the client gave it.",
		.reply = &pb__reply__descriptor),
	OTHER("GET", "/v1/me", AUDIENCE_PRINCIPAL, ME, "",
		"The principal that the credential belongs to.", .reply = &pb__principal__descriptor),
	OTHER("GET", "/v1/journal", AUDIENCE_PRINCIPAL, FEED, "after wait limit",
		"The journal, in order and without gaps, as far as the caller may see it."),
	OTHER("GET", "/v1/tree-head", AUDIENCE_PRINCIPAL, TREE_HEAD, "",
		"Size and root of the Merkle tree over the journal, unsigned.",
		.reply = &pb__tree_head__descriptor),
	OTHER("GET", "/v1/proof/inclusion", AUDIENCE_PRINCIPAL, INCLUSION, "seq size",
		"Proves that an entry is in the tree of this size.",
		.reply = &pb__inclusion_proof__descriptor),
	OTHER("GET", "/v1/proof/consistency", AUDIENCE_PRINCIPAL, CONSISTENCY, "from to",
		"Proves that the tree of one size begins with that of another.",
		.reply = &pb__consistency_proof__descriptor),
	OTHER("GET", "/tile/{tile}", AUDIENCE_PUBLIC, TILE, "",
		"Hashes of the tree, up to 256 at once: <level>/<index>, or <level>/<index>.p/<width>, as C2SP "
		"tlog-tiles has it.", .takes_rest = true),
	OTHER("GET", "/v1/checkpoint", AUDIENCE_PRINCIPAL, CHECKPOINT, "witnessed",
		"A signed checkpoint (C2SP tlog-checkpoint) that covers what was acknowledged before."),
	OTHER("GET", "/v1/receipts/{seq}", AUDIENCE_PRINCIPAL, RECEIPT, "",
		"A receipt (C2SP tlog-proof): the entry, and proof that it is in the books."),
	OTHER("GET", "/checkpoint", AUDIENCE_PUBLIC, PUBLIC_CHECKPOINT, "",
		"The newest signed checkpoint, where tools for C2SP tlog-tiles look for it."),

	OTHER("GET", "/healthz", AUDIENCE_PUBLIC, HEALTH, "", "The process is alive."),
	OTHER("GET", "/readyz", AUDIENCE_PUBLIC, READINESS, "", "The daemon takes requests."),
	OTHER("GET", "/metrics", AUDIENCE_STAFF_OR_LOOPBACK, METRICS, "",
		"Metrics as Prometheus text: for staff, and without login from the same machine."),
	OTHER("GET", "/openapi.json", AUDIENCE_PUBLIC, OPENAPI, "", "This document."),
	OTHER("GET", "/problems/{name}", AUDIENCE_PUBLIC, PROBLEM, "",
		"What an outcome means.", .reply = &pb__problem__descriptor),
};
/* clang-format on */

#define TABLE_COUNT (sizeof(table) / sizeof(table[0]))

const struct route *routes_table(size_t *ret_count) {
	*ret_count = TABLE_COUNT;
	return table;
}

static bool matches(const struct route *route, const char *path, struct route_match *match) {
	const char *pattern = route->pattern;
	match->count = 0;
	while (*pattern) {
		if (*pattern == '{') {
			size_t bytes = route->takes_rest ? strlen(path) : strcspn(path, "/:");
			if (bytes == 0)
				return false;
			match->values[match->count].text = path;
			match->values[match->count].bytes = bytes;
			match->count++;
			path += bytes;
			pattern = strchr(pattern, '}') + 1;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

/* A path matches only patterns with the same characters in these places: what follows "/v1/"; or
 * such as have a value there, which are kept apart. */
enum { MARK_PLACE = 4, MARK_BYTES = 4, BUCKETS = 64, APART = BUCKETS, NO_ROUTE = UINT8_MAX };

_Static_assert(TABLE_COUNT < NO_ROUTE, "places in the table are of one byte");

/* Routes with the same bucket, in the order of the table. */
static uint8_t first_route[BUCKETS + 1];
static uint8_t next_route[TABLE_COUNT];

static size_t bucket_of(const char *text) {
	uint32_t mark = 0;
	for (size_t i = 0; i < MARK_PLACE + MARK_BYTES && text[i]; i++)
		mark = mark << 8 | (unsigned char)text[i];
	return mark * UINT32_C(0x9e3779b1) >> 26;
}

static void fill_buckets(void) {
	memset(first_route, NO_ROUTE, sizeof(first_route));
	for (size_t i = TABLE_COUNT; i-- > 0;) {
		const char *pattern = table[i].pattern;
		bool is_apart = strcspn(pattern, "{") < MARK_PLACE + MARK_BYTES && strchr(pattern, '{');
		uint8_t *first = &first_route[is_apart ? APART : bucket_of(pattern)];
		next_route[i] = *first;
		*first = (uint8_t)i;
	}
}

/* Looks through a bucket: the route for this method, and which methods its path has. */
static void look_through(size_t bucket, const char *method, const char *path,
    struct route_match *match, bool *has_get, bool *has_post) {
	size_t next;
	for (size_t i = first_route[bucket]; i != NO_ROUTE && !match->route; i = next) {
		next = next_route[i];
		if (!matches(&table[i], path, match))
			continue;
		*has_get |= table[i].method[0] == 'G';
		*has_post |= table[i].method[0] == 'P';
		if (strcmp(table[i].method, method) == 0)
			match->route = &table[i];
	}
}

void routes_match(const char *method, const char *path, struct route_match *ret_match) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fill_buckets);
	bool has_get = false, has_post = false;
	*ret_match = (struct route_match){ .route = NULL };
	look_through(bucket_of(path), method, path, ret_match, &has_get, &has_post);
	if (!ret_match->route)
		look_through(APART, method, path, ret_match, &has_get, &has_post);
	ret_match->allow = has_get ? (has_post ? "GET, POST" : "GET") : has_post ? "POST" : "";
}
