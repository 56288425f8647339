/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/hash.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

#define PIECE_BYTES 65536

enum err hash_file(const char *path, uint8_t ret_hash[DIGEST_BYTES]) {
	static unsigned char piece[PIECE_BYTES];
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_IO;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	enum err err = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) ? ERR_OK : ERR_MEMORY;
	size_t bytes;
	errno = 0;
	while (!err && (bytes = fread(piece, 1, sizeof(piece), file)) > 0)
		if (!EVP_DigestUpdate(context, piece, bytes))
			err = ERR_MEMORY;
	if (!err && ferror(file))
		err = ERR_IO; /* a directory, for one */
	if (!err && !EVP_DigestFinal_ex(context, ret_hash, NULL))
		err = ERR_MEMORY;
	int saved = errno;
	EVP_MD_CTX_free(context);
	fclose(file);
	errno = saved;
	return err;
}

enum err hash_certificate_key(const char *path, uint8_t ret_hash[DIGEST_BYTES]) {
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_IO;
	X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	if (!certificate)
		return ERR_SYNTAX;
	unsigned char *der = NULL;
	int bytes = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	if (bytes > 0)
		digest_sha256(der, (size_t)bytes, ret_hash);
	OPENSSL_free(der);
	X509_free(certificate);
	return bytes > 0 ? ERR_OK : ERR_SYNTAX;
}
