/* SPDX-License-Identifier: Apache-2.0 */
/* Public checkpoint keys as people pass them on: C2SP verifier keys, NAME+ID+KEY. */
#ifndef VOUCHERCTL_VERIFIER_KEY_H
#define VOUCHERCTL_VERIFIER_KEY_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "voucher/v1/setup.pb-c.h"

/* One a line, behind `indent`. ERR_MEMORY; ERR_SYNTAX: they are no keys of a log. */
enum err verifier_keys_write(const char *origin, const Pb__CheckpointKey *key, const char *indent,
    struct buffer *out) MUST_CHECK;

/* Into its place in `key`. ERR_SYNTAX: it is none, or one of another kind. */
enum err verifier_key_read(
    const char *text, struct arena *arena, Pb__CheckpointKey *key) MUST_CHECK;

#endif
