/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature is three steps on the signer's thread: look (a point read on the sequencer's, so that
 * tree and key are of one moment), sign with every key of the file that the ledger names, store in
 * the guard. Then the newest checkpoint is exchanged under the mutex, and who waited is answered.
 */
#include "engine/signer.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "engine/detail.h"
#include "engine/guard.h"
#include "engine/instruments.h"
#include "engine/key_file.h"
#include "engine/thread.h"
#include "ledger/rows.h"
#include "store/condition.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What is to be signed, and by whom. */
struct look {
	struct engine_read read; /* first */
	struct signer *signer;
	struct checkpoint checkpoint;
	const struct note_signer *signers[KEY_FILE_KEYS_MAX]; /* the key in force first */
	size_t count;
	enum err err; /* ERR_CONFIG: the key in force is not in the file */
	sem_t done;
};

/* A checkpoint that may be handed out. */
struct held {
	struct checkpoint checkpoint; /* size 0: none yet */
	struct buffer note;
};

struct signer {
	struct engine *engine;
	const char *key_file;
	int64_t interval_us; /* 0: only when asked */
	pthread_t thread;

	pthread_mutex_t mutex; /* over what follows */
	pthread_cond_t wakeup;
	bool is_stopping;
	struct signer_request *waiting;
	struct held newest;
	struct held witnessed;

	pthread_mutex_t keys_mutex; /* over the keys, also while they sign */
	struct key_file keys;

	/* whoever signs */
	struct guard guard;
	struct arena arena;
	struct buffer fresh;
	enum err last_error; /* said in the log once, until it changes */
};

/* --- look: on the sequencer's thread --- */

static bool is_named(const struct state *state, const struct note_key *key) {
	struct key row = KEY_EMPTY;
	key_add_bytes(&row, key->public_key, note_public_key_bytes(key->type));
	return STATE_GET(state, TABLE_CHECKPOINT_KEY, &row, struct id_row) != NULL;
}

static const Pb__CheckpointKey *key_of_entry(const Pb__JournalEntry *entry) {
	if (!entry)
		return NULL;
	return entry->genesis ? entry->genesis->checkpoint_key
	                      : entry->command->rotate_checkpoint_key->key;
}

static bool add_signer(struct look *look, const struct note_signer *signer) {
	for (size_t i = 0; i < look->count; i++)
		if (look->signers[i] == signer)
			return true;
	if (signer)
		look->signers[look->count++] = signer;
	return signer != NULL;
}

static enum err choose_signers(struct look *look, const struct engine_view *view) {
	const struct key_file *keys = &look->signer->keys;
	struct key empty = KEY_EMPTY;
	const struct ledger_row *head = STATE_GET(view->state, TABLE_LEDGER, &empty, struct ledger_row);
	const Pb__CheckpointKey *key = key_of_entry(
	    view->history->ops->entry(view->history->self, head->checkpoint_key, &look->signer->arena));
	if (!key)
		return ERR_MEMORY;
	if (!add_signer(look, key_file_find(keys, &key->ed25519)) ||
	    (key->sm2.len > 0 && !add_signer(look, key_file_find(keys, &key->sm2))))
		return ERR_CONFIG;
	for (size_t i = 0; i < keys->count; i++)
		if (is_named(view->state, note_signer_key(keys->signers[i])))
			add_signer(look, keys->signers[i]);
	return ERR_OK;
}

static void run_look(struct engine_read *read, const struct engine_view *view) {
	struct look *look = (struct look *)read;
	engine_tree_head(look->signer->engine, &look->checkpoint.size, look->checkpoint.root);
	check(look->checkpoint.size == view->seq);
	look->err = choose_signers(look, view);
}

static void on_look(struct engine_read *read, enum err err) {
	struct look *look = (struct look *)read;
	if (err)
		look->err = err;
	sem_post(&look->done);
}

/* The keys do not change meanwhile: under keys_mutex. */
static enum err look_at_ledger(struct signer *signer, struct look *ret_look) {
	struct look *look = ret_look;
	*look = (struct look){ .read = { .run = run_look, .done = on_look }, .signer = signer };
	strcpy(look->checkpoint.origin, engine_genesis(signer->engine)->origin);
	arena_reset(&signer->arena);
	check(sem_init(&look->done, 0, 0) == 0);
	enum err err = engine_read_latest(signer->engine, &look->read);
	while (!err && sem_wait(&look->done) != 0)
		;
	sem_destroy(&look->done);
	return err ? err : look->err;
}

/* --- sign --- */

/* Exchanges what is newest. */
static void publish(struct signer *signer, const struct checkpoint *checkpoint) {
	pthread_mutex_lock(&signer->mutex);
	struct buffer old = signer->newest.note;
	signer->newest.note = signer->fresh;
	signer->newest.checkpoint = *checkpoint;
	pthread_mutex_unlock(&signer->mutex);
	signer->fresh = old;
}

