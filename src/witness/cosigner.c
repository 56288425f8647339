/* SPDX-License-Identifier: Apache-2.0 */
#include "witness/cosigner.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/thread.h"
#include "record/witness_request.h"
#include "store/condition.h"
#include "witness/witness_call.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_DONE = 200, STATUS_CONFLICT = 409 };

/* What is known of a witness. */
struct standing {
	uint64_t size;     /* that it signed last, or said that it has; 0: not known */
	bool has_failed;   /* said in the log once */
	bool has_cosigned; /* the checkpoint of this turn */
};

struct cosigner {
	struct engine *engine;
	struct signer *signer;
	const struct witness_list *list;
	struct witness_caller *caller;
	int64_t interval_us; /* 0: there is no thread */
	pthread_t thread;

	pthread_mutex_t mutex;
	pthread_cond_t wakeup;
	bool is_stopping; /* under mutex */

	/* whoever takes turns */
	struct standing standings[WITNESSES_MAX];
	struct checkpoint checkpoint;
	struct buffer note; /* of the checkpoint */
	struct buffer body;
	struct buffer answer;
	struct buffer lines; /* cosignatures of the checkpoint */
};

/* --- one witness --- */

static void report(struct cosigner *cosigner, size_t i, const char *reason) {
	struct standing *standing = &cosigner->standings[i];
	if (reason && !standing->has_failed)
		log_event(LOG_WARNING, "witness_failed", "witness=%s reason=%s",
		    LOG_QUOTED(cosigner->list->witnesses[i].url), LOG_QUOTED(reason));
	if (!reason && standing->has_failed)
		log_event(
		    LOG_INFO, "witness_back", "witness=%s", LOG_QUOTED(cosigner->list->witnesses[i].url));
	standing->has_failed = reason != NULL;
}

static enum err write_request(struct cosigner *cosigner, uint64_t old_size) {
	struct witness_request request = {
		.old_size = old_size, .note = cosigner->note.data, .note_bytes = cosigner->note.bytes
	};
	struct consistency consistency;
	enum err err = engine_prove_consistency(
	    cosigner->engine, old_size, cosigner->checkpoint.size, &consistency);
	if (err)
		return err;
	request.proof = consistency.proof;
	buffer_clear(&cosigner->body);
	witness_request_format(&request, &cosigner->body);
	return buffer_error(&cosigner->body);
}

/* The witness's lines under our text are a note: those that are right by its key are kept. */
static enum err take_lines(struct cosigner *cosigner, size_t i) {
	struct buffer whole;
	struct note ours, theirs;
	buffer_init(&whole, LIMIT_NOTE_BYTES);
	enum err err = note_parse(cosigner->note.data, cosigner->note.bytes, &ours);
	check(!err);
	buffer_append(&whole, ours.text, ours.text_bytes);
	buffer_append_char(&whole, '\n');
	buffer_append(&whole, cosigner->answer.data, cosigner->answer.bytes);
	err = buffer_error(&whole);
	if (!err)
		err = note_parse(whole.data, whole.bytes, &theirs);
	if (!err)
		err = note_keep(&theirs, &cosigner->list->witnesses[i].key, &cosigner->lines);
	buffer_done(&whole);
	return err;
}

static const char *take_conflict(struct cosigner *cosigner, size_t i, bool *ret_again) {
	struct standing *standing = &cosigner->standings[i];
	uint64_t size;
	if (witness_size_parse(cosigner->answer.data, cosigner->answer.bytes, &size))
		return "it answers 409 without the size that it has";
	if (size > cosigner->checkpoint.size) {
		log_event(LOG_ERROR, "witness_ahead",
		    "witness=%s its_size=%" PRIu64 " our_size=%" PRIu64 " meaning=%s",
		    LOG_QUOTED(cosigner->list->witnesses[i].url), size, cosigner->checkpoint.size,
		    LOG_QUOTED("it has seen more entries: this ledger may be an old copy"));
		return "it has seen a larger tree";
	}
	*ret_again = size != standing->size;
	standing->size = size;
	return *ret_again ? NULL : "it refuses the size that it named itself";
}

/* One request. What went wrong, or NULL; `ret_again`: it is to be asked once more. */
static const char *ask_once(struct cosigner *cosigner, size_t i, bool *ret_again) {
	struct standing *standing = &cosigner->standings[i];
	const char *reason = "";
	long status = 0;
	*ret_again = false;
	if (write_request(cosigner, standing->size)) {
		standing->size = 0;
		return "the proof for it cannot be made";
	}
	if (witness_call(cosigner->caller, cosigner->list->witnesses[i].url, &cosigner->body, &status,
	        &cosigner->answer, &reason))
		return reason;
	if (status == STATUS_CONFLICT)
		return take_conflict(cosigner, i, ret_again);
	if (status != STATUS_DONE)
		return "it does not sign: its answer is neither 200 nor 409";
	if (take_lines(cosigner, i))
		return "what it answers is not signed by its key";
	standing->size = cosigner->checkpoint.size;
	standing->has_cosigned = true;
	return NULL;
}

