/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed notes (C2SP signed-note): a text and under it, after an empty line, who signed it.
 *
 *	<text, any lines>
 *	<empty line>
 *	— <key name> <base64 of key id (4, big-endian) ‖ signature>
 *	— …
 *
 * Nothing in a note means anything before note_verify() has been asked. Pure; any thread.
 */
#ifndef RECORD_NOTE_H
#define RECORD_NOTE_H

#include "record/note_key.h"

/* A note taken apart. Borrows the bytes that it was read from. */
struct note {
	const char *text; /* with its last newline, as it is signed */
	size_t text_bytes;
	const char *lines; /* of signatures: one or more, each with its newline */
	size_t lines_bytes;
};

/*
 * Takes a note apart and checks its form throughout: UTF-8, no control characters but the newline,
 * signature lines well-formed, also those of unknown keys. ERR_SYNTAX; ERR_RANGE: more than
 * LIMIT_NOTE_BYTES or LIMIT_NOTE_SIGNATURES.
 */
enum err note_parse(const char *data, size_t bytes, struct note *ret_note) MUST_CHECK;

/*
 * Whether this key has signed it. ERR_NOT_FOUND: no line has its name and id. ERR_DENIED: one has,
 * but is not its signature; then the whole note is to be refused. `ret_time_s`, if not NULL: of a
 * cosignature the time it states (POSIX; the latest, if there are several), else 0.
 */
enum err note_verify_key(
    const struct note *note, const struct note_key *key, uint64_t *ret_time_s) MUST_CHECK;

/*
 * The same for several: ERR_OK when at least one of them has signed and none of them is wrong.
 * ERR_NOT_FOUND: none has; ERR_DENIED: a signature of a known key is wrong. `ret_signed`, if not
 * NULL: how many of them have.
 */
enum err note_verify(const struct note *note, const struct note_key *keys, size_t count,
    size_t *ret_signed) MUST_CHECK;

/* Appends those of a note's lines that are right signatures by this key, as they stand: what is
 * worth keeping of a witness's answer. Errors as note_verify_key, and the buffer's. */
enum err note_keep(
    const struct note *note, const struct note_key *key, struct buffer *lines) MUST_CHECK;

/*
 * Appends a whole note: the text, the empty line, one signature by each signer. ERR_SYNTAX: the
 * text is no note's (no newline at its end, control characters). ERR_MEMORY. On failure nothing has
 * been appended. `time_s` is for cosignatures (at most 2⁶³ − 1, else ERR_RANGE).
 */
enum err note_sign(const char *text, size_t bytes, const struct note_signer *const *signers,
    size_t count, uint64_t time_s, struct buffer *note) MUST_CHECK;

/* Appends one signature line over a note's text: to a note that there is, or a witness's answer. */
enum err note_sign_line(const char *text, size_t bytes, const struct note_signer *signer,
    uint64_t time_s, struct buffer *lines) MUST_CHECK;

#endif
