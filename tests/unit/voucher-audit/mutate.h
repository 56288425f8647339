/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single changes of a message, one for each of its fields, as somebody would make them who wants
 * the books to say something else: a number is another by MUTATION, a text, a hash, a choice or a
 * yes another, a list is shorter. Fields that are not set are set. The changed message has the
 * form of the schema, whatever it means.
 */
#ifndef TESTS_UNIT_VOUCHER_AUDIT_MUTATE_H
#define TESTS_UNIT_VOUCHER_AUDIT_MUTATE_H

#include "base/arena.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#define MUTATION 7 /* minor units, where it is money */

struct mutation {
	char path[200]; /* "decision.shares[1].amount"; "postings" for a list that lost its last */
	bool is_money;
};

/* Changes the message in the place with this number. False: it has fewer, and is unchanged. New
 * texts and hashes live in the arena. */
bool mutate(
    ProtobufCMessage *message, size_t place, struct arena *arena, struct mutation *ret_mutation);

#endif
