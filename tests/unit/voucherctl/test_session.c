/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole runs of voucherctl against a server that follows a script: what is asked, what is printed,
 * how it exits. With a real voucherd: tests/system and contrib/quickstart.
 */
#include "voucherctl/session.h"

#include "base/text.h"
#include "support/suite.h"
#include "unit/client/pki.h"
#include "unit/client/stub_server.h"
#include "unit/voucherctl/words.h"
#include "voucherctl/actions.h"
#include "voucherctl/hash.h"
#include "voucherctl/send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ID           "0190a1b2-0000-7000-8000-000000000001"
#define OUTPUT_BYTES 8192

static struct pki pki;

struct run {
	struct stub *stub;
	enum exit_status status;
	char out[OUTPUT_BYTES];
	char err[OUTPUT_BYTES];
};

/* An HTTP response with this body. */
static const char *response(const char *status, const char *headers, const char *body) {
	static char texts[8][4096];
	static int next;
	char *text = texts[next++ % 8];
	snprintf(text, sizeof(texts[0]), "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status,
	    headers, strlen(body), body);
	return text;
}

static struct stub_action ok(const char *body) {
	return (struct stub_action){ STUB_REPLY, response("200 OK", "", body) };
}

/* Sends one of the standard streams into a file; returns what it was. */
static int redirect(int stream, const char *name) {
	int saved = dup(stream);
	FILE *file = fopen(name, "w+");
	ck_assert_ptr_nonnull(file);
	fflush(stream == STDOUT_FILENO ? stdout : stderr);
	ck_assert_int_ge(dup2(fileno(file), stream), 0);
	fclose(file);
	return saved;
}

static void restore(int stream, int saved, const char *name, char text[OUTPUT_BYTES]) {
	fflush(stream == STDOUT_FILENO ? stdout : stderr);
	ck_assert_int_ge(dup2(saved, stream), 0);
	close(saved);
	FILE *file = fopen(name, "r");
	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, OUTPUT_BYTES - 1, file)] = '\0';
	fclose(file);
}

static enum exit_status act(struct session *session, const char *server, const char *text) {
	static struct words words;
	char line[1000];
	const char *message = "";
	snprintf(line, sizeof(line), "--server %s --ca %s --retries 0 %s", server, pki.ca, text);
	session->line = words_parse(&words, line, &session->arena);
	enum err err = settings_load(&session->line, &session->arena, &session->settings, &message);
	ck_assert_msg(err == ERR_OK, "%s", message);
	return session->line.verb->run ? session->line.verb->run(session) : send_command(session);
}

static struct run run(const char *line, const struct stub_action *actions, size_t count) {
	struct stub_config config = { .certificate = pki.server, .actions = actions, .count = count };
	struct run run = { .stub = stub_start(&config) };
	struct session session;
	session_init(&session);
	int out = redirect(STDOUT_FILENO, "out"), err = redirect(STDERR_FILENO, "err");
	run.status = act(&session, stub_url(run.stub), line);
	restore(STDOUT_FILENO, out, "out", run.out);
	restore(STDERR_FILENO, err, "err", run.err);
	session_done(&session);
	stub_stop(run.stub);
	return run;
}

static void set_up(void) {
	pki_make(&pki);
	const char *home = suite_directory();
	ck_assert_int_eq(chdir(home), 0);
	setenv("HOME", home, 1);
	setenv("TZ", "CST-8", 1);
	setenv("LC_ALL", "C", 1);
	tzset();
}

#define HAS(text, part)     ck_assert_msg(strstr((text), (part)) != NULL, "%s", (text))
#define HAS_NOT(text, part) ck_assert_msg(strstr((text), (part)) == NULL, "%s", (text))

#define ACCEPTED                                                                                   \
	"{\"replies\":[{\"id\":\"" ID "\",\"seq\":\"43\",\"time_us\":\"1795276800000000\","            \
	"\"decision\":{\"amount\":\"15000000\",\"holder\":\"7\"},\"sentence\":\"Done.\"}]}"
