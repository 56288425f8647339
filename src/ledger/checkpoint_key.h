/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of signed checkpoints, as genesis and rotations name them. Internal to src/ledger. */
#ifndef LEDGER_CHECKPOINT_KEY_H
#define LEDGER_CHECKPOINT_KEY_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* An Ed25519 key, and perhaps one of SM2: of the right form. `field` names the message. */
bool want_checkpoint_key(struct deciding *d, const Pb__CheckpointKey *key, const char *field);

/* The key in force from this entry on. */
void put_checkpoint_key(struct applying *a, const Pb__CheckpointKey *key);

#endif
