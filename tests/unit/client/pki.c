/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/client/pki.h"

#include "support/suite.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>

struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ck_assert_ptr_nonnull(extension);
	ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* `issuer` NULL: signs itself, as a CA. `names`: the alternative names, or NULL. */
static struct identity make(const char *name, const struct identity *issuer, const char *names) {
	static long serial = 1;
	struct identity made = { EVP_EC_gen("P-256"), X509_new() };
	ck_assert_ptr_nonnull(made.key);
	ck_assert_ptr_nonnull(made.certificate);
	X509_set_version(made.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), serial++);
	X509_gmtime_adj(X509_getm_notBefore(made.certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(made.certificate), 86400);
	X509_set_pubkey(made.certificate, made.key);
	X509_NAME *subject = X509_get_subject_name(made.certificate);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	const struct identity *by = issuer ? issuer : &made;
	X509_set_issuer_name(made.certificate, X509_get_subject_name(by->certificate));
	extend(made.certificate, by->certificate, NID_basic_constraints,
	    issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
	if (names)
		extend(made.certificate, by->certificate, NID_subject_alt_name, names);
	ck_assert_int_gt(X509_sign(made.certificate, by->key, EVP_sha256()), 0);
	return made;
}

static void save(const struct identity *identity, char *ret_path, size_t room,
    const char *directory, const char *name) {
	ck_assert_int_lt(snprintf(ret_path, room, "%s/%s.pem", directory, name), (int)room);
	FILE *file = fopen(ret_path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(PEM_write_X509(file, identity->certificate), 1);
	ck_assert_int_eq(PEM_write_PrivateKey(file, identity->key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
	ck_assert_int_eq(chmod(ret_path, 0600), 0); /* a key that others may read is refused */
}

void pki_make(struct pki *ret_pki) {
	const char *directory = suite_directory();
	struct identity ca = make("test CA", NULL, NULL);
	struct {
		struct identity identity;
		char *path;
		const char *name;
	} all[] = {
		{ ca, ret_pki->ca, "ca" },
		{ make("other CA", NULL, NULL), ret_pki->other_ca, "other-ca" },
		{ make("localhost", &ca, "DNS:localhost,IP:127.0.0.1"), ret_pki->server, "server" },
		{ make("elsewhere", &ca, "DNS:elsewhere.example"), ret_pki->elsewhere, "elsewhere" },
		{ make("client", &ca, NULL), ret_pki->client, "client" },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		save(&all[i].identity, all[i].path, sizeof(ret_pki->ca), directory, all[i].name);
		EVP_PKEY_free(all[i].identity.key);
		X509_free(all[i].identity.certificate);
	}
}
