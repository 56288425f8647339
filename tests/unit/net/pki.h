/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate authority for tests: its certificate, those that it issues, and its CRL, as files
 * in a directory. Whatever fails, fails the test.
 */
#ifndef TESTS_UNIT_NET_PKI_H
#define TESTS_UNIT_NET_PKI_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PKI_PATH_BYTES = 512 };

struct pki {
	char directory[256];
	X509 *certificate;
	EVP_PKEY *key;
	long last_serial;
	char ca_file[PKI_PATH_BYTES];
};

struct pki_identity {
	char certificate_file[PKI_PATH_BYTES];
	char key_file[PKI_PATH_BYTES];
	long serial;
	uint8_t spki_sha256[32];
};

/* Files are called NAME.pem and NAME-key.pem. */
void pki_init(struct pki *pki, const char *directory, const char *name);
void pki_done(struct pki *pki);

/* `usage`: "serverAuth" or "clientAuth". Valid for a day, for so long, or over since an hour. */
void pki_issue(struct pki *pki, const char *name, const char *usage, struct pki_identity *ret);
void pki_issue_for(struct pki *pki, const char *name, long valid_s, struct pki_identity *ret);
void pki_issue_expired(struct pki *pki, const char *name, struct pki_identity *ret);

/* Writes the CRL to NAME.crl, with one revoked serial number or 0. */
void pki_write_crl(struct pki *pki, const char *name, long revoked_serial, bool is_expired,
    char ret_file[PKI_PATH_BYTES]);

/* Writes any text to a file of the directory. */
void pki_write_file(
    const struct pki *pki, const char *name, const char *text, char ret_file[PKI_PATH_BYTES]);

#endif
