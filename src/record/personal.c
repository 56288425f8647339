/* SPDX-License-Identifier: Apache-2.0 */
#include "record/personal.h"

#include "record/pb.h"

#include <string.h>

enum err personal_seal(const uint8_t salt[PERSONAL_SALT_BYTES], const Pb__Personal *personal,
    struct arena *arena, struct sealed *ret_sealed) {
	size_t bytes = PERSONAL_SALT_BYTES + pb__personal__get_packed_size(personal);
	uint8_t *data = arena_alloc(arena, bytes);
	if (!data)
		return ERR_MEMORY;
	memcpy(data, salt, PERSONAL_SALT_BYTES);
	pb__personal__pack(personal, data + PERSONAL_SALT_BYTES);
	*ret_sealed = (struct sealed){ .data = data, .bytes = bytes };
	return ERR_OK;
}

void sealed_commitment(const struct sealed *sealed, uint8_t ret_commitment[DIGEST_BYTES]) {
	digest_sha256(sealed->data, sealed->bytes, ret_commitment);
}

enum err sealed_open(const struct sealed *sealed, const Pb__Digest *commitment, struct arena *arena,
    Pb__Personal **ret_personal) {
	uint8_t computed[DIGEST_BYTES];
	ProtobufCMessage *message;
	if (sealed->bytes < PERSONAL_SALT_BYTES || commitment->value.len != DIGEST_BYTES)
		return ERR_CORRUPT;
	sealed_commitment(sealed, computed);
	if (memcmp(computed, commitment->value.data, DIGEST_BYTES) != 0)
		return ERR_CORRUPT;
	enum err err = pb_unpack(&pb__personal__descriptor,
	    (const uint8_t *)sealed->data + PERSONAL_SALT_BYTES, sealed->bytes - PERSONAL_SALT_BYTES,
	    arena, &message);
	if (err)
		return err == ERR_MEMORY ? ERR_MEMORY : ERR_CORRUPT;
	*ret_personal = (Pb__Personal *)message;
	return ERR_OK;
}

enum err personal_commitment(const uint8_t salt[PERSONAL_SALT_BYTES], const Pb__Personal *personal,
    uint8_t ret_commitment[DIGEST_BYTES]) {
	struct arena arena;
	struct sealed sealed;
	arena_init(&arena, 0);
	enum err err = personal_seal(salt, personal, &arena, &sealed);
	if (!err)
		sealed_commitment(&sealed, ret_commitment);
	arena_done(&arena);
	return err;
}
