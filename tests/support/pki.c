/* SPDX-License-Identifier: Apache-2.0 */
#include "support/pki.h"

#include <check.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct pki {
	char directory[256];
	char ca_path[PKI_PATH_BYTES];
	EVP_PKEY *key;
	X509 *certificate;
	long serial;
};

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ck_assert_ptr_nonnull(extension);
	ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* A certificate for `key`, not signed yet. */
static X509 *prepare(struct pki *pki, EVP_PKEY *key, const char *name) {
	X509 *certificate = X509_new();
	ck_assert_ptr_nonnull(certificate);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++pki->serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_set_pubkey(certificate, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	return certificate;
}

static void save(const char *path, X509 *certificate, EVP_PKEY *key) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	FILE *file = fdopen(fd, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(PEM_write_X509(file, certificate), 1);
	if (key)
		ck_assert_int_eq(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	ck_assert_int_eq(fclose(file), 0);
}

struct pki *pki_new(const char *directory) {
	struct pki *pki = calloc(1, sizeof(*pki));
	ck_assert_ptr_nonnull(pki);
	snprintf(pki->directory, sizeof(pki->directory), "%s", directory);
	snprintf(pki->ca_path, sizeof(pki->ca_path), "%s/ca.pem", pki->directory);
	pki->key = EVP_EC_gen("P-256");
	ck_assert_ptr_nonnull(pki->key);
	pki->certificate = prepare(pki, pki->key, "test CA");
	X509_set_issuer_name(pki->certificate, X509_get_subject_name(pki->certificate));
	extend(pki->certificate, pki->certificate, NID_basic_constraints, "critical,CA:TRUE");
	extend(pki->certificate, pki->certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	ck_assert_int_gt(X509_sign(pki->certificate, pki->key, EVP_sha256()), 0);
	save(pki->ca_path, pki->certificate, NULL);
	return pki;
}

void pki_free(struct pki *pki) {
	if (!pki)
		return;
	X509_free(pki->certificate);
	EVP_PKEY_free(pki->key);
	free(pki);
}

const char *pki_ca_path(const struct pki *pki) {
	return pki->ca_path;
}

void pki_issue(struct pki *pki, const char *name, const char *alternative,
    char ret_path[PKI_PATH_BYTES], uint8_t ret_spki_sha256[32]) {
	EVP_PKEY *key = EVP_EC_gen("P-256");
	ck_assert_ptr_nonnull(key);
	X509 *certificate = prepare(pki, key, name);
	X509_set_issuer_name(certificate, X509_get_subject_name(pki->certificate));
	extend(certificate, pki->certificate, NID_basic_constraints, "critical,CA:FALSE");
	if (alternative)
		extend(certificate, pki->certificate, NID_subject_alt_name, alternative);
	ck_assert_int_gt(X509_sign(certificate, pki->key, EVP_sha256()), 0);
	snprintf(ret_path, PKI_PATH_BYTES, "%s/%s.pem", pki->directory, name);
	save(ret_path, certificate, key);
	if (ret_spki_sha256) {
		unsigned char *info = NULL;
		int bytes = i2d_PUBKEY(key, &info);
		ck_assert_int_gt(bytes, 0);
		SHA256(info, (size_t)bytes, ret_spki_sha256);
		OPENSSL_free(info);
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
}
