/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/api/live.h"

#include "auth/directory.h"
#include "base/file.h"
#include "base/text.h"
#include "base/uuid.h"
#include "engine/engine_internal.h"
#include "engine/signer.h"
#include "ledger/ledger.h"
#include "record/pb.h"
#include "support/checkpoint_key.h"
#include "support/memory_log.h"
#include "support/pki.h"
#include "support/stage.h"
#include "support/suite.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ANSWERS_MAX 4096

struct live {
	struct api *api;
	struct engine *engine;
	struct signer *signer;
	struct memory_log *log; /* NULL: a journal on disk */
	size_t queue_commands_max;
	struct net *net;
	struct pki *pki;
	char ledger[300];
	char server[PKI_PATH_BYTES];
	char certificates[WHO_COUNT][PKI_PATH_BYTES];
	char credentials[WHO_COUNT][2 * CREDENTIAL_BYTES + 1]; /* hexadecimal */
	char tokens[WHO_COUNT][TOKEN_TEXT_BYTES];
	uint64_t principals[WHO_COUNT];
	pthread_mutex_t mutex; /* of what follows: a long poll has a thread of its own */
	struct arena arena;
	json_t *documents[ANSWERS_MAX];
	size_t answers;
};

static const struct {
	const char *person, *role, *party;
	bool by_token;
} people[] = {
	[STRANGER] = { "X-1", NULL, NULL, false },
	[ADMIN] = { "S-1", "ROLE_ADMIN", "", false },
	[OPERATOR] = { "S-2", "ROLE_OPERATOR", "", false },
	[FINANCE] = { "S-3", "ROLE_FINANCE", "", false },
	[REVIEWER] = { "S-4", "ROLE_REVIEWER", "", false },
	[APPROVER] = { "S-5", "ROLE_APPROVER", "", false },
	[AUDITOR] = { "S-6", "ROLE_AUDITOR", "", false },
	[PROVIDER] = { "P-1", "ROLE_PROVIDER", PROVIDER_CODE, false },
	[STARTUP] = { "F-1", "ROLE_STARTUP", "T-ONE", true },
	[RIVAL] = { "F-2", "ROLE_STARTUP", "T-TWO", true },
};

/* --- up and down --- */

static void make_people(struct live *live) {
	for (int who = STRANGER; who < WHO_COUNT; who++) {
		uint8_t credential[CREDENTIAL_BYTES];
		if (people[who].by_token)
			ck_assert_int_eq(token_new(live->tokens[who], credential), ERR_OK);
		else
			pki_issue(live->pki, people[who].person, NULL, live->certificates[who], credential);
		text_hex(credential, sizeof(credential), live->credentials[who]);
	}
}

static void make_ledger(struct live *live) {
	Pb__Currency currency = PB__CURRENCY__INIT;
	currency.code = "CNY";
	currency.minor_digits = 2;
	Pb__Currency *currencies[] = { &currency };
	uint8_t spki[CREDENTIAL_BYTES];
	ck_assert_int_eq(text_parse_hex(live->credentials[ADMIN], spki, sizeof(spki)), ERR_OK);
	Pb__Digest digest = PB__DIGEST__INIT;
	digest.value = (ProtobufCBinaryData){ sizeof(spki), spki };
	Pb__Role roles[] = { PB__ROLE__ROLE_ADMIN };
	Pb__RegisterPrincipal admin = PB__REGISTER_PRINCIPAL__INIT;
	admin.person = people[ADMIN].person;
	admin.certificate_spki = &digest;
	admin.n_roles = 1;
	admin.roles = roles;
	Pb__RegisterPrincipal *administrators[] = { &admin };
	Pb__Genesis genesis = PB__GENESIS__INIT;
	genesis.name = "test ledger";
	genesis.n_currencies = 1;
	genesis.currencies = currencies;
	genesis.hash = "SHA256";
	test_name_log(&genesis);
	genesis.n_administrators = 1;
	genesis.administrators = administrators;
	genesis.format = LEDGER_JOURNAL_FORMAT;
	Pb__JournalEntry *entry;
	const char *reason = "";
	enum err err = ledger_genesis(
	    &genesis, uuid_new(), 1767571200000000, &live->arena, &entry, &reason);
	ck_assert_msg(err == ERR_OK, "genesis: %s", reason);
	if (live->log) {
		struct log log = memory_log_open(live->log);
		stage_put_genesis(&log, entry);
	} else {
		ck_assert_int_eq(engine_create(live->ledger, entry), ERR_OK);
	}
	const char *key = live_text(live, "%s/key", live->ledger);
	ck_assert_int_eq(
	    file_create(key, TEST_CHECKPOINT_PEM, strlen(TEST_CHECKPOINT_PEM), 0600), ERR_OK);
	live->principals[ADMIN] = GENESIS_PRINCIPAL | 1;
}

