/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate authority for tests: keys and certificates made on the spot (P-256, a day long).
 * What goes wrong fails the Check test. Link $(OPENSSL_LIBS). */
#ifndef TESTS_SUPPORT_PKI_H
#define TESTS_SUPPORT_PKI_H

#include <stdint.h>

struct pki;

/* Makes an authority and writes its certificate to <directory>/ca.pem. */
struct pki *pki_new(const char *directory);
void pki_free(struct pki *pki);

#define PKI_PATH_BYTES 320

/* Writes <directory>/<name>.pem with a certificate, then its key. `alternative` is a subjectAltName
 * such as "DNS:localhost,IP:127.0.0.1", or NULL. The hash is that of the SubjectPublicKeyInfo; NULL
 * where nobody wants it. */
void pki_issue(struct pki *pki, const char *name, const char *alternative,
    char ret_path[PKI_PATH_BYTES], uint8_t ret_spki_sha256[32]);

const char *pki_ca_path(const struct pki *pki);

#endif
