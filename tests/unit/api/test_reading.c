/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: lists, the journal feed, what is public and what the daemon says of itself. */
#include "unit/api/live.h"

#include "api/feed.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/limits.h"
#include "record/delimited.h"
#include "record/pb.h"
#include "support/suite.h"
#include "voucher/v1/journal.pb-c.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The target of a Link header's <…>. */
static const char *next_of(struct live *live, const struct answer *answer) {
	const char *end = strstr(answer->link, ">; rel=\"next\"");
	ck_assert_msg(answer->link[0] == '<' && end != NULL, "Link: %s", answer->link);
	return live_text(live, "%.*s", (int)(end - answer->link - 1), answer->link + 1);
}

/* Follows a list to its end; the ids put together, "12 15 19 ". */
static const char *ids_of(
    struct live *live, enum who who, const char *target, const char *list, size_t *ret_pages) {
	const char *ids = "";
	*ret_pages = 0;
	for (;;) {
		const struct answer *answer = live_get(live, who, target);
		ck_assert_msg(answer->status == 200, "%s: %s", target, answer->body);
		ck_assert_str_ne(live_value(answer, "as_of"), "");
		++*ret_pages;
		for (int i = 0;; i++) {
			const char *id = live_value(answer, live_text(live, "%s.%d.id", list, i));
			if (id[0] == '\0')
				break;
			ids = live_text(live, "%s%s ", ids, id);
		}
		if (answer->link[0] == '\0')
			return ids;
		target = next_of(live, answer);
	}
}

START_TEST(lists_go_on_page_by_page_and_show_what_the_caller_may_see) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story mine[3], theirs[2];
	for (int i = 0; i < 3; i++) {
		mine[i] = live_issue(live, STARTUP);
		if (i < 2)
			theirs[i] = live_issue(live, RIVAL);
	}
	const char *of_startup = live_text(live, "%" PRIu64 " %" PRIu64 " %" PRIu64 " ",
	    mine[0].voucher, mine[1].voucher, mine[2].voucher);
	const char *of_rival = live_text(
	    live, "%" PRIu64 " %" PRIu64 " ", theirs[0].voucher, theirs[1].voucher);
	const char *of_all = live_text(live,
	    "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " ", mine[0].voucher,
	    theirs[0].voucher, mine[1].voucher, theirs[1].voucher, mine[2].voucher);
	const struct {
		enum who who;
		const char *target, *ids;
		size_t pages_min;
	} cases[] = {
		{ AUDITOR, "/v1/vouchers", of_all, 1 },
		{ AUDITOR, "/v1/vouchers?limit=2", of_all, 3 },
		{ AUDITOR, "/v1/vouchers?limit=1&programme=tech", of_all, 5 },
		{ AUDITOR, "/v1/vouchers?party=T-ONE&limit=2", of_startup, 2 },
		{ AUDITOR, "/v1/vouchers?status=closed", "", 1 },
		{ STARTUP, "/v1/vouchers", of_startup, 1 },
		{ STARTUP, "/v1/vouchers?limit=1", of_startup, 3 },
		{ STARTUP, "/v1/vouchers?party=T-TWO", "", 1 },
		{ RIVAL, "/v1/vouchers?limit=1&status=active", of_rival, 2 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t pages;
		const char *ids = ids_of(live, cases[i].who, cases[i].target, "vouchers", &pages);
		ck_assert_msg(strcmp(ids, cases[i].ids) == 0, "%s: %s instead of %s", cases[i].target, ids,
		    cases[i].ids);
		ck_assert_uint_ge(pages, cases[i].pages_min);
	}
	live_stop(live);
}
END_TEST