static void go_up(struct live *live) {
	ck_assert_int_eq(api_new(&live->api), ERR_OK);
	const struct engine_config engine_config = {
		.directory = live->ledger,
		.on_commit = api_on_commit,
		.on_commit_arg = live->api,
		.map_bytes = (size_t)1 << 30, /* valgrind has less address space */
		.queue_commands_max = live->queue_commands_max,
	};
	char engine_detail[ENGINE_DETAIL_BYTES] = "";
	enum err err = live->log ? engine_open_with_log(&engine_config, memory_log_open(live->log),
	                               &live->engine, engine_detail)
	                         : engine_open(&engine_config, &live->engine, engine_detail);
	ck_assert_msg(err == ERR_OK, "engine: %s", engine_detail);
	ck_assert_int_eq(api_attach(live->api, live->engine), ERR_OK);
	const struct signer_config signer_config = {
		.engine = live->engine,
		.key_file = live_text(live, "%s/key", live->ledger),
		.guard_file = live_text(live, "%s/guard", live->ledger),
	};
	err = signer_start(&signer_config, &live->signer, engine_detail);
	ck_assert_msg(err == ERR_OK, "signer: %s", engine_detail);
	api_set_signer(live->api, live->signer);
	const struct net_config net_config = {
		.address = "127.0.0.1",
		.threads = 2,
		.tls = {
			.certificate_file = live->server,
			.key_file = live->server,
			.client_ca_file = pki_ca_path(live->pki),
		},
		.handler = api_handle,
		.handler_arg = live->api,
		.after_events = api_after_events,
	};
	const char *detail = "";
	err = net_open(&net_config, &live->net, &detail);
	ck_assert_msg(err == ERR_OK, "net: %s", detail);
	ck_assert_int_eq(net_start(live->net), ERR_OK);
	api_set_net(live->api, live->net);
	api_set_ready(live->api, true);
}

static void go_down(struct live *live) {
	api_set_ready(live->api, false);
	api_set_net(live->api, NULL);
	net_stop(live->net);
	net_close(live->net);
	signer_stop(live->signer);
	api_detach(live->api);
	engine_close(live->engine);
	api_free(live->api);
}

struct live *live_start_on(struct memory_log *log, size_t queue_commands_max) {
	struct live *live = calloc(1, sizeof(*live));
	ck_assert_ptr_nonnull(live);
	live->log = log;
	live->queue_commands_max = queue_commands_max;
	arena_init(&live->arena, 0);
	pthread_mutex_init(&live->mutex, NULL);
	const char *directory = suite_directory();
	snprintf(live->ledger, sizeof(live->ledger), "%s%s", directory, log ? "" : "/ledger");
	live->pki = pki_new(directory);
	pki_issue(live->pki, "server", "DNS:localhost,IP:127.0.0.1", live->server, NULL);
	make_people(live);
	make_ledger(live);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	go_up(live);
	return live;
}

struct live *live_start(void) {
	return live_start_on(NULL, 0);
}

void live_restart(struct live *live) {
	go_down(live);
	go_up(live);
}