static bool is_same_note(const struct signer *signer) {
	const struct buffer *note = &signer->newest.note;
	return note->bytes == signer->fresh.bytes &&
	    memcmp(note->data, signer->fresh.data, signer->fresh.bytes) == 0;
}

/* Under keys_mutex. */
static enum err sign_tree(struct signer *signer, struct look *look) {
	enum err err = look_at_ledger(signer, look);
	if (err)
		return err;
	buffer_clear(&signer->fresh);
	return checkpoint_sign(&look->checkpoint, look->signers, look->count, &signer->fresh);
}

static enum err sign_once(struct signer *signer, struct look *look) {
	pthread_mutex_lock(&signer->keys_mutex);
	enum err err = sign_tree(signer, look);
	pthread_mutex_unlock(&signer->keys_mutex);
	if (err != ERR_CONFIG)
		return err;
	char detail[ENGINE_DETAIL_BYTES];
	if (signer_reload(signer, detail))
		return ERR_CONFIG;
	pthread_mutex_lock(&signer->keys_mutex);
	err = sign_tree(signer, look);
	pthread_mutex_unlock(&signer->keys_mutex);
	return err;
}

static const char *advice(enum err err) {
	switch (err) {
	case ERR_CONFIG:
		return "the key that the ledger names is not in the key file: put it there, or rotate to "
		       "one that is";
	case ERR_FULL:
	case ERR_IO: return "make room for the guard file, and look at its permissions";
	default: return "it is tried again";
	}
}

static void report(struct signer *signer, enum err err) {
	if (err)
		instruments_sign_failed();
	if (err && err != signer->last_error)
		log_event(LOG_ERROR, "checkpoint_unsigned", "reason=%s action=%s",
		    LOG_QUOTED(err_text(err)), LOG_QUOTED(advice(err)));
	signer->last_error = err;
}

static enum err sign_newest(struct signer *signer) {
	int64_t start_us = clock_monotonic_us();
	struct look look;
	enum err err = sign_once(signer, &look);
	if (!err && !is_same_note(signer)) {
		err = guard_store(&signer->guard, &look.checkpoint, &signer->fresh);
		if (!err) {
			publish(signer, &look.checkpoint);
			instruments_signed(look.checkpoint.size, clock_monotonic_us() - start_us);
		}
	}
	if (err != ERR_CLOSED)
		report(signer, err);
	return err;
}

/* --- the thread --- */

static void answer(struct signer *signer, struct signer_request *waiting, enum err err) {
	const struct signed_checkpoint newest = { signer->newest.checkpoint, signer->newest.note.data,
		signer->newest.note.bytes };
	while (waiting) {
		struct signer_request *next = waiting->next;
		check(err || newest.checkpoint.size >= waiting->size_min);
		waiting->done(waiting, err, &newest);
		waiting = next;
	}
}

/* Until somebody asks or it is time, and not before the pause is over. False: stop. */
static bool wait_for_work(struct signer *signer, int64_t pause_until_us, int64_t due_us) {
	pthread_mutex_lock(&signer->mutex);
	for (;;) {
		int64_t until_us = signer->waiting ? pause_until_us : due_us;
		if (signer->is_stopping || clock_monotonic_us() >= until_us)
			break;
		condition_wait_until(&signer->wakeup, &signer->mutex, until_us);
	}
	bool goes_on = !signer->is_stopping;
	pthread_mutex_unlock(&signer->mutex);
	return goes_on;
}

static struct signer_request *take_waiting(struct signer *signer) {
	pthread_mutex_lock(&signer->mutex);
	struct signer_request *waiting = signer->waiting;
	signer->waiting = NULL;
	pthread_mutex_unlock(&signer->mutex);
	return waiting;
}

static void *run(void *arg) {
	struct signer *signer = arg;
	int64_t now_us = clock_monotonic_us();
	int64_t pause_until_us = now_us, due_us = now_us + signer->interval_us;
	while (wait_for_work(signer, pause_until_us, signer->interval_us ? due_us : INT64_MAX)) {
		struct signer_request *waiting = take_waiting(signer);
		answer(signer, waiting, sign_newest(signer));
		now_us = clock_monotonic_us();
		pause_until_us = now_us + LIMIT_SIGN_PAUSE_MS * 1000;
		due_us = now_us + signer->interval_us;
	}
	answer(signer, take_waiting(signer), ERR_CLOSED);
	return NULL;
}

/* --- any thread --- */

static enum err copy_held(struct signer *signer, const struct held *held, uint64_t size_min,
    struct checkpoint *ret_checkpoint, struct buffer *note) {
	enum err err = ERR_NOT_FOUND;
	pthread_mutex_lock(&signer->mutex);
	if (held->checkpoint.size > 0 && held->checkpoint.size >= size_min) {
		*ret_checkpoint = held->checkpoint;
		buffer_append(note, held->note.data, held->note.bytes);
		err = buffer_error(note);
	}
	pthread_mutex_unlock(&signer->mutex);
	return err;
}