START_TEST(every_list_can_be_read) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	live_use(live, STARTUP, &story);
	live_do(live, OPERATOR, "/v1/house-accounts",
	    "{'code': 'main', 'name': 'Main', 'account': {'number': '0200', 'bank_code':"
	    " '102100099996', 'holder_name': 'Committee'}}");
	live_do(live, FINANCE, "/v1/house-accounts/main/statements",
	    "{'file': '00000000000000000000000000000000000000000000000000000000000000aa', 'format':"
	    " 'csv', 'page': 1, 'pages': 1, 'lines': [{'amount': 1, 'booking_date': '2026-11-02'}]}");
	size_t count;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (routes[i].handler != HANDLE_LIST)
			continue;
		const struct answer *answer = live_get(live, AUDITOR, routes[i].pattern);
		ck_assert_msg(answer->status == 200, "%s: %s", routes[i].pattern, answer->body);
		const char *name = resource_name(routes[i].resource);
		bool is_empty = json_array_size(json_object_get(answer->json, name)) == 0;
		bool should_be = routes[i].resource == RESOURCE_SETTLEMENTS ||
		    routes[i].resource == RESOURCE_CLAWBACKS || routes[i].resource == RESOURCE_SAMPLES ||
		    routes[i].resource == RESOURCE_PAYMENTS || routes[i].resource == RESOURCE_PERIODS;
		ck_assert_msg(is_empty == should_be, "%s: %s", routes[i].pattern, answer->body);
	}
	const struct question packed = {
		.who = AUDITOR,
		.target = "/v1/vouchers",
		.accept = "application/x-protobuf",
	};
	ck_assert_str_eq(live_ask(live, &packed)->type, "application/x-protobuf");
	live_stop(live);
}
END_TEST

START_TEST(published_claims_are_public) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	const struct answer *answer = live_get(live, NOBODY, "/public/v1/disclosures");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_uint_eq(json_array_size(json_object_get(answer->json, "disclosures")), 0);
	live_use(live, STARTUP, &story);
	answer = live_get(live, NOBODY, "/public/v1/disclosures?programme=tech");
	ck_assert_str_eq(
	    live_value(answer, "disclosures.0.claim"), live_text(live, "%" PRIu64, story.claim));
	ck_assert_str_eq(live_value(answer, "disclosures.0.holder_name"), "T-ONE"); /* a team */
	ck_assert_str_eq(live_value(answer, "disclosures.0.provider"), PROVIDER_CODE);
	ck_assert_str_eq(live_value(answer, "disclosures.0.amount"), "4000");
	ck_assert_ptr_null(strstr(answer->body, "6222")); /* no bank account */
	live_stop(live);
}
END_TEST

/* --- the feed --- */

/* The entries' numbers in one answer, "1 2 3 ". */
static const char *numbers_of(struct live *live, const struct answer *answer) {
	const char *numbers = "";
	for (const char *line = answer->body; *line; line = strchr(line, '\n') + 1) {
		json_t *entry = json_loadb(line, strcspn(line, "\n"), 0, NULL);
		ck_assert_msg(entry != NULL, "not JSON: %s", line);
		numbers = live_text(
		    live, "%s%s ", numbers, json_string_value(json_object_get(entry, "seq")));
		json_decref(entry);
	}
	return numbers;
}

/* Reads the feed to its end. */
static const char *feed(
    struct live *live, enum who who, const char *target, const char **ret_next) {
	const char *numbers = "";
	for (int rounds = 0;; rounds++) {
		const struct answer *answer = live_get(live, who, target);
		ck_assert_msg(answer->status == 200, "%s: %s", target, answer->body);
		ck_assert_str_eq(answer->type, "application/x-ndjson");
		target = *ret_next = next_of(live, answer);
		if (answer->bytes == 0 && rounds > 0)
			return numbers;
		numbers = live_text(live, "%s%s", numbers, numbers_of(live, answer));
	}
}

START_TEST(the_feed_has_every_entry_that_the_caller_may_see) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story mine = live_issue(live, STARTUP), theirs = live_issue(live, RIVAL);
	uint64_t last = strtoull(live_value(live_get(live, ADMIN, "/v1/tree-head"), "size"), NULL, 10);
	const char *all = "", *next, *numbers;
	for (uint64_t seq = 1; seq <= last; seq++)
		all = live_text(live, "%s%" PRIu64 " ", all, seq);
	static const char *const targets[] = { "/v1/journal", "/v1/journal?limit=1",
		"/v1/journal?after=0&limit=7" };
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		/* A limit holds for one answer; the link goes on without it. */
		numbers = feed(live, AUDITOR, targets[i], &next);
		ck_assert_str_eq(numbers, all);
		ck_assert_str_eq(next, live_text(live, "/v1/journal?after=%" PRIu64, last));
	}
	ck_assert_str_eq(feed(live, AUDITOR, next, &next), "");
	numbers = feed(live, STARTUP, "/v1/journal", &next);
	ck_assert_ptr_nonnull(strstr(numbers, live_text(live, " %" PRIu64 " ", mine.voucher)));
	ck_assert_ptr_null(strstr(numbers, live_text(live, " %" PRIu64 " ", theirs.voucher)));
	ck_assert_ptr_null(strstr(numbers, live_text(live, " %" PRIu64 " ", theirs.application)));
	ck_assert_str_eq(next, live_text(live, "/v1/journal?after=%" PRIu64, last));
	live_stop(live);
}
END_TEST

