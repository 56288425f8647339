/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first of the three kinds of error: the world outside did not do what was asked of it.
 *
 * A function that can fail this way returns `enum err`: ERR_OK, or a negative value that must be
 * looked at. Its outputs (`ret_*`) are untouched on failure. The second kind, a refusal by the
 * rules, is a value (Pb__Outcome); the third, a bug, is check() in base/check.h.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_OK = 0,
	ERR_MEMORY = -1, /* out of memory */
	ERR_IO = -2, /* reading or writing failed; errno at the time was logged or is in the message */
	ERR_CORRUPT = -3,   /* bytes that we once wrote are not what we wrote */
	ERR_SYNTAX = -4,    /* input does not follow its format */
	ERR_RANGE = -5,     /* a number or a length is outside its limits */
	ERR_EXISTS = -6,    /* it is there already */
	ERR_NOT_FOUND = -7, /* it is not there */
	ERR_FULL = -8,      /* no room: disk, map, queue */
	ERR_BUSY = -9,      /* somebody else holds it */
	ERR_CLOSED = -10,   /* it is shutting down or gone */
	ERR_TIMEOUT = -11,  /* a deadline passed */
	ERR_DENIED = -12,   /* not permitted */
	ERR_CONFIG = -13,   /* a setting is missing or wrong */
	ERR_FATAL = -14,    /* what happened to data on disk is not known: stop, restart, recover */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* An English phrase for people, never NULL. */
const char *err_text(enum err err);

#endif
