/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs checkpoints of the ledger (record/checkpoint.h): one thread, at a rhythm, and when somebody
 * asks for one that covers what has just been acknowledged.
 *
 *	rhythm, or signer_ask() ─► which tree is committed, which key is in force (sequencer's thread)
 *	                        ─► sign ─► guard file, synced ─► done(), signer_newest()
 *
 * Invariants: only a committed tree is signed; a checkpoint is durable in the guard
 * (engine/guard.h) before anyone has it; sizes never go back. So no two that were handed out
 * contradict each other, whatever is restored or cut off in between. Whoever asks within the same
 * LIMIT_SIGN_PAUSE_MS gets the same signature, so that asking cannot slow down commits.
 *
 * The key in force is what the ledger says (Genesis, RotateCheckpointKey); the keys of the file
 * that the ledger had before sign too. Where the key in force is not in the file, the file is read
 * again, and until it is there nothing is signed.
 */
#ifndef ENGINE_SIGNER_H
#define ENGINE_SIGNER_H

#include "engine/engine.h"
#include "record/checkpoint.h"

struct signer;

struct signer_config {
	struct engine *engine;  /* borrowed until signer_stop() */
	const char *key_file;   /* engine/key_file.h; borrowed as long */
	const char *guard_file; /* engine/guard.h */
	unsigned interval_s;    /* the rhythm; 0: only when asked */
};

/* Reads the keys, compares the journal with the guard, signs what there is, starts the thread.
 * `ret_detail` says what is wrong and what to do; errors of key_file_open and guard_open. A file
 * without the key in force is no error: a key that was lost could not be replaced otherwise. */
enum err signer_start(const struct signer_config *config, struct signer **ret_signer,
    char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

/* Answers who waits with ERR_CLOSED. Accepts NULL. */
void signer_stop(struct signer *signer);

/* --- any thread --- */

/* A signed checkpoint: borrowed, for the time of the call. */
struct signed_checkpoint {
	struct checkpoint checkpoint;
	const char *note;
	size_t note_bytes;
};

struct signer_request;

struct signer_request {
	uint64_t size_min; /* of the checkpoint; no more than is committed */
	/* On the signer's thread: copy and return. ERR_CLOSED: stopping. ERR_FULL: no room for the
	 * guard; ERR_CONFIG: the key is missing; … */
	void (*done)(
	    struct signer_request *request, enum err err, const struct signed_checkpoint *newest);
	struct signer_request *next; /* the signer's */
};

/* The newest checkpoint, if it has at least `size_min` entries, into a buffer. ERR_NOT_FOUND: it
 * has not; signer_ask() for one. */
enum err signer_newest(struct signer *signer, uint64_t size_min, struct checkpoint *ret_checkpoint,
    struct buffer *note) MUST_CHECK;

/*
 * The newest checkpoint that witnesses have signed too, likewise: it is as a rule older than the
 * newest. `lines`: their cosignatures of this checkpoint, whose note this is; an older one than
 * there is is dropped.
 */
enum err signer_witnessed(struct signer *signer, uint64_t size_min,
    struct checkpoint *ret_checkpoint, struct buffer *note) MUST_CHECK;
void signer_cosigned(struct signer *signer, const struct checkpoint *checkpoint,
    const struct buffer *note, const struct buffer *lines);

/* done() will be called exactly once. ERR_CLOSED: not any more. */
enum err signer_ask(struct signer *signer, struct signer_request *request) MUST_CHECK;

/* Reads the key file again. On failure the old keys stay. */
enum err signer_reload(struct signer *signer, char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

#endif
