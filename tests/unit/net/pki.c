/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/net/pki.h"

#include "support/suite.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HOUR_S = 3600, DAY_S = 86400 };

static FILE *create(const char *file, mode_t mode) {
	FILE *stream = fopen(file, "w");
	ck_assert_ptr_nonnull(stream);
	ck_assert_int_eq(fchmod(fileno(stream), mode), 0);
	return stream;
}

static void path_of(
    const struct pki *pki, const char *name, const char *suffix, char ret_path[PKI_PATH_BYTES]) {
	int bytes = snprintf(ret_path, PKI_PATH_BYTES, "%s/%s%s", pki->directory, name, suffix);
	ck_assert_int_lt(bytes, PKI_PATH_BYTES);
}

static void add_extension(X509 *certificate, int nid, const char *value) {
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ck_assert_ptr_nonnull(extension);
	ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static X509 *new_certificate(
    const char *name, long serial, EVP_PKEY *key, const X509_NAME *issuer, long valid_s) {
	X509 *certificate = X509_new();
	ck_assert_ptr_nonnull(certificate);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * HOUR_S);
	X509_gmtime_adj(X509_getm_notAfter(certificate), valid_s);
	X509_NAME *subject = X509_get_subject_name(certificate);
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, issuer ? issuer : subject);
	ck_assert_int_eq(X509_set_pubkey(certificate, key), 1);
	return certificate;
}

static void write_certificate(const char *file, X509 *certificate) {
	FILE *stream = create(file, 0644);
	ck_assert_int_eq(PEM_write_X509(stream, certificate), 1);
	fclose(stream);
}

void pki_init(struct pki *pki, const char *directory, const char *name) {
	*pki = (struct pki){ .last_serial = 1 };
	snprintf(pki->directory, sizeof(pki->directory), "%s", directory);
	pki->key = EVP_EC_gen("P-256");
	ck_assert_ptr_nonnull(pki->key);
	pki->certificate = new_certificate(name, 1, pki->key, NULL, DAY_S);
	add_extension(pki->certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(pki->certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	ck_assert_int_gt(X509_sign(pki->certificate, pki->key, EVP_sha256()), 0);
	path_of(pki, name, ".pem", pki->ca_file);
	write_certificate(pki->ca_file, pki->certificate);
}

void pki_done(struct pki *pki) {
	X509_free(pki->certificate);
	EVP_PKEY_free(pki->key);
}

static void digest_spki(X509 *certificate, uint8_t ret_sha256[32]) {
	unsigned char *spki = NULL;
	int bytes = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
	ck_assert_int_gt(bytes, 0);
	EVP_Digest(spki, (size_t)bytes, ret_sha256, NULL, EVP_sha256(), NULL);
	OPENSSL_free(spki);
}

static void issue(
    struct pki *pki, const char *name, const char *usage, long valid_s, struct pki_identity *ret) {
	EVP_PKEY *key = EVP_EC_gen("P-256");
	ck_assert_ptr_nonnull(key);
	ret->serial = ++pki->last_serial;
	X509 *certificate = new_certificate(
	    name, ret->serial, key, X509_get_subject_name(pki->certificate), valid_s);
	add_extension(certificate, NID_ext_key_usage, usage);
	add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
	ck_assert_int_gt(X509_sign(certificate, pki->key, EVP_sha256()), 0);
	path_of(pki, name, ".pem", ret->certificate_file);
	path_of(pki, name, "-key.pem", ret->key_file);
	write_certificate(ret->certificate_file, certificate);
	FILE *stream = create(ret->key_file, 0600);
	ck_assert_int_eq(PEM_write_PrivateKey(stream, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(stream);
	digest_spki(certificate, ret->spki_sha256);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

void pki_issue(struct pki *pki, const char *name, const char *usage, struct pki_identity *ret) {
	issue(pki, name, usage, DAY_S, ret);
}

void pki_issue_for(struct pki *pki, const char *name, long valid_s, struct pki_identity *ret) {
	issue(pki, name, "clientAuth", valid_s, ret);
}

void pki_issue_expired(struct pki *pki, const char *name, struct pki_identity *ret) {
	issue(pki, name, "clientAuth", -HOUR_S, ret);
}

static void revoke(X509_CRL *crl, long serial) {
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	ASN1_TIME *now = X509_gmtime_adj(NULL, -60);
	ck_assert(revoked && number && now);
	ASN1_INTEGER_set(number, serial);
	X509_REVOKED_set_serialNumber(revoked, number);
	X509_REVOKED_set_revocationDate(revoked, now);
	ck_assert_int_eq(X509_CRL_add0_revoked(crl, revoked), 1);
	ASN1_INTEGER_free(number);
	ASN1_TIME_free(now);
}

void pki_write_crl(struct pki *pki, const char *name, long revoked_serial, bool is_expired,
    char ret_file[PKI_PATH_BYTES]) {
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *since = X509_gmtime_adj(NULL, -2 * HOUR_S);
	ASN1_TIME *until = X509_gmtime_adj(NULL, is_expired ? -HOUR_S : HOUR_S);
	ck_assert(crl && since && until);
	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(pki->certificate));
	X509_CRL_set1_lastUpdate(crl, since);
	X509_CRL_set1_nextUpdate(crl, until);
	if (revoked_serial)
		revoke(crl, revoked_serial);
	ck_assert_int_gt(X509_CRL_sign(crl, pki->key, EVP_sha256()), 0);
	path_of(pki, name, ".crl", ret_file);
	FILE *stream = create(ret_file, 0644);
	ck_assert_int_eq(PEM_write_X509_CRL(stream, crl), 1);
	fclose(stream);
	ASN1_TIME_free(since);
	ASN1_TIME_free(until);
	X509_CRL_free(crl);
}

void pki_write_file(
    const struct pki *pki, const char *name, const char *text, char ret_file[PKI_PATH_BYTES]) {
	path_of(pki, name, "", ret_file);
	FILE *stream = create(ret_file, 0600);
	fputs(text, stream);
	fclose(stream);
}
