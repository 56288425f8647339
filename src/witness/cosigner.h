/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the witnesses to cosign checkpoints (C2SP tlog-witness): a thread that takes the newest one
 * at every turn, proves to each witness that it goes on from what that one saw last, and puts their
 * lines under it. A witness that is slow or away holds up nothing but this thread.
 *
 *	newest checkpoint ─► POST add-checkpoint, old size 0 at first ─► 409: from its size, once more
 *	                     200: lines by its key ─► signer_cosigned()
 *
 * A witness that has seen a larger tree means that the ledger is an old copy: said loudly in the
 * log.
 */
#ifndef WITNESS_COSIGNER_H
#define WITNESS_COSIGNER_H

#include "engine/signer.h"
#include "witness/witness_list.h"

struct cosigner;

struct cosigner_config {
	struct engine *engine; /* all borrowed until cosigner_stop() */
	struct signer *signer;
	const struct witness_list *list;
	const char *ca_file; /* as witness_caller_new */
	unsigned interval_s; /* 0: no thread; whoever calls cosigner_turn() */
};

/* ERR_MEMORY. */
enum err cosigner_start(
    const struct cosigner_config *config, struct cosigner **ret_cosigner) MUST_CHECK;
void cosigner_stop(struct cosigner *cosigner); /* accepts NULL */

/* Asks every witness that has not signed the newest checkpoint. How many have. */
size_t cosigner_turn(struct cosigner *cosigner);

#endif
