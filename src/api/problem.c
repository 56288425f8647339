/* SPDX-License-Identifier: Apache-2.0 */
/* Problem documents. Pure; any thread. */
#include "api/problem.h"

#include "ledger/explain.h"
#include "record/json.h"
#include "record/outcome.h"
#include "record/pb.h"

#include <string.h>

static const struct {
	uint16_t status;
	Pb__Retry retry;
	const char *title;
	const char *title_zh;
} statuses[] = {
	{ 400, PB__RETRY__RETRY_FIX_REQUEST, "Bad Request", "请求有误" },
	{ 401, PB__RETRY__RETRY_NOT_ALLOWED, "Unauthorized", "身份未确认" },
	{ 403, PB__RETRY__RETRY_NOT_ALLOWED, "Forbidden", "无权访问" },
	{ 404, PB__RETRY__RETRY_FIX_REQUEST, "Not Found", "未找到" },
	{ 405, PB__RETRY__RETRY_FIX_REQUEST, "Method Not Allowed", "不支持该请求方法" },
	{ 500, PB__RETRY__RETRY_SAME_ID, "Internal Server Error", "服务器内部错误" },
	{ 503, PB__RETRY__RETRY_SAME_ID, "Service Unavailable", "服务暂不可用" },
};

/* The nouns of routes and command fields, and what is said when the object is not there. */
static const struct {
	const char *one;
	const char *many;
	Pb__Outcome unknown;
} nouns[] = {
	{ "fund", "funds", PB__OUTCOME__FUND_UNKNOWN },
	{ "programme", "programmes", PB__OUTCOME__PROGRAMME_UNKNOWN },
	{ "party", "parties", PB__OUTCOME__PARTY_UNKNOWN },
	{ "principal", "principals", PB__OUTCOME__PRINCIPAL_UNKNOWN },
	{ "application", "applications", PB__OUTCOME__APPLICATION_UNKNOWN },
	{ "voucher", "vouchers", PB__OUTCOME__VOUCHER_UNKNOWN },
	{ "reservation", "reservations", PB__OUTCOME__RESERVATION_UNKNOWN },
	{ "claim", "claims", PB__OUTCOME__CLAIM_UNKNOWN },
	{ "settlement", "settlements", PB__OUTCOME__SETTLEMENT_UNKNOWN },
	{ "payment", "payments", PB__OUTCOME__PAYMENT_UNKNOWN },
	{ "clawback", "clawbacks", PB__OUTCOME__CLAWBACK_UNKNOWN },
	{ "house_account", "house_accounts", PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN },
	{ "bank_line", "bank_lines", PB__OUTCOME__BANK_LINE_UNKNOWN },
	{ "line", "lines", PB__OUTCOME__BANK_LINE_UNKNOWN },
	{ "period", "periods", PB__OUTCOME__PERIOD_UNKNOWN },
};

Pb__Outcome problem_unknown(const char *noun) {
	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
		if (strcmp(nouns[i].one, noun) == 0 || strcmp(nouns[i].many, noun) == 0)
			return nouns[i].unknown;
	return PB__OUTCOME__MALFORMED;
}

static bool is_unknown_object(Pb__Outcome outcome) {
	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
		if (nouns[i].unknown == outcome)
			return true;
	return false;
}

uint16_t problem_status(Pb__Outcome outcome) {
	if (is_unknown_object(outcome))
		return 404;
	if (outcome == PB__OUTCOME__ID_REUSED || outcome == PB__OUTCOME__LINKED_FAILED)
		return 409;
	if (outcome == PB__OUTCOME__TOO_LARGE)
		return 413;
	switch (outcome_info(outcome)->retry) {
	case PB__RETRY__RETRY_NONE: return 200;
	case PB__RETRY__RETRY_SAME_ID: return 503;
	case PB__RETRY__RETRY_CONFLICT: return 409;
	case PB__RETRY__RETRY_NOT_ALLOWED: return 403;
	case PB__RETRY__RETRY_LIMIT: return 422;
	default: return 400;
	}
}

/* A sentence made of what the refusal says; "" when it says nothing. NULL: arena exhausted. */
static const char *explain(const Pb__Refusal *refusal, struct arena *arena) {
	const Pb__Bound *bound = refusal->bound;
	const char *field = refusal->field[0] ? arena_printf(arena, "Field %s: ", refusal->field) : "";
	if (!field)
		return NULL;
	if (refusal->detail[0])
		return arena_printf(arena, "%s%s", field, refusal->detail);
	if (!bound)
		return refusal->field[0] ? arena_printf(arena, "Field %s.", refusal->field) : "";
	Pb__Refusal alone = PB__REFUSAL__INIT;
	Pb__Explanation **sentence;
	size_t count;
	alone.bound = (Pb__Bound *)bound;
	if (!explain_refusal(&alone, arena, &sentence, &count))
		return NULL;
	return arena_printf(arena, "%s%s", field, sentence[0]->en);
}

/* All that was weighed, in words; without memory nothing. */
static void explain_all(Pb__Problem *document, struct arena *arena) {
	if (document->refusal &&
	    !explain_refusal(
	        document->refusal, arena, &document->explanation, &document->n_explanation))
		document->n_explanation = 0;
}

static void fill_from_status(Pb__Problem *document) {
	document->type = "about:blank";
	document->title = "Error";
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (statuses[i].status != document->status)
			continue;
		document->title = statuses[i].title;
		document->title_zh = statuses[i].title_zh;
		document->retry = statuses[i].retry;
	}
}

Pb__Problem *problem_document(
    const struct problem *problem, const char *instance, struct arena *arena) {
	Pb__Problem *document = PB_NEW(Pb__Problem, pb__problem, arena);
	if (!document)
		return NULL;
	document->status = problem->status ? problem->status : problem_status(problem->outcome);
	document->instance = instance;
	if (problem->outcome == PB__OUTCOME__OUTCOME_OK) {
		fill_from_status(document);
	} else {
		const struct outcome_info *info = outcome_info(problem->outcome);
		document->type = arena_printf(arena, "/problems/%s", info->name);
		document->title = info->sentence;
		document->title_zh = info->sentence_zh;
		document->outcome_name = info->outcome;
		document->outcome = (uint32_t)info->outcome;
		document->retry = info->retry;
	}
	document->refusal = (Pb__Refusal *)problem->refusal;
	explain_all(document, arena);
	document->detail = problem->detail;
	if (!document->detail)
		document->detail = problem->refusal ? explain(problem->refusal, arena) : "";
	return document->type && document->detail ? document : NULL;
}

struct problem problem_of_field(
    Pb__Outcome outcome, const char *field, const char *detail, struct arena *arena) {
	Pb__Refusal *refusal = PB_NEW(Pb__Refusal, pb__refusal, arena);
	if (!refusal)
		return (struct problem){ .outcome = PB__OUTCOME__UNAVAILABLE, .detail = "Out of memory." };
	refusal->field = field;
	refusal->detail = detail;
	return (struct problem){
		.outcome = field[0] ? outcome : PB__OUTCOME__MALFORMED,
		.refusal = refusal,
	};
}

struct problem problem_of_json(const struct json_error *error, struct arena *arena) {
	const char *path = arena_string(arena, error->path, strlen(error->path));
	const char *detail = error->line > 0
	    ? arena_printf(arena, "line %d, column %d: %s", error->line, error->column, error->reason)
	    : arena_string(arena, error->reason, strlen(error->reason));
	return problem_of_field(
	    PB__OUTCOME__FIELD_INVALID, path ? path : "", detail ? detail : "", arena);
}