/* The entries' numbers in one answer of protobuf. */
static const char *packed_numbers(struct live *live, const struct answer *answer) {
	struct delimited reader = { answer->body, answer->body + answer->bytes };
	struct arena arena;
	const char *numbers = "";
	const void *data;
	size_t bytes;
	arena_init(&arena, 0);
	while (delimited_read(&reader, &data, &bytes) == ERR_OK) {
		ProtobufCMessage *entry;
		ck_assert_int_eq(
		    pb_unpack(&pb__journal_entry__descriptor, data, bytes, &arena, &entry), ERR_OK);
		numbers = live_text(
		    live, "%s%" PRIu64 " ", numbers, ((const Pb__JournalEntry *)entry)->seq);
	}
	ck_assert_ptr_eq(reader.next, reader.end);
	arena_done(&arena);
	return numbers;
}

START_TEST(the_feed_in_protobuf_says_what_the_lines_say) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	live_issue(live, STARTUP);
	live_issue(live, RIVAL);
	live_admit_stranger(live, "'roles': ['ROLE_REVIEWER'], 'region': '310115'");
	uint64_t house = live_do(live, OPERATOR, "/v1/house-accounts",
	    "{'code': 'main', 'name': 'Main', 'account': {'holder_name': 'Office', 'bank_code': "
	    "'102290000016', 'number': '1001300000000001'}}");
	static const enum who readers[] = { AUDITOR, REVIEWER, STARTUP, PROVIDER, STRANGER };
	static const char *const targets[] = { "/v1/journal", "/v1/journal?limit=1",
		"/v1/journal?after=9&limit=3" };
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		for (size_t j = 0; j < sizeof(targets) / sizeof(targets[0]); j++) {
			const struct question question = {
				.who = readers[i], .target = targets[j], .accept = "application/x-protobuf"
			};
			const struct answer *lines = live_get(live, readers[i], targets[j]);
			const struct answer *packed = live_ask(live, &question);
			ck_assert_int_eq(packed->status, 200);
			ck_assert_str_eq(packed->type, "application/x-protobuf");
			ck_assert_str_eq(packed->link, lines->link);
			ck_assert_str_eq(packed_numbers(live, packed), numbers_of(live, lines));
			bool has_house = strstr(
			    numbers_of(live, lines), live_text(live, " %" PRIu64 " ", house));
			ck_assert(!has_house || readers[i] == AUDITOR);
		}
	}
	live_stop(live);
}
END_TEST

/* A batch of funds, so that the journal is larger than one answer of the feed. */
static void add_funds(struct live *live, int count) {
	struct buffer batch;
	buffer_init(&batch, 0);
	for (int i = 0; i < count; i++)
		buffer_printf(&batch,
		    "%s{\"id\":\"%s\",\"create_fund\":{\"code\":\"f%d\",\"name\":\"%0190d\"}}",
		    i ? "," : "{\"commands\":[", live_id(), i, i);
	buffer_append_text(&batch, "]}");
	const struct question question = {
		.who = OPERATOR,
		.target = "/v1/batch",
		.body = buffer_string(&batch),
	};
	const struct answer *answer = live_ask(live, &question);
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(
	    live_value(answer, live_text(live, "replies.%d.outcome", count - 1)), "OUTCOME_OK");
	buffer_done(&batch);
}

