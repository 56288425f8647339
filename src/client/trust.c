/* SPDX-License-Identifier: Apache-2.0 */
#include "client/trust.h"

#include <stdlib.h>
#include <string.h>

enum voucher_result voucher_trust_new(const char *hash, struct voucher_trust **ret_trust) {
	static const char *const hashes[] = { "SHA256", "SM3" };
	const char *known = hash ? NULL : hashes[0];
	for (size_t i = 0; hash && i < sizeof(hashes) / sizeof(hashes[0]); i++)
		if (strcmp(hash, hashes[i]) == 0)
			known = hashes[i];
	if (!known)
		return VOUCHER_USAGE;
	struct voucher_trust *trust = calloc(1, sizeof(*trust));
	if (!trust)
		return VOUCHER_MEMORY;
	trust->hash = known;
	*ret_trust = trust;
	return VOUCHER_OK;
}

void voucher_trust_free(struct voucher_trust *trust) {
	free(trust);
}

static const char *why_no_key(enum err err) {
	switch (err) {
	case ERR_NOT_FOUND: return "The verifier key is of a type that is not known here.";
	case ERR_CORRUPT:
		return "The verifier key is mistyped: its id is not that of its name and its bytes.";
	default: return "Not a verifier key: it is \"<name>+<8 hexadecimal digits>+<base64>\".";
	}
}

/* NULL: it may be added. */
static const char *why_not_added(const struct trust_keys *keys, const struct note_key *key) {
	if (keys->count == TRUST_KEYS_MAX)
		return "There are 64 keys of this kind already.";
	for (size_t i = 0; i < keys->count; i++)
		if (keys->keys[i].type == key->type &&
		    memcmp(keys->keys[i].public_key, key->public_key, note_public_key_bytes(key->type)) ==
		        0)
			return "This key is there already: one key counts once.";
	if (key->type != NOTE_COSIGNATURE && keys->count && strcmp(keys->keys[0].name, key->name) != 0)
		return "This key is another ledger's: its name is not that of the keys before it.";
	return NULL;
}

enum voucher_result voucher_trust_add(
    struct voucher_trust *trust, const char *verifier_key, const char **ret_detail) {
	struct note_key key;
	enum err err = note_key_parse(verifier_key, strlen(verifier_key), &key);
	struct trust_keys *keys = !err && key.type == NOTE_COSIGNATURE ? &trust->witnesses
	                                                               : &trust->ledger;
	const char *detail = err ? why_no_key(err) : why_not_added(keys, &key);
	if (detail) {
		if (ret_detail)
			*ret_detail = detail;
		return VOUCHER_USAGE;
	}
	keys->keys[keys->count++] = key;
	return VOUCHER_OK;
}

void voucher_trust_want_witnesses(struct voucher_trust *trust, unsigned count) {
	trust->witnesses_wanted = count;
}
