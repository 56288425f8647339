/* SPDX-License-Identifier: Apache-2.0 */
/* Witnesses of every kind, on a port of this machine: who signs is believed, nobody else. */
#include "witness/cosigner.h"

#include "base/file.h"
#include "engine/engine.h"
#include "record/checkpoint.h"
#include "record/witness_request.h"
#include "support/checkpoint_key.h"
#include "support/stage.h"
#include "support/suite.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WITNESS_NAME "witness.example"
#define REQUEST_ROOM (1 << 18)

/* --- a witness --- */

enum manner {
	HONEST,     /* as C2SP tlog-witness has it */
	OTHER_KEY,  /* signs by a key that is not its own */
	BABBLING,   /* 200 and no signature */
	SHORT_409,  /* 409 and no size */
	STUBBORN,   /* 409 with the size that was just named */
	FAILING,    /* 500 */
	HANGING_UP, /* no answer */
};

struct village { /* one witness, served one request after another */
	int listener;
	pthread_t thread;
	enum manner manner;
	struct note_signer *signer;
	_Atomic uint64_t size; /* of the tree that it has seen */
	_Atomic size_t requests;
};

static void answer(int client, const char *status, const char *type, const struct buffer *body) {
	char head[200];
	int bytes = snprintf(head, sizeof(head),
	    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
	    status, type, body->bytes);
	ck_assert_int_eq(send(client, head, (size_t)bytes, MSG_NOSIGNAL), bytes);
	if (body->bytes)
		send(client, body->data, body->bytes, MSG_NOSIGNAL);
}

/* As much as Content-Length says; where the body is. */
static const char *read_request(int client, char *room, size_t *ret_bytes) {
	size_t bytes = 0;
	for (;;) {
		ssize_t got = recv(client, room + bytes, REQUEST_ROOM - 1 - bytes, 0);
		ck_assert_int_gt(got, 0);
		bytes += (size_t)got;
		room[bytes] = '\0';
		char *end = strstr(room, "\r\n\r\n"), *length = strstr(room, "Content-Length: ");
		if (!end || !length)
			continue;
		*ret_bytes = strtoul(length + 16, NULL, 10);
		if (bytes >= (size_t)(end + 4 - room) + *ret_bytes)
			return end + 4;
	}
}

static void be_honest(struct village *village, int client, const struct witness_request *request) {
	struct note note;
	struct checkpoint checkpoint;
	struct buffer body;
	buffer_init(&body, 0);
	ck_assert_int_eq(note_parse(request->note, request->note_bytes, &note), ERR_OK);
	ck_assert_int_eq(checkpoint_parse(note.text, note.text_bytes, &checkpoint), ERR_OK);
	if (request->old_size != village->size) {
		buffer_printf(&body, "%llu\n", (unsigned long long)village->size);
		answer(client, "409 Conflict", WITNESS_SIZE_TYPE, &body);
	} else {
		village->size = checkpoint.size;
		ck_assert_int_eq(
		    note_sign_line(note.text, note.text_bytes, village->signer, 1700000000, &body), ERR_OK);
		answer(client, "200 OK", "text/plain", &body);
	}
	buffer_done(&body);
}

static void be_odd(struct village *village, int client, const struct witness_request *request) {
	struct buffer body;
	buffer_init(&body, 0);
	switch (village->manner) {
	case BABBLING:
		buffer_append_text(&body, "yes\n");
		answer(client, "200 OK", "text/plain", &body);
		break;
	case SHORT_409: answer(client, "409 Conflict", WITNESS_SIZE_TYPE, &body); break;
	case STUBBORN:
		buffer_printf(&body, "%llu\n", (unsigned long long)request->old_size);
		answer(client, "409 Conflict", WITNESS_SIZE_TYPE, &body);
		break;
	case FAILING: answer(client, "500 Internal Server Error", "text/plain", &body); break;
	default: break;
	}
	buffer_done(&body);
}

static void serve(struct village *village, int client, char *room) {
	struct witness_request request;
	size_t bytes;
	const char *body = read_request(client, room, &bytes);
	ck_assert_int_eq(strncmp(room, "POST /w/add-checkpoint HTTP/1.1\r\n", 33), 0);
	ck_assert_int_eq(witness_request_parse(body, bytes, &request), ERR_OK);
	village->requests++;
	if (village->manner == HONEST || village->manner == OTHER_KEY)
		be_honest(village, client, &request);
	else
		be_odd(village, client, &request);
}

static void *run_village(void *arg) {
	struct village *village = arg;
	char *room = malloc(REQUEST_ROOM);
	for (int client; (client = accept(village->listener, NULL, NULL)) >= 0;) {
		serve(village, client, room);
		close(client);
	}
	free(room);
	return NULL;
}

/* --- a ledger that asks it --- */