START_TEST(an_answer_of_the_feed_is_bounded_and_the_next_goes_on) {
	struct live *live = live_start();
	live_settle(live);
	enum { FUNDS = 3000 };
	uint64_t first = strtoull(live_value(live_get(live, ADMIN, "/v1/tree-head"), "size"), NULL, 10);
	add_funds(live, FUNDS);
	const char *target = live_text(live, "/v1/journal?after=%" PRIu64, first);
	uint64_t expected = first + 1, answers = 0;
	for (;; answers++) {
		const struct answer *answer = live_get(live, AUDITOR, target);
		ck_assert_int_eq(answer->status, 200);
		ck_assert_uint_le(answer->bytes, LIMIT_FEED_BYTES);
		if (answer->bytes == 0)
			break;
		for (const char *line = answer->body; *line; line = strchr(line, '\n') + 1) {
			const char *seq = live_text(live, "{\"seq\":\"%" PRIu64 "\",", expected++);
			ck_assert_msg(strncmp(line, seq, strlen(seq)) == 0, "%s is not %.40s", seq, line);
		}
		target = next_of(live, answer);
	}
	ck_assert_uint_eq(expected, first + FUNDS + 1);
	ck_assert_uint_ge(answers, 2);
	live_stop(live);
}
END_TEST

/* A long poll on a thread of its own. */
struct poll {
	struct live *live;
	enum who who;
	const char *target;
	const struct answer *answer;
	pthread_t thread;
};

static void *wait_for_feed(void *arg) {
	struct poll *poll = arg;
	poll->answer = live_get(poll->live, poll->who, poll->target);
	return NULL;
}

static void begin_poll(struct poll *poll) {
	poll->target = live_text(poll->live, "/v1/journal?after=%s&wait=60",
	    live_value(live_get(poll->live, ADMIN, "/v1/tree-head"), "size"));
	ck_assert_int_eq(pthread_create(&poll->thread, NULL, wait_for_feed, poll), 0);
	/* It waits when the daemon says so. */
	while (live_metric(poll->live, "voucherd_feed_waiting") != 1)
		continue;
}

static const struct answer *end_poll(struct poll *poll) {
	pthread_join(poll->thread, NULL);
	return poll->answer;
}

START_TEST(a_long_poll_ends_when_something_comes) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct poll poll = { .live = live, .who = STARTUP };
	begin_poll(&poll);
	int64_t begun_us = clock_monotonic_us();
	live_issue(live, RIVAL); /* none of its business */
	struct story story = live_issue(live, STARTUP);
	const struct answer *answer = end_poll(&poll);
	ck_assert_int_lt(clock_monotonic_us() - begun_us, 30 * US_PER_S);
	ck_assert_int_eq(answer->status, 200);
	ck_assert_ptr_nonnull(
	    strstr(answer->body, live_text(live, "\"seq\":\"%" PRIu64 "\"", story.application)));
	ck_assert_ptr_null(strstr(answer->body, "T-TWO"));
	live_stop(live);
}
END_TEST

START_TEST(a_long_poll_ends_without_anything_when_its_time_is_over) {
	struct live *live = live_start();
	const struct answer *answer = live_get(live, ADMIN, "/v1/journal?after=1&wait=1");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_uint_eq(answer->bytes, 0);
	ck_assert_str_eq(next_of(live, answer), "/v1/journal?after=1");
	live_stop(live);
}
END_TEST

START_TEST(a_long_poll_ends_when_its_principal_is_revoked) {
	struct live *live = live_start();
	live_settle(live);
	struct poll poll = { .live = live, .who = STARTUP };
	begin_poll(&poll);
	live_do(live, ADMIN,
	    live_text(live, "/v1/principals/%" PRIu64 ":revoke", live_principal(live, STARTUP)),
	    "{'reason': 'left'}");
	const struct answer *answer = end_poll(&poll);
	ck_assert_int_eq(answer->status, 200);
	ck_assert_uint_eq(answer->bytes, 0);
	ck_assert_int_eq(live_get(live, STARTUP, next_of(live, answer))->status, 401);
	live_stop(live);
}
END_TEST

START_TEST(a_long_poll_ends_when_the_daemon_stops) {
	struct live *live = live_start();
	struct poll poll = { .live = live, .who = ADMIN };
	begin_poll(&poll);
	api_set_ready(live_api(live), false);
	ck_assert_int_eq(end_poll(&poll)->status, 200);
	ck_assert_int_eq(live_get(live, NOBODY, "/readyz")->status, 503);
	ck_assert_int_eq(live_get(live, NOBODY, "/healthz")->status, 200);
	const struct answer *answer = live_get(live, ADMIN, "/v1/journal?after=1&wait=60");
	ck_assert_uint_eq(answer->bytes, 0); /* at once */
	live_stop(live);
}
END_TEST