static void ask(struct cosigner *cosigner, size_t i) {
	bool again;
	const char *reason = ask_once(cosigner, i, &again);
	if (again)
		reason = ask_once(cosigner, i, &again);
	report(cosigner, i, reason);
}

/* --- a turn --- */

/* False: there is none. */
static bool take_newest(struct cosigner *cosigner) {
	struct checkpoint newest;
	struct buffer note;
	buffer_init(&note, 0);
	bool is_there = signer_newest(cosigner->signer, 0, &newest, &note) == ERR_OK;
	if (is_there && newest.size != cosigner->checkpoint.size) {
		for (size_t i = 0; i < cosigner->list->count; i++)
			cosigner->standings[i].has_cosigned = false;
		buffer_clear(&cosigner->lines);
		buffer_clear(&cosigner->note);
		buffer_append(&cosigner->note, note.data, note.bytes);
		cosigner->checkpoint = newest;
	}
	buffer_done(&note);
	return is_there && buffer_error(&cosigner->note) == ERR_OK;
}

size_t cosigner_turn(struct cosigner *cosigner) {
	size_t before = 0, after = 0;
	if (!take_newest(cosigner))
		return 0;
	for (size_t i = 0; i < cosigner->list->count; i++) {
		before += cosigner->standings[i].has_cosigned;
		if (!cosigner->standings[i].has_cosigned)
			ask(cosigner, i);
		after += cosigner->standings[i].has_cosigned;
	}
	if (after > before && buffer_error(&cosigner->lines) == ERR_OK)
		signer_cosigned(cosigner->signer, &cosigner->checkpoint, &cosigner->note, &cosigner->lines);
	return after;
}

/* --- the thread --- */

/* False: it is time to stop. */
static bool sleep_until(struct cosigner *cosigner, int64_t deadline_us) {
	bool is_time = false;
	pthread_mutex_lock(&cosigner->mutex);
	while (!cosigner->is_stopping && !is_time)
		is_time = !condition_wait_until(&cosigner->wakeup, &cosigner->mutex, deadline_us);
	bool goes_on = !cosigner->is_stopping;
	pthread_mutex_unlock(&cosigner->mutex);
	return goes_on;
}

static void *run(void *arg) {
	struct cosigner *cosigner = arg;
	int64_t next_us = clock_monotonic_us();
	while (sleep_until(cosigner, next_us)) {
		cosigner_turn(cosigner);
		next_us = clock_monotonic_us() + cosigner->interval_us;
	}
	return NULL;
}

/* --- life --- */

static void cosigner_free(struct cosigner *cosigner) {
	witness_caller_free(cosigner->caller);
	pthread_cond_destroy(&cosigner->wakeup);
	pthread_mutex_destroy(&cosigner->mutex);
	buffer_done(&cosigner->note);
	buffer_done(&cosigner->body);
	buffer_done(&cosigner->answer);
	buffer_done(&cosigner->lines);
	free(cosigner);
}

enum err cosigner_start(const struct cosigner_config *config, struct cosigner **ret_cosigner) {
	struct cosigner *cosigner = calloc(1, sizeof(*cosigner));
	if (!cosigner)
		return ERR_MEMORY;
	cosigner->engine = config->engine;
	cosigner->signer = config->signer;
	cosigner->list = config->list;
	cosigner->interval_us = config->interval_s * US_PER_S;
	buffer_init(&cosigner->note, 0);
	buffer_init(&cosigner->body, WITNESS_REQUEST_BYTES_MAX);
	buffer_init(&cosigner->answer, WITNESS_ANSWER_BYTES_MAX);
	buffer_init(&cosigner->lines, LIMIT_NOTE_BYTES / 2);
	check(pthread_mutex_init(&cosigner->mutex, NULL) == 0);
	condition_init(&cosigner->wakeup);
	enum err err = witness_caller_new(config->ca_file, &cosigner->caller);
	if (!err && config->interval_s)
		err = thread_start(&cosigner->thread, "cosigner", run, cosigner);
	if (err)
		cosigner_free(cosigner);
	else
		*ret_cosigner = cosigner;
	return err;
}

void cosigner_stop(struct cosigner *cosigner) {
	if (!cosigner)
		return;
	pthread_mutex_lock(&cosigner->mutex);
	cosigner->is_stopping = true;
	pthread_cond_signal(&cosigner->wakeup);
	pthread_mutex_unlock(&cosigner->mutex);
	witness_caller_abort(cosigner->caller);
	if (cosigner->interval_us)
		thread_join(cosigner->thread);
	cosigner_free(cosigner);
}