void live_stop(struct live *live) {
	go_down(live);
	for (size_t i = 0; i < live->answers; i++)
		json_decref(live->documents[i]);
	curl_global_cleanup();
	pki_free(live->pki);
	arena_done(&live->arena);
	pthread_mutex_destroy(&live->mutex);
	free(live);
}

struct api *live_api(struct live *live) {
	return live->api;
}

struct engine *live_engine(struct live *live) {
	return live->engine;
}

uint64_t live_principal(const struct live *live, enum who who) {
	ck_assert_uint_ne(live->principals[who], 0);
	return live->principals[who];
}

/* --- calls --- */

static char *keep(struct live *live, const char *text, size_t bytes) {
	pthread_mutex_lock(&live->mutex);
	char *kept = arena_string(&live->arena, text, bytes);
	pthread_mutex_unlock(&live->mutex);
	ck_assert_ptr_nonnull(kept);
	return kept;
}

static struct answer *keep_answer(struct live *live) {
	pthread_mutex_lock(&live->mutex);
	struct answer *answer = ARENA_NEW(&live->arena, struct answer);
	pthread_mutex_unlock(&live->mutex);
	ck_assert_ptr_nonnull(answer);
	return answer;
}

static const json_t *keep_document(struct live *live, json_t *document) {
	pthread_mutex_lock(&live->mutex);
	ck_assert_uint_lt(live->answers, ANSWERS_MAX);
	live->documents[live->answers++] = document;
	pthread_mutex_unlock(&live->mutex);
	return document;
}

const char *live_text(struct live *live, const char *format, ...) {
	char text[4096];
	va_list arguments;
	va_start(arguments, format);
	int bytes = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	ck_assert(bytes >= 0 && (size_t)bytes < sizeof(text));
	return keep(live, text, (size_t)bytes);
}

const char *live_json(struct live *live, const char *text) {
	char *json = keep(live, text, strlen(text));
	for (char *c = json; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return json;
}

const char *live_id(void) {
	static char texts[16][UUID_TEXT_BYTES];
	static unsigned next;
	char *text = texts[next++ % 16];
	uuid_format(uuid_new(), text);
	return text;
}

static size_t keep_body(char *data, size_t size, size_t count, void *arg) {
	buffer_append(arg, data, size * count);
	return size * count;
}

static struct curl_slist *headers_of(
    struct live *live, const struct question *question, const char *body) {
	struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
	const char *token = question->token ? question->token : live->tokens[question->who];
	if (token[0])
		headers = curl_slist_append(headers, live_text(live, "Authorization: Bearer %s", token));
	if (question->accept)
		headers = curl_slist_append(headers, live_text(live, "Accept: %s", question->accept));
	if (question->key)
		headers = curl_slist_append(headers, live_text(live, "Idempotency-Key: %s", question->key));
	if (body)
		headers = curl_slist_append(headers,
		    live_text(
		        live, "Content-Type: %s", question->type ? question->type : "application/json"));
	return headers;
}

static void set_up(struct live *live, CURL *curl, const struct question *question) {
	const char *url = live_text(
	    live, "https://127.0.0.1:%u%s", net_port(live->net), question->target);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_CAINFO, pki_ca_path(live->pki));
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
	    question->is_http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
	if (live->certificates[question->who][0]) {
		curl_easy_setopt(curl, CURLOPT_SSLCERT, live->certificates[question->who]);
		curl_easy_setopt(curl, CURLOPT_SSLKEY, live->certificates[question->who]);
	}
	if (question->body) {
		size_t bytes = question->bytes ? question->bytes : strlen(question->body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question->body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)bytes);
	}
	if (question->method)
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question->method);
}

static const char *header_of(struct live *live, CURL *curl, const char *name) {
	struct curl_header *header;
	if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return "";
	return live_text(live, "%s", header->value);
}