#define REFUSED                                                                                    \
	"{\"replies\":[{\"id\":\"" ID "\",\"outcome\":\"POOL_EMPTY\",\"retry\":\"RETRY_LIMIT\","       \
	"\"refusal\":{\"field\":\"amount\",\"bound\":{\"rule\":\"RULE_POOL\",\"limit\":\"500000000\"," \
	"\"used\":\"490000000\",\"asked\":\"20000000\"}},"                                             \
	"\"sentence\":\"The programme's pool has not enough left.\","                                  \
	"\"sentence_zh\":\"项目资金池余额不足。\"}]}"

START_TEST(accepted_command_is_explained) {
	set_up();
	struct stub_action actions[] = { ok(ACCEPTED) };
	struct run done = run("voucher issue 20 200,000.00 --id " ID, actions, 1);
	ck_assert_int_eq(done.status, EXIT_DONE);
	ck_assert_str_eq(done.out,
	    "Done: voucher 43\n"
	    "  amount  150,000.00\n"
	    "  journal entry 43, 2026-11-22 00:00:00, command id " ID "\n");
	ck_assert_str_eq(done.err, "");
	HAS(stub_request(done.stub, 0), "POST /v1/batch ");
	HAS(stub_request(done.stub, 0),
	    "\r\n\r\n{\"commands\":[{\"id\":\"" ID
	    "\",\"issue\":{\"application\":\"20\",\"amount\":\"20000000\"}}]}");
	stub_free(done.stub);

	done = run("voucher issue 20 200,000.00 --quiet", actions, 1);
	ck_assert_str_eq(done.out, "43\n");
	stub_free(done.stub);
	done = run("voucher issue 20 200,000.00 --dry-run", actions, 1);
	HAS(done.out, "nothing was changed");
	HAS(stub_request(done.stub, 0), "\"dry_run\":true}");
	stub_free(done.stub);
	done = run("voucher issue 20 200,000.00 --json", actions, 1);
	HAS(done.out, "{\"id\":\"" ID "\",\"seq\":\"43\"");
	stub_free(done.stub);
}
END_TEST

START_TEST(refused_command_is_explained) {
	set_up();
	struct stub_action actions[] = { ok(REFUSED) };
	struct run done = run("voucher issue 20 200,000.00 --id " ID, actions, 1);
	ck_assert_int_eq(done.status, EXIT_REFUSED);
	ck_assert_str_eq(done.out, "");
	ck_assert_str_eq(done.err,
	    "voucherctl: refused: POOL_EMPTY: The programme's pool has not enough left.\n"
	    "  field  amount (AMOUNT)\n"
	    "  rule   pool\n"
	    "  limit  5,000,000.00\n"
	    "  used   4,900,000.00\n"
	    "  asked  200,000.00\n");
	stub_free(done.stub);
	done = run("--lang zh voucher issue 20 200,000.00", actions, 1);
	HAS(done.err, "被拒绝：POOL_EMPTY: 项目资金池余额不足。");
	HAS(done.err, "上限");
	stub_free(done.stub);
	done = run("voucher issue 20 200,000.00 --json", actions, 1);
	ck_assert_int_eq(done.status, EXIT_REFUSED);
	HAS(done.out, "\"outcome\":\"POOL_EMPTY\"");
	stub_free(done.stub);
}
END_TEST

#define WORDS                                                                                      \
	"\"explanation\":[{\"en\":\"The ratio gives 150,000.00.\",\"zh\":\"按比例为 150,000.00 "   \
	"元。\"},"                                                                                   \
	"{\"en\":\"The cap leaves 1.00.\",\"zh\":\"限额剩余 1.00 元。\"}]"