static struct arena arena;
static struct engine *engine;
static struct signer *signer;
static struct cosigner *cosigner;
static struct witness_list list;
static struct village village;

static uint16_t listen_somewhere(void) {
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t bytes = sizeof(address);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	village.listener = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(village.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(village.listener, 16), 0);
	ck_assert_int_eq(getsockname(village.listener, (struct sockaddr *)&address, &bytes), 0);
	return ntohs(address.sin_port);
}

static void start_village(enum manner manner) {
	struct note_signer *other;
	ck_assert_int_eq(note_signer_generate(NOTE_COSIGNATURE, WITNESS_NAME, &village.signer), ERR_OK);
	ck_assert_int_eq(note_signer_generate(NOTE_COSIGNATURE, WITNESS_NAME, &other), ERR_OK);
	list.count = 1;
	list.witnesses[0].key = *note_signer_key(manner == OTHER_KEY ? other : village.signer);
	snprintf(list.witnesses[0].url, sizeof(list.witnesses[0].url), "http://127.0.0.1:%u/w/",
	    listen_somewhere());
	village.manner = manner;
	ck_assert_int_eq(pthread_create(&village.thread, NULL, run_village, &village), 0);
	note_signer_free(other);
}

static void begin(enum manner manner) {
	static char key_path[300], guard_path[300];
	const char *directory = suite_directory();
	char detail[ENGINE_DETAIL_BYTES];
	memset(&village, 0, sizeof(village));
	arena_init(&arena, 0);
	snprintf(key_path, sizeof(key_path), "%s/key", directory);
	snprintf(guard_path, sizeof(guard_path), "%s/guard", directory);
	ck_assert_int_eq(
	    file_create(key_path, TEST_CHECKPOINT_PEM, strlen(TEST_CHECKPOINT_PEM), 0600), ERR_OK);
	stage_create(directory);
	engine = stage_open(directory);
	const struct signer_config signer_config = {
		.engine = engine, .key_file = key_path, .guard_file = guard_path
	};
	ck_assert_msg(signer_start(&signer_config, &signer, detail) == ERR_OK, "%s", detail);
	start_village(manner);
	const struct cosigner_config config = {
		.engine = engine, .signer = signer, .list = &list, .ca_file = ""
	};
	ck_assert_int_eq(cosigner_start(&config, &cosigner), ERR_OK);
}

static void end(void) {
	cosigner_stop(cosigner);
	signer_stop(signer);
	engine_close(engine);
	shutdown(village.listener, SHUT_RDWR);
	close(village.listener);
	pthread_join(village.thread, NULL);
	note_signer_free(village.signer);
	arena_done(&arena);
}

struct asked {
	struct signer_request request; /* first */
	sem_t done;
};

static void on_signed(
    struct signer_request *request, enum err err, const struct signed_checkpoint *newest) {
	(void)newest;
	ck_assert_int_eq(err, ERR_OK);
	sem_post(&((struct asked *)request)->done);
}

/* A new entry, and a checkpoint that covers it. */
static void grow(const char *code) {
	struct asked asked = { .request = { .done = on_signed } };
	asked.request.size_min = stage_must(
	    engine, STAGE_STAFF, stage_create_fund(&arena, code), &arena);
	sem_init(&asked.done, 0, 0);
	ck_assert_int_eq(signer_ask(signer, &asked.request), ERR_OK);
	while (sem_wait(&asked.done) != 0)
		;
	sem_destroy(&asked.done);
}

/* The newest witnessed checkpoint has so many entries, and is signed by both. */
static void witnessed_is(uint64_t size) {
	struct checkpoint checkpoint;
	struct buffer note;
	struct note parsed;
	uint64_t time_s = 0;
	buffer_init(&note, 0);
	ck_assert_int_eq(signer_witnessed(signer, 0, &checkpoint, &note), ERR_OK);
	ck_assert_uint_eq(checkpoint.size, size);
	ck_assert_int_eq(note_parse(note.data, note.bytes, &parsed), ERR_OK);
	ck_assert_int_eq(note_verify_key(&parsed, &list.witnesses[0].key, &time_s), ERR_OK);
	ck_assert_uint_eq(time_s, 1700000000);
	buffer_done(&note);
}

START_TEST(honest_witness_cosigns_one_checkpoint_after_another) {
	begin(HONEST);
	ck_assert_uint_eq(cosigner_turn(cosigner), 1);
	witnessed_is(1);
	for (int i = 0; i < 5; i++) {
		grow((const char *[]){ "a", "b", "c", "d", "e" }[i]);
		ck_assert_uint_eq(cosigner_turn(cosigner), 1);
		witnessed_is(2 + (uint64_t)i);
	}
	ck_assert_uint_eq(village.requests, 6);
	ck_assert_uint_eq(cosigner_turn(cosigner), 1); /* it has signed this one already */
	ck_assert_uint_eq(village.requests, 6);
	end();
}
END_TEST

