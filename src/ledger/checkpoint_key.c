/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which key signs checkpoints: that of the genesis, or of the newest rotation. A key serves a
 * ledger once, so that a key says which checkpoints it may have signed. Whether the daemon holds
 * the secret half is not the ledger's business: src/engine/signer.h.
 */
#include "ledger/checkpoint_key.h"

#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/want.h"

enum { ED25519_BYTES = 32, SM2_BYTES = 65, SM2_UNCOMPRESSED = 4 };

static bool is_sm2(const ProtobufCBinaryData *key) {
	return key->len == SM2_BYTES && key->data[0] == SM2_UNCOMPRESSED;
}

/* "checkpoint_key.ed25519" */
static bool refuse_part(
    struct deciding *d, Pb__Outcome outcome, const char *field, const char *part) {
	const char *path = arena_printf(d->arena, "%s.%s", field, part);
	return refuse_field(d, path ? outcome : PB__OUTCOME__UNAVAILABLE, path ? path : "");
}

bool want_checkpoint_key(struct deciding *d, const Pb__CheckpointKey *key, const char *field) {
	if (!key || key->ed25519.len == 0)
		return refuse_part(d, PB__OUTCOME__FIELD_MISSING, field, "ed25519");
	if (key->ed25519.len != ED25519_BYTES)
		return refuse_part(d, PB__OUTCOME__FIELD_INVALID, field, "ed25519");
	if (key->sm2.len > 0 && !is_sm2(&key->sm2))
		return refuse_part(d, PB__OUTCOME__FIELD_INVALID, field, "sm2");
	return true;
}

static struct key key_of_public(const ProtobufCBinaryData *public_key) {
	struct key key = KEY_EMPTY;
	key_add_bytes(&key, public_key->data, public_key->len);
	return key;
}

static bool is_taken(const struct deciding *d, const ProtobufCBinaryData *public_key) {
	struct key key = key_of_public(public_key);
	return public_key->len > 0 && find_id(d, TABLE_CHECKPOINT_KEY, &key) != 0;
}

static void put_public(struct applying *a, const ProtobufCBinaryData *public_key) {
	struct key key = key_of_public(public_key);
	if (public_key->len > 0)
		put_id(a, TABLE_CHECKPOINT_KEY, &key, a->entry->seq);
}

void put_checkpoint_key(struct applying *a, const Pb__CheckpointKey *key) {
	put_public(a, &key->ed25519);
	put_public(a, &key->sm2);
	a->head.checkpoint_key = a->entry->seq;
}

/* --- rotate_checkpoint_key --- */

bool decide_rotate_checkpoint_key(struct deciding *d) {
	const Pb__RotateCheckpointKey *rotate = d->command->rotate_checkpoint_key;
	if (!want_checkpoint_key(d, rotate->key, "key") ||
	    !want_text(d, rotate->reason, LIMIT_TEXT_BYTES, "reason"))
		return false;
	if (is_taken(d, &rotate->key->ed25519))
		return refuse_field(d, PB__OUTCOME__CHECKPOINT_KEY_TAKEN, "key.ed25519");
	if (is_taken(d, &rotate->key->sm2))
		return refuse_field(d, PB__OUTCOME__CHECKPOINT_KEY_TAKEN, "key.sm2");
	d->decision->subject = d->entry->seq;
	return true;
}

void apply_rotate_checkpoint_key(struct applying *a) {
	put_checkpoint_key(a, a->command->rotate_checkpoint_key->key);
}