static _Atomic unsigned done_count;

static void count_done(struct feed_request *request, enum err err) {
	(void)request;
	ck_assert_int_eq(err, ERR_OK);
	done_count++;
}

START_TEST(one_principal_does_not_take_all_long_polls) {
	static struct feed_request requests[LIMIT_FEED_WAITERS_PER_PRINCIPAL + 2];
	struct live *live = live_start();
	struct feed *feed;
	ck_assert_int_eq(feed_new(live_engine(live), &feed), ERR_OK);
	feed_set_open(feed, true);
	for (size_t i = 0; i < LIMIT_FEED_WAITERS_PER_PRINCIPAL + 2; i++) {
		requests[i] = (struct feed_request){ .principal = 7,
			.after = engine_last_seq(live_engine(live)),
			.entries_max = 1,
			.wait_ms = 60000,
			.done = count_done };
		buffer_init(&requests[i].page, 0);
		if (i < LIMIT_FEED_WAITERS_PER_PRINCIPAL)
			ck_assert_int_eq(feed_ask(feed, &requests[i]), ERR_OK);
	}
	ck_assert_int_eq(feed_ask(feed, &requests[LIMIT_FEED_WAITERS_PER_PRINCIPAL]), ERR_FULL);
	requests[LIMIT_FEED_WAITERS_PER_PRINCIPAL + 1].principal = 8;
	ck_assert_int_eq(feed_ask(feed, &requests[LIMIT_FEED_WAITERS_PER_PRINCIPAL + 1]), ERR_OK);
	feed_stop(feed);
	ck_assert_uint_eq(done_count, LIMIT_FEED_WAITERS_PER_PRINCIPAL + 1);
	feed_free(feed);
	live_stop(live);
}
END_TEST

/* --- about itself --- */

START_TEST(the_daemon_says_how_it_is) {
	struct live *live = live_start();
	ck_assert_str_eq(live_get(live, NOBODY, "/healthz")->body, "ok\n");
	ck_assert_str_eq(live_get(live, NOBODY, "/readyz")->body, "ready\n");
	const struct answer *answer = live_get(live, ADMIN, "/v1/tree-head");
	ck_assert_str_eq(live_value(answer, "size"), "1");
	ck_assert_uint_eq(strlen(live_value(answer, "root")), 64);
	answer = live_get(live, NOBODY, "/metrics");
	ck_assert_str_eq(answer->type, "text/plain; version=0.0.4; charset=utf-8");
	static const char good[] = "voucherd_http_requests_total{status=\"2xx\"}";
	static const char bad[] = "voucherd_http_requests_total{status=\"4xx\"}";
	long good_before = live_metric(live, good), bad_before = live_metric(live, bad);
	long denied_before = live_metric(live, "voucherd_denied_total");
	live_get(live, NOBODY, "/v1/funds");
	ck_assert_int_eq(live_metric(live, "voucherd_denied_total"), denied_before + 1);
	ck_assert_int_eq(live_metric(live, bad), bad_before + 1);
	ck_assert_int_eq(live_metric(live, good), good_before + 5); /* to have looked */
	live_stop(live);
}
END_TEST

START_TEST(the_interface_describes_itself) {
	struct live *live = live_start();
	const struct answer *answer = live_get(live, NOBODY, "/openapi.json");
	ck_assert_int_eq(answer->status, 200);
	json_t *document = NULL;
	ck_assert_int_eq(openapi_document(&document), ERR_OK);
	ck_assert(json_equal(document, answer->json));
	json_decref(document);
	live_stop(live);
}
END_TEST

SUITE_MAIN("reading", lists_go_on_page_by_page_and_show_what_the_caller_may_see,
    every_list_can_be_read, published_claims_are_public,
    the_feed_has_every_entry_that_the_caller_may_see, the_feed_in_protobuf_says_what_the_lines_say,
    an_answer_of_the_feed_is_bounded_and_the_next_goes_on, a_long_poll_ends_when_something_comes,
    a_long_poll_ends_without_anything_when_its_time_is_over,
    one_principal_does_not_take_all_long_polls, a_long_poll_ends_when_its_principal_is_revoked,
    a_long_poll_ends_when_the_daemon_stops, the_daemon_says_how_it_is,
    the_interface_describes_itself)