const struct answer *live_ask(struct live *live, const struct question *question) {
	struct answer *answer = keep_answer(live);
	struct buffer body;
	buffer_init(&body, 0);
	CURL *curl = curl_easy_init();
	ck_assert_ptr_nonnull(curl);
	struct curl_slist *headers = headers_of(live, question, question->body);
	set_up(live, curl, question);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	CURLcode code = curl_easy_perform(curl);
	ck_assert_msg(code == CURLE_OK, "%s: %s", question->target, curl_easy_strerror(code));
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->type = header_of(live, curl, "Content-Type");
	answer->link = header_of(live, curl, "Link");
	answer->allow = header_of(live, curl, "Allow");
	answer->authenticate = header_of(live, curl, "WWW-Authenticate");
	answer->retry_after = header_of(live, curl, "Retry-After");
	answer->policy = header_of(live, curl, "Content-Security-Policy");
	answer->disposition = header_of(live, curl, "Content-Disposition");
	answer->body = keep(live, body.data, body.bytes);
	answer->bytes = body.bytes;
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	buffer_done(&body);
	if (strstr(answer->type, "json") && !strstr(answer->type, "ndjson"))
		answer->json = keep_document(live, json_loadb(answer->body, answer->bytes, 0, NULL));
	return answer;
}

const struct answer *live_get(struct live *live, enum who who, const char *target) {
	const struct question question = { .who = who, .target = target };
	return live_ask(live, &question);
}

static const struct answer *post(
    struct live *live, enum who who, const char *target, const char *format, va_list arguments) {
	char text[4096];
	int bytes = vsnprintf(text, sizeof(text), format, arguments);
	ck_assert(bytes >= 0 && (size_t)bytes < sizeof(text));
	const struct question question = {
		.who = who,
		.target = target,
		.key = live_id(),
		.body = live_json(live, text),
	};
	return live_ask(live, &question);
}

const struct answer *live_post(
    struct live *live, enum who who, const char *target, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	const struct answer *answer = post(live, who, target, format, arguments);
	va_end(arguments);
	return answer;
}

uint64_t live_do(struct live *live, enum who who, const char *target, const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	const struct answer *answer = post(live, who, target, format, arguments);
	va_end(arguments);
	ck_assert_msg(answer->status == 200 || answer->status == 201, "%s: %ld %s", target,
	    answer->status, answer->body);
	return strtoull(live_value(answer, "seq"), NULL, 10);
}

const char *live_value(const struct answer *answer, const char *path) {
	static char number[32];
	const json_t *place = answer->json;
	for (const char *word = path; *word && place;) {
		size_t bytes = strcspn(word, ".");
		place = json_is_array(place) ? json_array_get(place, strtoul(word, NULL, 10))
		                             : json_object_getn(place, word, bytes);
		word += bytes;
		word += *word == '.';
	}
	if (json_is_string(place))
		return json_string_value(place);
	if (json_is_boolean(place))
		return json_is_true(place) ? "true" : "false";
	if (!json_is_integer(place))
		return "";
	snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(place));
	return number;
}

long live_metric(struct live *live, const char *name) {
	const char *line = live_text(live, "\n%s ", name);
	const char *found = strstr(live_get(live, NOBODY, "/metrics")->body, line);
	ck_assert_msg(found != NULL, "there is no metric %s", name);
	return strtol(found + strlen(line), NULL, 10);
}

/* --- the story --- */

static void add_party(struct live *live, const char *code, const char *kind) {
	bool is_team = strcmp(kind, "PARTY_KIND_TEAM") == 0;
	live_do(live, OPERATOR, "/v1/parties",
	    "{'code': '%s', 'kind': '%s', 'region': '110114',%s 'name': 'Party %s', 'bank_account':"
	    " {'number': '6222', 'bank_code': '102100099996', 'holder_name': '%s'}%s}",
	    code, kind, is_team ? " 'personal': {" : "", code, code, is_team ? "}" : "");
}

