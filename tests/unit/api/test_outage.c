/* SPDX-License-Identifier: Apache-2.0 */
/* What callers are told when the journal fails, is full or does not keep up. */
#include "unit/api/live.h"

#include "engine/engine.h"
#include "support/memory_log.h"
#include "support/suite.h"

#include <pthread.h>
#include <string.h>

static struct memory_log memory;

static struct live *start(size_t queue_commands_max) {
	memory_log_init(&memory);
	struct live *live = live_start_on(&memory, queue_commands_max);
	live_settle(live);
	return live;
}

static void stop(struct live *live) {
	live_stop(live);
	memory_log_done(&memory);
}

/* A fund to be made by the operator, with a key to repeat it by. */
static struct question create_fund(struct live *live, const char *code) {
	return (struct question){
		.who = OPERATOR,
		.target = "/v1/funds",
		.key = live_text(live, "%s", live_id()),
		.body = live_text(live, "{\"code\":\"%s\",\"name\":\"F\"}", code),
	};
}

static void is_unavailable(const struct answer *answer, long status) {
	ck_assert_msg(answer->status == status, "%ld: %s", answer->status, answer->body);
	ck_assert_str_eq(live_value(answer, "outcome_name"), "UNAVAILABLE");
	ck_assert_str_eq(live_value(answer, "retry"), "RETRY_SAME_ID");
	ck_assert_str_eq(answer->retry_after, status == 503 ? "1" : "");
}

START_TEST(what_could_not_be_written_can_be_sent_again) {
	struct live *live = start(0);
	const struct question question = create_fund(live, "city");
	memory_log_fail(&memory, ERR_IO);
	is_unavailable(live_ask(live, &question), 503);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/funds/city")->status, 404);
	memory_log_fail(&memory, ERR_OK);
	const struct answer *answer = live_ask(live, &question);
	ck_assert_int_eq(answer->status, 201);
	ck_assert_str_eq(live_value(answer, "replayed"), "");
	stop(live);
}
END_TEST

START_TEST(a_full_disk_is_read_but_not_written) {
	struct live *live = start(0);
	const struct question before = create_fund(live, "before");
	ck_assert_int_eq(live_ask(live, &before)->status, 201);
	memory_log_fail(&memory, ERR_FULL);
	const struct question question = create_fund(live, "city");
	is_unavailable(live_ask(live, &question), 507);
	is_unavailable(live_ask(live, &question), 507); /* now without trying */
	const struct answer *again = live_ask(live, &before);
	ck_assert_str_eq(live_value(again, "replayed"), "true");
	ck_assert_str_eq(live_value(again, "outcome"), "OUTCOME_OK");
	const struct question batch = {
		.who = OPERATOR,
		.target = "/v1/batch",
		.body = live_text(live, "{\"commands\":[{\"id\":\"%s\",\"create_fund\":{}}]}", live_id()),
	};
	is_unavailable(live_ask(live, &batch), 507);
	ck_assert_str_eq(
	    live_get(live, NOBODY, "/readyz")->body, "ready, read-only: the disk is full\n");
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/parties/T-ONE")->status, 200);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/parties")->status, 200);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/journal")->status, 200);

	memory_log_fail(&memory, ERR_OK);
	engine_resume(live_engine(live));
	ck_assert_str_eq(live_get(live, NOBODY, "/readyz")->body, "ready\n");
	ck_assert_int_eq(live_ask(live, &question)->status, 201);
	stop(live);
}
END_TEST

struct caller {
	struct live *live;
	struct question question;
	const struct answer *answer;
	pthread_t thread;
};

static void *call(void *arg) {
	struct caller *caller = arg;
	caller->answer = live_ask(caller->live, &caller->question);
	return NULL;
}

START_TEST(when_the_queue_is_full_callers_are_sent_away) {
	enum { CALLERS = 6 };
	struct live *live = start(1);
	struct caller callers[CALLERS];
	static const char away_metric[] = "voucherd_http_requests_total{status=\"5xx\"}";
	long away_before = live_metric(live, away_metric);
	memory_log_stall(&memory);
	for (int i = 0; i < CALLERS; i++) {
		callers[i] = (struct caller){
			.live = live,
			.question = create_fund(live, live_text(live, "fund-%d", i)),
		};
		ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
	}
	/* One is being written, at most one waits: of six, some have been sent away. */
	memory_log_wait_stalled(&memory);
	while (live_metric(live, away_metric) == away_before)
		continue;
	memory_log_release(&memory);
	int done = 0, away = 0;
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(callers[i].thread, NULL);
		if (callers[i].answer->status == 201)
			done++;
		else
			is_unavailable(callers[i].answer, 503), away++;
	}
	ck_assert_int_ge(done, 1);
	ck_assert_int_ge(away, 1);
	for (int i = 0; i < CALLERS; i++) {
		const struct answer *answer = live_ask(live, &callers[i].question);
		ck_assert_int_eq(answer->status, 201);
		bool was_done = callers[i].answer->status == 201;
		ck_assert_str_eq(live_value(answer, "replayed"), was_done ? "true" : "");
	}
	stop(live);
}
END_TEST

START_TEST(after_detaching_the_journal_is_not_read_but_grows) {
	struct live *live = start(0);
	const char *target = live_text(live, "/v1/journal?wait=60&after=%llu",
	    (unsigned long long)engine_last_seq(live_engine(live)));
	api_detach(live_api(live));
	is_unavailable(live_get(live, OPERATOR, target), 503);
	const struct question question = create_fund(live, "city");
	ck_assert_int_eq(live_ask(live, &question)->status, 201);
	stop(live);
}
END_TEST

SUITE_MAIN("outage", after_detaching_the_journal_is_not_read_but_grows,
    what_could_not_be_written_can_be_sent_again, a_full_disk_is_read_but_not_written,
    when_the_queue_is_full_callers_are_sent_away)
