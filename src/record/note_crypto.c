/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures by OpenSSL EVP. Ed25519 is RFC 8032's pure form; SM2 hashes Z ‖ message with SM3 (Z:
 * of the signer's id, the curve and the public key), as GB/T 32918.2 has it. What OpenSSL noted of
 * a failure is forgotten again: its list belongs to the thread, and TLS reads it too.
 */
#include "record/note_crypto.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

static const char sm2_id[] = "1234567812345678"; /* GM/T 0009: unless another is agreed on */

struct note_signer {
	struct note_key key;
	EVP_PKEY *secret;
};

static EVP_PKEY *sm2_public_key(const struct note_key *key) {
	uint8_t point[NOTE_PUBLIC_KEY_BYTES_MAX];
	char group[] = "SM2";
	memcpy(point, key->public_key, sizeof(point));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *pkey = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	if (point[0] != 0x04 || !context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		EVP_PKEY_free(pkey);
		pkey = NULL;
	}
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static EVP_PKEY *public_key(const struct note_key *key) {
	if (key->type == NOTE_SM2)
		return sm2_public_key(key);
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->public_key, NOTE_ED25519_BYTES);
}

bool note_crypto_is_key(const struct note_key *key) {
	ERR_set_mark();
	EVP_PKEY *pkey = public_key(key);
	EVP_PKEY_free(pkey);
	ERR_pop_to_mark();
	return pkey != NULL;
}

/* The hash of a signature with keys of this type; NULL: the type has its own. */
static const char *hash_of(enum note_type type) {
	return type == NOTE_SM2 ? "SM3" : NULL;
}

/*
 * Tells a context that was just begun whose id SM2's Z is hashed from. After the beginning, not
 * with it: OpenSSL 3.0.19 refuses the id there (its pull request 30131 mended that).
 */
static bool set_id(EVP_MD_CTX *context, enum note_type type) {
	return type != NOTE_SM2 ||
	    EVP_PKEY_CTX_set1_id(EVP_MD_CTX_get_pkey_ctx(context), sm2_id, strlen(sm2_id)) == 1;
}

bool note_key_has_signed(const struct note_key *key, const void *message, size_t message_bytes,
    const void *signature, size_t signature_bytes) {
	ERR_set_mark();
	EVP_PKEY *pkey = public_key(key);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool has_signed = pkey && context &&
	    EVP_DigestVerifyInit_ex(context, NULL, hash_of(key->type), NULL, NULL, pkey, NULL) == 1 &&
	    set_id(context, key->type) &&
	    EVP_DigestVerify(context, signature, signature_bytes, message, message_bytes) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_pop_to_mark();
	return has_signed;
}

/* A signer that owns `secret`, from here on even on failure. */
static enum err wrap(
    enum note_type type, const char *name, EVP_PKEY *secret, struct note_signer **ret_signer) {
	uint8_t public[NOTE_PUBLIC_KEY_BYTES_MAX];
	size_t bytes = sizeof(public);
	struct note_signer *signer = calloc(1, sizeof(*signer));
	enum err err = ERR_MEMORY;
	if (!signer)
		goto out;
	err = ERR_CONFIG;
	if (!EVP_PKEY_is_a(secret, type == NOTE_SM2 ? "SM2" : "ED25519"))
		goto out;
	if (type == NOTE_SM2) {
		if (EVP_PKEY_get_octet_string_param(
		        secret, OSSL_PKEY_PARAM_PUB_KEY, public, sizeof(public), &bytes) != 1)
			goto out;
	} else if (EVP_PKEY_get_raw_public_key(secret, public, &bytes) != 1) {
		goto out;
	}
	err = note_key_make(type, name, public, bytes, &signer->key);
	if (err)
		goto out;
	signer->secret = secret;
	*ret_signer = signer;
	return ERR_OK;
out:
	free(signer);
	EVP_PKEY_free(secret);
	return err;
}

/* Asks nobody for the passphrase of an encrypted key. */
static int no_passphrase(char *room, int bytes, int is_writing, void *context) {
	(void)room, (void)bytes, (void)is_writing, (void)context;
	return -1;
}

enum err note_signer_read(enum note_type type, const char *name, const char *pem, size_t pem_bytes,
    struct note_signer **ret_signer) {
	if (pem_bytes > LIMIT_NOTE_BYTES)
		return ERR_SYNTAX;
	BIO *bio = BIO_new_mem_buf(pem, (int)pem_bytes);
	if (!bio)
		return ERR_MEMORY;
	ERR_set_mark();
	EVP_PKEY *secret = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	enum err err = secret ? wrap(type, name, secret, ret_signer) : ERR_SYNTAX;
	ERR_pop_to_mark();
	return err;
}

enum err note_signer_generate(
    enum note_type type, const char *name, struct note_signer **ret_signer) {
	if (!note_is_name(name, strlen(name)))
		return ERR_SYNTAX;
	ERR_set_mark();
	EVP_PKEY *secret = EVP_PKEY_Q_keygen(NULL, NULL, type == NOTE_SM2 ? "SM2" : "ED25519");
	enum err err = secret ? wrap(type, name, secret, ret_signer) : ERR_MEMORY;
	ERR_pop_to_mark();
	return err;
}

enum err note_signer_pem(const struct note_signer *signer, struct buffer *pem) {
	const char *data;
	enum err err = ERR_MEMORY;
	BIO *bio = BIO_new(BIO_s_secmem());
	if (bio && PEM_write_bio_PrivateKey(bio, signer->secret, NULL, NULL, 0, NULL, NULL) == 1) {
		long bytes = BIO_get_mem_data(bio, &data);
		buffer_append(pem, data, (size_t)bytes);
		err = buffer_error(pem);
	}
	BIO_free(bio);
	return err;
}

const struct note_key *note_signer_key(const struct note_signer *signer) {
	return &signer->key;
}

enum err note_signer_sign(const struct note_signer *signer, const void *message, size_t bytes,
    uint8_t ret_signature[NOTE_SIGNATURE_BYTES_MAX], size_t *ret_bytes) {
	uint8_t signature[NOTE_SIGNATURE_BYTES_MAX];
	size_t signature_bytes = sizeof(signature);
	enum note_type type = signer->key.type;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_signed = context &&
	    EVP_DigestSignInit_ex(context, NULL, hash_of(type), NULL, NULL, signer->secret, NULL) ==
	        1 &&
	    set_id(context, type) &&
	    EVP_DigestSign(context, signature, &signature_bytes, message, bytes) == 1;
	EVP_MD_CTX_free(context);
	if (!is_signed)
		return ERR_MEMORY;
	memcpy(ret_signature, signature, signature_bytes);
	*ret_bytes = signature_bytes;
	return ERR_OK;
}

void note_signer_free(struct note_signer *signer) {
	if (!signer)
		return;
	EVP_PKEY_free(signer->secret); /* clears it */
	free(signer);
}