static void add_principal(struct live *live, enum who who) {
	live->principals[who] = live_do(live, ADMIN, "/v1/principals",
	    "{'person': '%s', 'party': '%s', 'roles': ['%s'], '%s': '%s'}", people[who].person,
	    people[who].party, people[who].role, people[who].by_token ? "token" : "certificate_spki",
	    live->credentials[who]);
}

void live_admit_stranger(struct live *live, const char *fields) {
	live->principals[STRANGER] = live_do(live, ADMIN, "/v1/principals",
	    "{'person': '%s', 'certificate_spki': '%s', %s}", people[STRANGER].person,
	    live->credentials[STRANGER], fields);
}

void live_settle(struct live *live) {
	for (int who = OPERATOR; who < PROVIDER; who++)
		add_principal(live, who);
	add_party(live, PROVIDER_CODE, "PARTY_KIND_PROVIDER");
	add_party(live, people[STARTUP].party, "PARTY_KIND_TEAM");
	add_party(live, people[RIVAL].party, "PARTY_KIND_TEAM");
	for (int who = PROVIDER; who < WHO_COUNT; who++)
		add_principal(live, who);
}

void live_fund_programme(struct live *live) {
	live_do(live, OPERATOR, "/v1/funds", "{'code': 'city', 'name': 'City fund'}");
	live_do(live, FINANCE, "/v1/funds/city:appropriate", "{'amount': 100000, 'document': 'No. 1'}");
	live_do(live, OPERATOR, "/v1/programmes",
	    "{'code': 'tech', 'name': 'Tech vouchers', 'region': '110114', 'utc_offset_minutes': 480}");
	live_do(live, FINANCE, "/v1/programmes/tech:allocate", "{'fund': 'city', 'amount': '100000'}");
	live_do(live, OPERATOR, "/v1/programmes/tech:publish_rules",
	    "{'rules': {'version': 1, 'title': 'Half', 'document': 'No. 2', 'effective_from':"
	    " '2026-01-01', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days':"
	    " 365, 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER', 'publication_days': 7,"
	    " 'instrument': 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE', 'when_capped':"
	    " 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL'}}");
	live_do(live, OPERATOR, "/v1/programmes/tech:admit_provider", "{'party': '" PROVIDER_CODE "'}");
}

struct story live_issue(struct live *live, enum who who) {
	struct story story = { 0 };
	story.application = live_do(live, who, "/v1/applications",
	    "{'programme': 'tech', 'amount': 10000, 'purpose': 'testing'}");
	live_do(live, REVIEWER,
	    live_text(live, "/v1/applications/%" PRIu64 ":review", story.application),
	    "{'verdict': 'VERDICT_APPROVE'}");
	story.voucher = live_do(live, OPERATOR,
	    live_text(live, "/v1/applications/%" PRIu64 ":issue", story.application),
	    "{'amount': 10000}");
	return story;
}

void live_use(struct live *live, enum who who, struct story *story) {
	story->reservation = live_do(live, who,
	    live_text(live, "/v1/vouchers/%" PRIu64 ":reserve", story->voucher),
	    "{'provider': '" PROVIDER_CODE "', 'contract_number': 'C-%" PRIu64 "', 'category':"
	    " 'testing', 'total': 12000, 'eligible': 10000}",
	    story->voucher);
	live_do(live, who, live_text(live, "/v1/reservations/%" PRIu64 ":redeem", story->reservation),
	    "{'amount': 4000, 'milestone': 'first'}");
	story->claim = live_do(live, PROVIDER, "/v1/claims",
	    "{'reservation': '%" PRIu64 "', 'amount': 4000, 'invoices': [{'number': '%020" PRIu64
	    "', 'amount': 8000, 'date': '2026-11-01'}]}",
	    story->reservation, story->reservation);
	const char *claim = live_text(live, "/v1/claims/%" PRIu64, story->claim);
	live_do(live, APPROVER, live_text(live, "%s:approve", claim), "{}");
	live_do(live, OPERATOR, live_text(live, "%s:publish", claim), "{}");
}