START_TEST(explanations_are_shown_in_the_language_asked_for) {
	set_up();
	static const char accepted[] = "{\"replies\":[{\"id\":\"" ID
	                               "\",\"seq\":\"43\",\"decision\":{\"amount\":\"100\","
	                               "\"bounds\":[{\"rule\":\"RULE_RATIO\",\"limit\":\"7\"}]}," WORDS
	                               "}]}";
	static const char refused[] =
	    "{\"replies\":[{\"id\":\"" ID "\",\"outcome\":\"CAP_REACHED\",\"retry\":\"RETRY_LIMIT\","
	    "\"refusal\":{\"bound\":{\"rule\":\"RULE_CAP\",\"limit\":\"7\"}}," WORDS "}]}";
	struct stub_action actions[] = { ok(accepted), ok(refused) };
	static const char *const words[2][3] = {
		{ "en", "\n  - The ratio gives 150,000.00.\n", "\n  - The cap leaves 1.00.\n" },
		{ "zh", "\n  - 按比例为 150,000.00 元。\n", "\n  - 限额剩余 1.00 元。\n" },
	};
	for (int lang = 0; lang < 2; lang++) {
		char line[100];
		snprintf(line, sizeof(line), "voucher issue 20 --lang %s", words[lang][0]);
		for (int i = 0; i < 2; i++) {
			struct run done = run(line, actions + i, 1);
			const char *text = i == 0 ? done.out : done.err;
			HAS(text, words[lang][1]);
			HAS(text, words[lang][2]);
			ck_assert_ptr_null(strstr(text, "0.07"));
			stub_free(done.stub);
		}
	}
}
END_TEST

START_TEST(lost_reply_says_how_to_repeat) {
	set_up();
	struct stub_action actions[] = { { STUB_LOSE, NULL } };
	struct run done = run("voucher return 42 --id " ID, actions, 1);
	ck_assert_int_eq(done.status, EXIT_NO_SERVER);
	HAS(done.err, "--id " ID);
	stub_free(done.stub);
	done = run("voucher show 42", actions, 1); /* a question changes nothing */
	ck_assert_int_eq(done.status, EXIT_NO_SERVER);
	HAS_NOT(done.err, "--id");
	stub_free(done.stub);
}
END_TEST