enum err signer_newest(struct signer *signer, uint64_t size_min, struct checkpoint *ret_checkpoint,
    struct buffer *note) {
	return copy_held(signer, &signer->newest, size_min, ret_checkpoint, note);
}

enum err signer_witnessed(struct signer *signer, uint64_t size_min,
    struct checkpoint *ret_checkpoint, struct buffer *note) {
	return copy_held(signer, &signer->witnessed, size_min, ret_checkpoint, note);
}

void signer_cosigned(struct signer *signer, const struct checkpoint *checkpoint,
    const struct buffer *note, const struct buffer *lines) {
	struct buffer whole;
	buffer_init(&whole, LIMIT_NOTE_BYTES);
	buffer_append(&whole, note->data, note->bytes);
	buffer_append(&whole, lines->data, lines->bytes);
	pthread_mutex_lock(&signer->mutex);
	struct held *held = &signer->witnessed;
	if (buffer_error(&whole) == ERR_OK && checkpoint->size >= held->checkpoint.size) {
		struct buffer old = held->note;
		held->note = whole;
		held->checkpoint = *checkpoint;
		whole = old;
	}
	pthread_mutex_unlock(&signer->mutex);
	buffer_done(&whole);
}

enum err signer_ask(struct signer *signer, struct signer_request *request) {
	enum err err = ERR_CLOSED;
	pthread_mutex_lock(&signer->mutex);
	if (!signer->is_stopping) {
		request->next = signer->waiting;
		signer->waiting = request;
		pthread_cond_signal(&signer->wakeup);
		err = ERR_OK;
	}
	pthread_mutex_unlock(&signer->mutex);
	return err;
}

enum err signer_reload(struct signer *signer, char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct key_file keys = { .count = 0 };
	enum err err = key_file_open(
	    signer->key_file, engine_genesis(signer->engine)->origin, &keys, ret_detail);
	if (err)
		return err;
	pthread_mutex_lock(&signer->keys_mutex);
	struct key_file old = signer->keys;
	signer->keys = keys;
	pthread_mutex_unlock(&signer->keys_mutex);
	key_file_close(&old);
	return ERR_OK;
}

/* --- life --- */

static void signer_free(struct signer *signer) {
	pthread_cond_destroy(&signer->wakeup);
	pthread_mutex_destroy(&signer->mutex);
	pthread_mutex_destroy(&signer->keys_mutex);
	key_file_close(&signer->keys);
	buffer_done(&signer->newest.note);
	buffer_done(&signer->witnessed.note);
	buffer_done(&signer->fresh);
	arena_done(&signer->arena);
	free(signer);
}

static enum err begin(struct signer *signer, const struct signer_config *config,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	enum err err = signer_reload(signer, ret_detail);
	if (!err)
		err = guard_open(config->guard_file, signer->engine, &signer->guard, ret_detail);
	if (err)
		return err;
	if (signer->guard.last.size == 0)
		log_event(LOG_WARNING, "guard_begun", "file=%s meaning=%s", LOG_QUOTED(config->guard_file),
		    LOG_QUOTED("no checkpoint has been handed out, or its guard file is lost"));
	sign_newest(signer); /* or later: it has been reported */
	err = thread_start(&signer->thread, "signer", run, signer);
	return err ? detail_fail(ret_detail, err, "The signer's thread cannot be started.") : ERR_OK;
}

enum err signer_start(const struct signer_config *config, struct signer **ret_signer,
    char ret_detail[ENGINE_DETAIL_BYTES]) {
	struct signer *signer = calloc(1, sizeof(*signer));
	if (!signer)
		return detail_fail(ret_detail, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
	signer->engine = config->engine;
	signer->key_file = config->key_file;
	signer->interval_us = config->interval_s * US_PER_S;
	arena_init(&signer->arena, 0);
	buffer_init(&signer->newest.note, 0);
	buffer_init(&signer->witnessed.note, 0);
	buffer_init(&signer->fresh, 0);
	check(pthread_mutex_init(&signer->mutex, NULL) == 0);
	check(pthread_mutex_init(&signer->keys_mutex, NULL) == 0);
	condition_init(&signer->wakeup);
	enum err err = begin(signer, config, ret_detail);
	if (err)
		signer_free(signer);
	else
		*ret_signer = signer;
	return err;
}

void signer_stop(struct signer *signer) {
	if (!signer)
		return;
	pthread_mutex_lock(&signer->mutex);
	signer->is_stopping = true;
	pthread_cond_signal(&signer->wakeup);
	pthread_mutex_unlock(&signer->mutex);
	thread_join(signer->thread);
	signer_free(signer);
}
