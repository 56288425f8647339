/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and certificates for a test, made on the spot (P-256, SHA-256, valid for a day). */
#ifndef TESTS_UNIT_CLIENT_PKI_H
#define TESTS_UNIT_CLIENT_PKI_H

struct pki {
	char ca[300];        /* PEM files */
	char other_ca[300];  /* one that signed nothing here */
	char server[300];    /* certificate and key; for "localhost" and 127.0.0.1 */
	char elsewhere[300]; /* the same for another name */
	char client[300];    /* certificate and key */
};

/* Writes them into a new directory of the suite. */
void pki_make(struct pki *ret_pki);

#endif