START_TEST(problems_of_whole_requests_are_explained) {
	set_up();
	static const char problem[] =
	    "{\"type\":\"/problems/MALFORMED\",\"title\":\"The request is not well-formed.\","
	    "\"status\":401,\"detail\":\"No such credential.\"}";
	const struct {
		struct stub_action action;
		enum exit_status status;
		const char *message;
	} cases[] = {
		{ { STUB_REPLY, response("401 Unauthorized", "", problem) }, EXIT_REFUSED,
		    "No such credential. (HTTP 401)" },
		{ { STUB_REPLY, response("403 Forbidden", "", "<html>\033[31mproxy</html>") }, EXIT_REFUSED,
		    "HTTP 403. <html>\xef\xbf\xbd[31mproxy</html>" },
		{ { STUB_REPLY, response("503 Service Unavailable", "", "") }, EXIT_NO_SERVER, "HTTP 503" },
		{ { STUB_REPLY, response("200 OK", "", "hello") }, EXIT_NO_SERVER, "is not understood" },
		{ { STUB_REPLY, response("200 OK", "", "{\"replies\":[]}") }, EXIT_NO_SERVER,
		    "it is no voucherd" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run done = run("voucher return 42", &cases[i].action, 1);
		ck_assert_int_eq(done.status, cases[i].status);
		ck_assert_str_eq(done.out, "");
		HAS(done.err, cases[i].message);
		stub_free(done.stub);
	}
}
END_TEST

#define PAGE_1                                                                                     \
	"{\"as_of\":\"9\",\"next\":\"c\",\"vouchers\":[{\"id\":\"1\",\"programme\":\"样品\"}]}"
#define PAGE_2 "{\"as_of\":\"9\",\"vouchers\":[{\"id\":\"1000\",\"programme\":\"b\"}]}"
#define NEXT   "Link: </v1/vouchers?limit=1000&cursor=c>; rel=\"next\"\r\n"

START_TEST(lists_follow_their_pages) {
	set_up();
	struct stub_action actions[] = { { STUB_REPLY, response("200 OK", NEXT, PAGE_1) }, ok(PAGE_2) };
	struct run done = run("voucher list --programme 昌平/a --status active --all", actions, 2);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(done.out, "id  programme  holder");
	HAS(done.out, "\n 1  样品");
	HAS(done.out, "\n1000  b");
	HAS(stub_request(done.stub, 0),
	    "GET /v1/vouchers?limit=1000&programme=%E6%98%8C%E5%B9%B3%2Fa&status=active ");
	HAS(stub_request(done.stub, 1), "GET /v1/vouchers?limit=1000&cursor=c ");
	ck_assert_str_eq(done.err, "");
	stub_free(done.stub);

	done = run("voucher list --limit 1", actions, 1);
	HAS(done.err, "There are more");
	stub_free(done.stub);
	done = run("voucher list --all --quiet", actions, 2);
	ck_assert_str_eq(done.out, "1\n1000\n");
	stub_free(done.stub);
	done = run("voucher list --all --json", actions, 2);
	ck_assert_str_eq(done.out, PAGE_1 "\n" PAGE_2 "\n");
	stub_free(done.stub);
	done = run("voucher list --status gone", actions, 0);
	ck_assert_int_eq(done.status, EXIT_USAGE);
	HAS(done.err, "one of active, closed");
	stub_free(done.stub);
}
END_TEST

START_TEST(vouchers_are_known_by_codes_that_are_checked_first) {
	set_up();
	static const char page[] = "{\"as_of\":\"9\",\"vouchers\":[{\"id\":\"43\"}]}";
	static const char voucher[] = "{\"id\":\"43\",\"code\":\"7ZQK-03MA-X9D2-A\"}";
	struct stub_action actions[] = { ok(page), ok(voucher) };
	struct run done = run("voucher show 7zqk03maX9D2a", actions, 2);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(stub_request(done.stub, 0), "GET /v1/vouchers?limit=1&code=7ZQK-03MA-X9D2-A ");
	HAS(stub_request(done.stub, 1), "GET /v1/vouchers/43 ");
	stub_free(done.stub);
	done = run("voucher list --code 7zqk-03ma-x9d2-a", actions, 1);
	HAS(stub_request(done.stub, 0), "&code=7ZQK-03MA-X9D2-A ");
	stub_free(done.stub);
	done = run("voucher qr 43", actions + 1, 1);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(done.out, "█");
	HAS(done.out, "7ZQK-03MA-X9D2-A\n");
	stub_free(done.stub);
	static const char *const wrong[] = { "voucher show 7ZQK-03MA-X9D2-B",
		"voucher list --code 7ZQK-03MA-X9D2-B", "voucher qr 7ZQK-03MA-X9D2-B" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		done = run(wrong[i], actions, 0);
		ck_assert_int_eq(done.status, EXIT_USAGE);
		HAS(done.err, "is no voucher code");
		stub_free(done.stub);
	}
	done = run("take-up list --programme cp --by month", actions, 1);
	HAS(stub_request(done.stub, 0), "GET /v1/statistics/take-up?programme=cp&by=month ");
	stub_free(done.stub);
}
END_TEST

START_TEST(trial_balance_is_summed) {
	set_up();
	struct stub_action actions[] = { ok(
		"{\"accounts\":[{\"account\":\"FUND_APPROPRIATED\",\"owner\":\"f\",\"balance\":\"-500\"},"
		"{\"account\":\"FUND_AVAILABLE\",\"owner\":\"f\",\"balance\":\"500\"}]}") };
	struct run done = run("account list", actions, 1);
	HAS(done.out, "fund_appropriated  f               -5.00\n");
	HAS(done.out, "Sum of 2 accounts: 0.00\n");
	stub_free(done.stub);
	done = run("account list --party x", actions, 1);
	HAS_NOT(done.out, "Sum"); /* of a part it would say nothing */
	stub_free(done.stub);
}
END_TEST

START_TEST(journal_goes_on_where_it_was) {
	set_up();
	static const char entries[] =
	    "{\"seq\":\"8\",\"time_us\":\"1795276800000000\",\"actor\":{\"person\":\"S1\"},"
	    "\"command\":{\"redeem\":{\"reservation\":\"43\",\"amount\":\"100\"}},"
	    "\"decision\":{\"amount\":\"100\"}}\n"
	    "{\"seq\":\"9\",\"time_us\":\"1795276800000001\",\"actor\":{\"person\":\"S2\"},\"command\":"
	    "{\"review_application\":{\"application\":\"5\",\"verdict\":\"VERDICT_REJECT\"}}}\n";
	struct stub_action actions[] = {
		{ STUB_REPLY,
		    response("200 OK", "Link: </v1/journal?after=20>; rel=\"next\"\r\n", entries) },
		ok(""),
	};
	struct run done = run("journal --after 7", actions, 2);
	ck_assert_int_eq(done.status, EXIT_DONE);
	ck_assert_str_eq(done.out,
	    "       8  2026-11-22 00:00:00  S1          reservation redeem         "
	    "reservation 43, amount 1.00 -> 1.00\n"
	    "       9  2026-11-22 00:00:00  S2          application reject         "
	    "application 5, verdict reject\n");
	HAS(stub_request(done.stub, 0), "GET /v1/journal?after=7&wait=0 ");
	HAS(stub_request(done.stub, 1), "GET /v1/journal?after=20&wait=0 "); /* not seen: not ours */
	stub_free(done.stub);
	done = run("journal --after 7 --limit 1 --json", actions, 1);
	ck_assert_msg(strncmp(done.out, entries, strlen(done.out)) == 0, "%s", done.out);
	ck_assert_ptr_eq(strchr(done.out, '\n'), done.out + strlen(done.out) - 1);
	stub_free(done.stub);
}
END_TEST

START_TEST(batch_lists_refusals_with_their_lines) {
	set_up();
	FILE *file = fopen("b.ndjson", "w");
	ck_assert_ptr_nonnull(file);
	fputs("{\"issue\":{\"application\":\"1\",\"amount\":\"5\"}}\n\n"
	      "{\"issue\":{\"application\":\"2\",\"amount\":\"5\"}}\n",
	    file);
	fclose(file);
	struct stub_action actions[] = { ok("{\"replies\":[{\"seq\":\"8\",\"replayed\":true},"
		                                "{\"outcome\":\"POOL_EMPTY\"}]}") };
	struct run done = run("batch b.ndjson", actions, 1);
	ck_assert_int_eq(done.status, EXIT_REFUSED);
	HAS(done.err, "b.ndjson:3: POOL_EMPTY: The programme's pool has not enough left.\n");
	HAS(done.err, "0 done, 1 done before, 1 refused.\n");
	stub_free(done.stub);
	struct stub_action lost[] = { { STUB_LOSE, NULL } };
	done = run("batch b.ndjson", lost, 1);
	ck_assert_int_eq(done.status, EXIT_NO_SERVER);
	HAS(done.err, "Run the same again");
	stub_free(done.stub);
}
END_TEST

START_TEST(update_keeps_what_is_not_given) {
	set_up();
	struct stub_action actions[] = {
		ok("{\"id\":\"7\",\"code\":\"C1\",\"kind\":\"PARTY_KIND_COMPANY\",\"name\":\"old\","
		   "\"region\":\"110114\",\"attributes\":[{\"name\":\"staff\",\"value\":\"42\"},"
		   "{\"name\":\"age\",\"value\":\"3\"}],\"statuses\":[\"s\"],\"related\":[\"R\"],"
		   "\"bank_account\":{\"number\":\"1\",\"bank_code\":\"2\",\"holder_name\":\"h\"}}"),
		ok(ACCEPTED),
	};
	struct run done = run(
	    "party update C1 --number staff=45 --status \"\" --account 9", actions, 2);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(stub_request(done.stub, 0), "GET /v1/parties/C1 ");
	HAS(stub_request(done.stub, 1),
	    "\"update_party\":{\"code\":\"C1\",\"name\":\"old\",\"region\":\"110114\","
	    "\"attributes\":[{\"name\":\"staff\",\"value\":\"45\"},{\"name\":\"age\",\"value\":\"3\"}],"
	    "\"related\":[\"R\"],"
	    "\"bank_account\":{\"number\":\"9\",\"bank_code\":\"2\",\"holder_name\":\"h\"}}");
	stub_free(done.stub);
}
END_TEST

#define RULES                                                                                      \
	"\"version\":1,\"title\":\"t\",\"effective_from\":\"2026-01-01\","                             \
	"\"tiers\":[{\"id\":1,\"ratio_bp\":5000}],\"use_within_days\":365,"                            \
	"\"payee\":\"PAYEE_PROVIDER\",\"instrument\":\"INSTRUMENT_VOUCHER\","                          \
	"\"review\":\"REVIEW_ONE\",\"when_capped\":\"GRANT_THE_REST\","                                \
	"\"expense_base\":\"EXPENSE_ACTUAL\""

START_TEST(rules_are_published_from_a_file) {
	set_up();
	FILE *file = fopen("rules.json", "w");
	fputs("{" RULES "}", file);
	fclose(file);
	file = fopen("wrong.json", "w");
	fputs("{\n\"programme\":\"cp\",\n\"rules\":{\"versio\":1}}", file);
	fclose(file);
	file = fopen("unsound.json", "w");
	fputs("{\n\"programme\":\"cp\",\n\"rules\":{" RULES ",\"use_by\":\"2026-12-31\"}}", file);
	fclose(file);
	struct stub_action actions[] = { ok(ACCEPTED) };
	struct run done = run("programme publish-rules rules.json --programme cp", actions, 1);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(stub_request(done.stub, 0),
	    "\"publish_rules\":{\"programme\":\"cp\",\"rules\":{" RULES "}}");
	stub_free(done.stub);
	const struct {
		const char *line;
		const char *message;
	} cases[] = {
		{ "programme publish-rules rules.json", "give --programme CODE" },
		{ "programme publish-rules wrong.json", "wrong.json:3: rules.versio: " },
		{ "programme publish-rules unsound.json", "unsound.json:3: rules.use_by: " },
		{ "programme publish-rules missing.json", "missing.json cannot be read" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		done = run(cases[i].line, actions, 0);
		ck_assert_int_eq(done.status, EXIT_USAGE);
		HAS(done.err, cases[i].message);
		stub_free(done.stub);
	}
}
END_TEST

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

START_TEST(approval_needs_eyes_and_the_right_digest) {
	set_up();
	struct stub_action accepted[] = { ok(ACCEPTED) };
	struct run done = run("settlement approve 60 --digest " HASH, accepted, 1);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(stub_request(done.stub, 0),
	    "\"approve_settlement\":{\"settlement\":\"60\","
	    "\"payments_digest\":\"" HASH "\"}");
	stub_free(done.stub);

	/* The digest is not that of these payments. */
	struct stub_action actions[] = {
		ok("{\"id\":\"60\",\"status\":\"SETTLEMENT_OPEN\",\"amount\":\"500\",\"payments_count\":1,"
		   "\"payments_digest\":\"" HASH "\",\"payments\":[{\"payment\":{\"number\":1,"
		   "\"payee\":\"7\",\"amount\":\"500\",\"account\":{\"number\":\"1\"},"
		   "\"claims\":[\"5\"]}}]}"),
		ok("{\"seq\":\"60\",\"ledger_id\":\"" ID "\"}\n"),
		ok(ACCEPTED),
	};
	done = run("settlement approve 60 --yes", actions, 2);
	ck_assert_int_eq(done.status, EXIT_REFUSED);
	HAS(done.err, "not that of what it shows");
	HAS(stub_request(done.stub, 1), "GET /v1/journal?after=59&limit=1 ");
	ck_assert_uint_eq(stub_requests(done.stub), 2);
	stub_free(done.stub);
}
END_TEST

#define PAYMENT_FILE "settlement payment-file 60 --output pay.xml "
#define APPROVED(account)                                                                          \
	"{\"id\":\"60\",\"programme\":\"cp\",\"house_account\":\"icbc\","                              \
	"\"status\":\"SETTLEMENT_APPROVED\",\"amount\":\"505\","                                       \
	"\"payments_count\":1,\"approved_us\":\"1795275015000000\",\"payments\":[{\"payee\":\"T-1\","  \
	"\"payment\":{\"number\":1,\"amount\":\"505\",\"reference\":\"V0190a1b2-60-1\"" account "}}]}"
#define ACCOUNT                                                                                    \
	",\"account\":{\"holder_name\":\"张三\",\"number\":\"12\",\"bank_code\":\"105100000025\"}"
#define PROGRAMME "{\"code\":\"cp\",\"currency\":\"CNY\",\"utc_offset_minutes\":480}"
#define HOUSE                                                                                      \
	"{\"code\":\"icbc\",\"currency\":\"CNY\",\"account\":{\"holder_name\":\"D\",\"number\":\"1\"," \
	"\"bank_code\":\"102100099996\"}}"
#define OUTCOME(name) "{\"replies\":[{\"outcome\":\"" name "\"}]}"

static void hash_of(const char *name, char ret_hex[2 * DIGEST_BYTES + 1]) {
	uint8_t hash[DIGEST_BYTES];
	ck_assert_int_eq(hash_file(name, hash), ERR_OK);
	text_hex(hash, sizeof(hash), ret_hex);
}

/* What the server answers to a payment file, the ledger's word on its hash last. */
#define ANSWERS(account, outcome) ok(APPROVED(account)), ok(PROGRAMME), ok(HOUSE), ok(outcome)

START_TEST(payment_file_is_recorded_and_written_whole) {
	set_up();
	struct stub_action actions[] = { ANSWERS(ACCOUNT, ACCEPTED) };
	struct run done = run(PAYMENT_FILE "--message-version 03", actions, 4);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(stub_request(done.stub, 0), "GET /v1/settlements/60 ");
	HAS(stub_request(done.stub, 1), "GET /v1/programmes/cp ");
	HAS(stub_request(done.stub, 2), "GET /v1/house-accounts/icbc ");
	char text[OUTPUT_BYTES], hex[2 * DIGEST_BYTES + 1], line[300];
	FILE *file = fopen("pay.xml", "r");
	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	HAS(text, "pain.001.001.03");
	HAS(text, "<CreDtTm>2026-11-21T23:30:15+08:00</CreDtTm>");
	HAS(text, "<InstdAmt Ccy=\"CNY\">5.05</InstdAmt>");
	hash_of("pay.xml", hex);
	snprintf(line, sizeof(line),
	    "\"record_payment_file\":{\"settlement\":\"60\",\"format\":\"pain.001.001.03\","
	    "\"file\":\"%s\"}",
	    hex);
	HAS(stub_request(done.stub, 3), line);
	stub_free(done.stub);
	snprintf(line, sizeof(line), "pay.xml: 1 payment, 5.05 in all; recorded. SHA-256 %s\n", hex);
	ck_assert_str_eq(done.out, line);
	struct stat facts;
	ck_assert_int_eq(stat("pay.xml", &facts), 0);
	ck_assert_int_eq(facts.st_mode & 0777, 0600);
	ck_assert_int_ne(access("pay.xml.new", F_OK), 0);

	struct stub_action again[] = { ANSWERS(ACCOUNT, OUTCOME("PAYMENT_FILE_KNOWN")) };
	done = run(PAYMENT_FILE "--message-version 03", again, 4);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(done.out, "already recorded. SHA-256 ");
	stub_free(done.stub);
}
END_TEST

START_TEST(payment_file_that_is_refused_leaves_the_one_that_is_there) {
	set_up();
	char before[2 * DIGEST_BYTES + 1], after[2 * DIGEST_BYTES + 1];
	struct stub_action actions[] = { ANSWERS(ACCOUNT, ACCEPTED) };
	struct run done = run(PAYMENT_FILE, actions, 4);
	ck_assert_int_eq(done.status, EXIT_DONE);
	stub_free(done.stub);
	hash_of("pay.xml", before);

	struct stub_action unknown[] = { ANSWERS("", ACCEPTED) };
	done = run(PAYMENT_FILE, unknown, 3);
	ck_assert_int_eq(done.status, EXIT_REFUSED);
	HAS(done.err, "Payment 1 to T-1 has no bank account that you may see.");
	stub_free(done.stub);

	struct stub_action differs[] = { ANSWERS(ACCOUNT, OUTCOME("PAYMENT_FILE_DIFFERS")) };
	done = run(PAYMENT_FILE "--execution-date 2026-12-01", differs, 4);
	ck_assert_int_eq(done.status, EXIT_REFUSED);
	HAS(done.err, "PAYMENT_FILE_DIFFERS");
	ck_assert_int_ne(access("pay.xml.new", F_OK), 0);
	stub_free(done.stub);

	struct stub_action trial[] = { ANSWERS(ACCOUNT, ACCEPTED) };
	done = run(PAYMENT_FILE "--execution-date 2026-12-01 --dry-run", trial, 4);
	ck_assert_int_eq(done.status, EXIT_DONE);
	HAS(done.out, "nothing was written");
	HAS(stub_request(done.stub, 3), "\"dry_run\":true");
	stub_free(done.stub);

	done = run(PAYMENT_FILE "--message-version 10", NULL, 0);
	ck_assert_int_eq(done.status, EXIT_USAGE);
	HAS(done.err, "--message-version must be 09 or 03");
	stub_free(done.stub);
	done = run(PAYMENT_FILE "--message-version 09 --bank-profile icbc", NULL, 0);
	ck_assert_int_eq(done.status, EXIT_USAGE);
	HAS(done.err, "not for a bank's CSV");
	stub_free(done.stub);
	ck_assert_int_eq(mkdir("pay.xml.new", 0700), 0);
	struct stub_action same[] = { ANSWERS(ACCOUNT, ACCEPTED) };
	done = run(PAYMENT_FILE "--lang zh", same, 3);
	ck_assert_int_eq(done.status, EXIT_LOCAL);
	HAS(done.err, "无法写入 pay.xml");
	stub_free(done.stub);
	hash_of("pay.xml", after);
	ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(without_a_server_it_says_what_to_write_where) {
	set_up();
	struct session session;
	struct words words;
	session_init(&session);
	session.line = words_parse(&words, "voucher list", &session.arena);
	const char *message = "";
	ck_assert_int_eq(
	    settings_load(&session.line, &session.arena, &session.settings, &message), ERR_OK);
	char text[OUTPUT_BYTES];
	int saved = redirect(STDERR_FILENO, "err");
	ck_assert_int_eq(action_list(&session), EXIT_USAGE);
	restore(STDERR_FILENO, saved, "err", text);
	HAS(text, "/.config/voucherctl.ini");
	HAS(text, "[default]");
	session_done(&session);
}
END_TEST

SUITE_MAIN("session", accepted_command_is_explained, refused_command_is_explained,
    explanations_are_shown_in_the_language_asked_for, lost_reply_says_how_to_repeat,
    problems_of_whole_requests_are_explained, lists_follow_their_pages,
    vouchers_are_known_by_codes_that_are_checked_first, trial_balance_is_summed,
    journal_goes_on_where_it_was, batch_lists_refusals_with_their_lines,
    update_keeps_what_is_not_given, rules_are_published_from_a_file,
    approval_needs_eyes_and_the_right_digest, payment_file_is_recorded_and_written_whole,
    payment_file_that_is_refused_leaves_the_one_that_is_there,
    without_a_server_it_says_what_to_write_where)
