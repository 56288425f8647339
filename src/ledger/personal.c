/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/personal.h"

#include "base/check.h"
#include "ledger/identifier.h"
#include "ledger/want.h"
#include "record/pb.h"

/* The members that a registration and an update have in common. */
struct members {
	Pb__Personal **personal;
	Pb__Digest **commitment;
	protobuf_c_boolean *account;
};

/* False: a command of another kind. */
static bool find_members(const Pb__Command *command, struct members *ret_members) {
	if (command->body_case == PB__COMMAND__BODY_REGISTER_PARTY) {
		Pb__RegisterParty *party = command->register_party;
		*ret_members = (struct members){ &party->personal, &party->personal_commitment,
			&party->personal_account };
		return true;
	}
	if (command->body_case == PB__COMMAND__BODY_UPDATE_PARTY) {
		Pb__UpdateParty *update = command->update_party;
		*ret_members = (struct members){ &update->personal, &update->personal_commitment,
			&update->personal_account };
		return true;
	}
	return false;
}

bool bears_personal(const Pb__Command *command) {
	struct members members;
	return find_members(command, &members) && *members.personal;
}

const Pb__Digest *personal_commitment_of(const Pb__Command *command) {
	struct members members;
	return find_members(command, &members) ? *members.commitment : NULL;
}

bool changes_personal(const Pb__Command *sealed_command) {
	return sealed_command->body_case == PB__COMMAND__BODY_ERASE_PERSONAL ||
	    personal_commitment_of(sealed_command);
}

/* A copy with a body of its own, which may be changed; what the body refers to is shared. It has
 * members. NULL: no memory. */
static Pb__Command *copy_command(const Pb__Command *command, struct arena *arena) {
	Pb__Command *copy = arena_copy(arena, command, sizeof(*command));
	if (!copy)
		return NULL;
	if (command->body_case == PB__COMMAND__BODY_REGISTER_PARTY) {
		copy->register_party = arena_copy(
		    arena, command->register_party, sizeof(*command->register_party));
		return copy->register_party ? copy : NULL;
	}
	check(command->body_case == PB__COMMAND__BODY_UPDATE_PARTY);
	copy->update_party = arena_copy(arena, command->update_party, sizeof(*command->update_party));
	return copy->update_party ? copy : NULL;
}

/* --- sealing --- */

static bool want_personal(struct deciding *d, const Pb__Personal *personal) {
	return want_text(d, personal->name, LIMIT_NAME_BYTES, "personal.name") &&
	    allow_text(d, personal->telephone, LIMIT_WORD_BYTES, "personal.telephone") &&
	    allow_text(d, personal->identity_number, LIMIT_WORD_BYTES, "personal.identity_number") &&
	    (!personal->bank_account ||
	        want_bank_particulars(d, personal->bank_account, "personal.bank_account"));
}

static Pb__Digest *commitment_to(const struct sealed *sealed, struct arena *arena) {
	Pb__Digest *digest = PB_NEW(Pb__Digest, pb__digest, arena);
	uint8_t *hash = arena_alloc(arena, DIGEST_BYTES);
	if (!digest || !hash)
		return NULL;
	sealed_commitment(sealed, hash);
	digest->value = (ProtobufCBinaryData){ .len = DIGEST_BYTES, .data = hash };
	return digest;
}

/* `members` are those of a copy. */
static bool seal(struct deciding *d, const struct members *members, struct sealed *ret_sealed) {
	check(d->occasion->salt);
	if (personal_seal(d->occasion->salt, *members->personal, d->arena, ret_sealed) != ERR_OK ||
	    !(*members->commitment = commitment_to(ret_sealed, d->arena)))
		return refuse_memory(d);
	*members->account = (*members->personal)->bank_account != NULL;
	*members->personal = NULL;
	return true;
}

bool seal_personal(struct deciding *d, struct sealed *ret_sealed) {
	struct members members;
	*ret_sealed = (struct sealed){ .data = NULL };
	if (!find_members(d->command, &members))
		return true;
	if (*members.commitment)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "personal_commitment");
	if (*members.account)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "personal_account");
	if (!*members.personal)
		return true;
	if (!want_personal(d, *members.personal))
		return false;
	Pb__Command *copy = copy_command(d->command, d->arena);
	if (!copy)
		return refuse_memory(d);
	check(find_members(copy, &members));
	d->command = copy;
	return seal(d, &members, ret_sealed);
}

/* --- of a party's particulars --- */

bool has_personal(const Pb__RegisterParty *particulars) {
	return particulars->personal_commitment && particulars->personal_commitment->value.len;
}

bool has_personal_account(const Pb__RegisterParty *particulars) {
	return has_personal(particulars) && particulars->personal_account;
}

bool has_account(const Pb__RegisterParty *particulars) {
	return particulars->bank_account || has_personal_account(particulars);
}

void erase_personal(Pb__RegisterParty *particulars) {
	check(has_personal(particulars));
	particulars->personal_commitment->value.len = 0;
	particulars->personal_account = false;
}

/* --- replays --- */

static ProtobufCMessage *body_of(const Pb__Command *command) {
	const ProtobufCFieldDescriptor *field = pb_set_field(&command->base, command->body_case);
	return field ? *(ProtobufCMessage *const *)((const char *)command + field->offset) : NULL;
}

ProtobufCMessage *unseal_body(const Pb__Command *command, const Pb__Personal *kept,
    const Pb__Command *again, struct arena *arena) {
	static const Pb__Personal some = PB__PERSONAL__INIT; /* other than none */
	struct members members, given;
	if (!find_members(command, &members) || !*members.commitment)
		return body_of(command);
	Pb__Command *copy = copy_command(command, arena);
	if (!copy)
		return NULL;
	check(find_members(copy, &members));
	*members.commitment = NULL;
	*members.account = false;
	*members.personal = (Pb__Personal *)kept;
	if (!kept)
		*members.personal = find_members(again, &given) && *given.personal ? *given.personal
		                                                                   : (Pb__Personal *)&some;
	return body_of(copy);
}
