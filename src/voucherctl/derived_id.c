/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/derived_id.h"

#include "record/pb.h"

#include <string.h>

#define DAEMONS_OWN (0xffffULL << 48)

Pb__Uuid *derived_id(const uint8_t hash[DIGEST_BYTES], struct arena *arena) {
	Pb__Uuid *id = PB_NEW(Pb__Uuid, pb__uuid, arena);
	if (!id)
		return NULL;
	memcpy(&id->high, hash, 8);
	memcpy(&id->low, hash + 8, 8);
	if ((id->high & DAEMONS_OWN) == DAEMONS_OWN)
		id->high &= ~(1ULL << 63);
	id->high = (id->high & ~0xf000ULL) | 0x8000ULL;
	id->low = (id->low & ~(3ULL << 62)) | 2ULL << 62;
	return id;
}