START_TEST(witness_that_knows_the_ledger_already_is_asked_again_from_its_size) {
	begin(HONEST);
	for (int i = 0; i < 4; i++)
		grow((const char *[]){ "a", "b", "c", "d" }[i]);
	village.size = 3;
	ck_assert_uint_eq(cosigner_turn(cosigner), 1);
	witnessed_is(5);
	ck_assert_uint_eq(village.requests, 2);
	end();
}
END_TEST

START_TEST(witness_that_has_seen_more_does_not_sign) {
	begin(HONEST);
	village.size = 100;
	ck_assert_uint_eq(cosigner_turn(cosigner), 0);
	ck_assert_uint_eq(village.requests, 1);
	end();
}
END_TEST

START_TEST(what_no_witness_has_signed_is_not_witnessed) {
	static const enum manner manners[] = { OTHER_KEY, BABBLING, SHORT_409, STUBBORN, FAILING,
		HANGING_UP };
	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		struct checkpoint checkpoint;
		struct buffer note;

		begin(manners[i]);
		grow("a");
		ck_assert_uint_eq(cosigner_turn(cosigner), 0);
		ck_assert_uint_ge(village.requests, 1);
		ck_assert_uint_le(village.requests, 2);
		buffer_init(&note, 0);
		ck_assert_int_eq(signer_witnessed(signer, 0, &checkpoint, &note), ERR_NOT_FOUND);
		buffer_done(&note);
		end();
	}
}
END_TEST

START_TEST(thread_asks_at_its_rhythm_and_stops_while_it_waits) {
	begin(HONEST);
	cosigner_stop(cosigner);
	const struct cosigner_config config = {
		.engine = engine, .signer = signer, .list = &list, .ca_file = "", .interval_s = 1
	};
	ck_assert_int_eq(cosigner_start(&config, &cosigner), ERR_OK);
	struct checkpoint checkpoint;
	struct buffer note;
	buffer_init(&note, 0);
	while (signer_witnessed(signer, 1, &checkpoint, &note) == ERR_NOT_FOUND)
		usleep(10000);
	buffer_done(&note);
	end();
}
END_TEST

/* --- the list --- */

START_TEST(list_of_witnesses_is_read_and_its_mistakes_are_named) {
	static const char key[] = "witness.example+";
	struct note_signer *made;
	char vkey[NOTE_VKEY_BYTES_MAX], text[1000], path[300], detail[WITNESS_DETAIL_BYTES];
	ck_assert_int_eq(note_signer_generate(NOTE_COSIGNATURE, WITNESS_NAME, &made), ERR_OK);
	note_key_format(note_signer_key(made), vkey);
	ck_assert_int_eq(strncmp(vkey, key, strlen(key)), 0);
	snprintf(path, sizeof(path), "%s/list", suite_directory());
	static const struct {
		const char *format;
		enum err err;
		const char *word;
	} table[] = {
		{ "# ours\n\nhttps://a.example/x %s\r\n http://b/\t%s \n", ERR_OK, "" },
		{ "https://a.example/x\n", ERR_SYNTAX, ":1: behind the address" },
		{ "\nftp://a.example/ %s\n", ERR_SYNTAX, ":2: a line is" },
		{ "https://a.example/ %s x\n", ERR_SYNTAX, ":1: something stands behind" },
		{ "https://a.example/ witness.example+00000000+AAAA\n", ERR_SYNTAX, "no verifier key" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		static struct witness_list read;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		int bytes = snprintf(text, sizeof(text), table[i].format, vkey, vkey);
#pragma GCC diagnostic pop
		ck_assert_int_eq(file_replace(path, text, (size_t)bytes, 0600), ERR_OK);
		detail[0] = '\0';
		ck_assert_int_eq(witness_list_read(path, &read, detail), table[i].err);
		ck_assert_msg(strstr(detail, table[i].word) != NULL, "%s", detail);
		if (!table[i].err) {
			ck_assert_uint_eq(read.count, 2);
			ck_assert_str_eq(read.witnesses[0].url, "https://a.example/x/");
			ck_assert_str_eq(read.witnesses[1].url, "http://b/");
		}
	}
	suite_remove(path);
	static struct witness_list none;
	ck_assert_int_eq(witness_list_read(path, &none, detail), ERR_NOT_FOUND);
	note_signer_free(made);
}
END_TEST

SUITE_MAIN("cosigner", honest_witness_cosigns_one_checkpoint_after_another,
    witness_that_knows_the_ledger_already_is_asked_again_from_its_size,
    witness_that_has_seen_more_does_not_sign, what_no_witness_has_signed_is_not_witnessed,
    thread_asks_at_its_rhythm_and_stops_while_it_waits,
    list_of_witnesses_is_read_and_its_mistakes_are_named)
