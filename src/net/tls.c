/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls.h"

#include "base/clock.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CHAIN_DEPTH = 4 };

static _Thread_local char detail_text[512];

__attribute__((format(printf, 2, 3))) static enum err fail(enum err err, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vsnprintf(detail_text, sizeof(detail_text), format, args);
	va_end(args);
	ERR_clear_error();
	return err;
}

static const char *openssl_reason(void) {
	unsigned long code = ERR_peek_error();
	if (ERR_SYSTEM_ERROR(code))
		return strerror(ERR_GET_REASON(code));
	const char *reason = ERR_reason_error_string(code);
	return reason ? reason : "unknown reason";
}

const char *tls_failure(const SSL *ssl) {
	long verified = ssl ? SSL_get_verify_result(ssl) : X509_V_OK;
	const char *reason = verified == X509_V_OK ? ERR_reason_error_string(ERR_peek_error())
	                                           : X509_verify_cert_error_string(verified);
	ERR_clear_error();
	return reason ? reason : "the connection broke";
}

/* --- the server's own identity --- */

static int no_passphrase(char *room, int bytes, int for_writing, void *arg) {
	(void)room, (void)bytes, (void)for_writing, (void)arg;
	return -1; /* OpenSSL would ask at the terminal */
}

static enum err load_certificate(SSL_CTX *context, const char *file) {
	if (SSL_CTX_use_certificate_chain_file(context, file) != 1)
		return fail(ERR_CONFIG, "certificate %s: %s", file, openssl_reason());
	return ERR_OK;
}

static enum err load_key(SSL_CTX *context, const char *file) {
	EVP_PKEY *key = NULL;
	enum err err = ERR_OK;
	FILE *stream = fopen(file, "re");
	struct stat stat;
	if (!stream || fstat(fileno(stream), &stat)) {
		err = fail(ERR_CONFIG, "key %s: %s", file, strerror(errno));
		goto out;
	}
	if (stat.st_mode & S_IRWXO) {
		err = fail(ERR_DENIED,
		    "key %s: others may read or write it (mode %04o); chmod 0640 or 0600 it", file,
		    (unsigned)(stat.st_mode & 07777));
		goto out;
	}
	key = PEM_read_PrivateKey(stream, NULL, no_passphrase, NULL);
	if (!key)
		err = fail(ERR_CONFIG, "key %s: no private key in PEM without passphrase: %s", file,
		    openssl_reason());
	else if (SSL_CTX_use_PrivateKey(context, key) != 1 || SSL_CTX_check_private_key(context) != 1)
		err = fail(
		    ERR_CONFIG, "key %s: it does not fit the certificate: %s", file, openssl_reason());
out:
	EVP_PKEY_free(key);
	if (stream)
		fclose(stream);
	return err;
}

/* --- who may come --- */

/* A CRL of the certificate's own issuer is required; one of an issuer further up is used when it is
 * there. */
static int on_verify(int is_ok, X509_STORE_CTX *store_context) {
	if (!is_ok && X509_STORE_CTX_get_error(store_context) == X509_V_ERR_UNABLE_TO_GET_CRL &&
	    X509_STORE_CTX_get_error_depth(store_context) > 0) {
		X509_STORE_CTX_set_error(store_context, X509_V_OK);
		return 1;
	}
	return is_ok;
}

static enum err load_ca(SSL_CTX *context, const char *file) {
	if (SSL_CTX_load_verify_file(context, file) != 1)
		return fail(ERR_CONFIG, "client CA %s: %s", file, openssl_reason());
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
	if (!names || sk_X509_NAME_num(names) == 0) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return fail(ERR_CONFIG, "client CA %s: no certificate in it", file);
	}
	SSL_CTX_set_client_CA_list(context, names);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_verify_depth(context, CHAIN_DEPTH);
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	X509_STORE_set_verify_cb(store, on_verify);
	/* an issuing CA may be trusted without its root */
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	return ERR_OK;
}

static enum err add_crls(X509_STORE *store, FILE *stream, const char *file) {
	unsigned count = 0;
	for (;;) {
		X509_CRL *crl = PEM_read_X509_CRL(stream, NULL, no_passphrase, NULL);
		if (!crl)
			break;
		const ASN1_TIME *until = X509_CRL_get0_nextUpdate(crl);
		bool is_expired = until && X509_cmp_current_time(until) < 0;
		int added = is_expired ? 0 : X509_STORE_add_crl(store, crl);
		X509_CRL_free(crl);
		if (is_expired)
			return fail(ERR_CONFIG, "CRL %s: it has expired; publish a new one", file);
		if (added != 1)
			return fail(ERR_CONFIG, "CRL %s: %s", file, openssl_reason());
		count++;
	}
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE || !count)
		return fail(ERR_CONFIG, "CRL %s: %s", file, openssl_reason());
	ERR_clear_error(); /* the end of the file */
	return ERR_OK;
}

static enum err load_crl(SSL_CTX *context, const char *file) {
	FILE *stream = fopen(file, "re");
	if (!stream)
		return fail(ERR_CONFIG, "CRL %s: %s", file, strerror(errno));
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	enum err err = add_crls(store, stream, file);
	fclose(stream);
	if (!err)
		X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	return err;
}

/* --- the context --- */

static int on_alpn(SSL *ssl, const unsigned char **ret_name, unsigned char *ret_bytes,
    const unsigned char *offered, unsigned offered_bytes, void *arg) {
	(void)ssl, (void)arg;
	static const unsigned char spoken[] = "\x02h2\x08http/1.1";
	unsigned char *chosen;
	int result = SSL_select_next_proto(
	    &chosen, ret_bytes, spoken, sizeof(spoken) - 1, offered, offered_bytes);
	if (result != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*ret_name = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static bool set_protocol(SSL_CTX *context, bool allow_tls12) {
	SSL_CTX_set_options(context,
	    SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
	        SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context,
	    SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
	        SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_read_ahead(context, 1); /* one read(2) per record, not two */
	SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
	return SSL_CTX_set_num_tickets(context, 0) == 1 &&
	    SSL_CTX_set_max_early_data(context, 0) == 1 &&
	    SSL_CTX_set_min_proto_version(context, allow_tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) ==
	    1 &&
	    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

static enum err load_files(SSL_CTX *context, const struct net_tls *tls) {
	if (!tls->certificate_file || !tls->key_file)
		return fail(ERR_CONFIG, "a certificate file and a key file are needed");
	if (tls->crl_file && !tls->client_ca_file)
		return fail(ERR_CONFIG, "a CRL is of no use without a client CA");
	enum err err = load_certificate(context, tls->certificate_file);
	if (!err)
		err = load_key(context, tls->key_file);
	if (!err && tls->client_ca_file)
		err = load_ca(context, tls->client_ca_file);
	if (!err && tls->crl_file)
		err = load_crl(context, tls->crl_file);
	return err;
}

enum err tls_context_new(
    const struct net_tls *tls, SSL_CTX **ret_context, const char **ret_detail) {
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	enum err err;
	if (!context || !set_protocol(context, tls->allow_tls12))
		err = fail(ERR_MEMORY, "TLS cannot be set up: %s", openssl_reason());
	else
		err = load_files(context, tls);
	if (err) {
		SSL_CTX_free(context);
		*ret_detail = detail_text;
		return err;
	}
	*ret_context = context;
	return ERR_OK;
}

/* --- the context of the day --- */

void tls_current_init(struct tls_current *current, SSL_CTX *context) {
	*current = (struct tls_current){ .context = context, .generation = 1 };
	pthread_mutex_init(&current->lock, NULL);
}

void tls_current_replace(struct tls_current *current, SSL_CTX *context) {
	pthread_mutex_lock(&current->lock);
	SSL_CTX *old = current->context;
	current->context = context;
	atomic_fetch_add(&current->generation, 1);
	pthread_mutex_unlock(&current->lock);
	SSL_CTX_free(old);
}

void tls_current_get(struct tls_current *current, SSL_CTX **context, unsigned *generation) {
	SSL_CTX_free(*context);
	pthread_mutex_lock(&current->lock);
	SSL_CTX_up_ref(current->context);
	*context = current->context;
	*generation = atomic_load(&current->generation);
	pthread_mutex_unlock(&current->lock);
}

void tls_current_done(struct tls_current *current) {
	if (!current->context)
		return;
	SSL_CTX_free(current->context);
	current->context = NULL;
	pthread_mutex_destroy(&current->lock);
}

/* --- a peer --- */

bool tls_is_http2(const SSL *ssl) {
	const unsigned char *name;
	unsigned bytes;
	SSL_get0_alpn_selected(ssl, &name, &bytes);
	return bytes == 2 && !memcmp(name, "h2", 2);
}

bool tls_peer_spki(const SSL *ssl, uint8_t ret_spki_sha256[32]) {
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	if (!certificate)
		return false;
	unsigned char *spki = NULL;
	int bytes = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
	bool is_ok = bytes > 0 &&
	    EVP_Digest(spki, (size_t)bytes, ret_spki_sha256, NULL, EVP_sha256(), NULL) == 1;
	OPENSSL_free(spki);
	return is_ok;
}

int64_t tls_peer_expires_us(const SSL *ssl) {
	const X509 *certificate = SSL_get0_peer_certificate(ssl);
	int days, seconds;
	if (!certificate)
		return INT64_MAX;
	if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) != 1)
		return 0;
	return clock_monotonic_us() + (days * (int64_t)86400 + seconds) * US_PER_S;
}

bool tls_is_peer_accepted(SSL_CTX *context, const SSL *ssl, const char **ret_detail) {
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	if (!certificate)
		return true;
	X509_STORE_CTX *store_context = X509_STORE_CTX_new();
	int result = -1;
	int error = X509_V_ERR_OUT_OF_MEM;
	if (store_context &&
	    X509_STORE_CTX_init(store_context, SSL_CTX_get_cert_store(context), certificate,
	        SSL_get_peer_cert_chain(ssl)) == 1 &&
	    X509_STORE_CTX_set_default(store_context, "ssl_client") == 1) {
		X509_STORE_CTX_set_depth(store_context, CHAIN_DEPTH);
		result = X509_verify_cert(store_context);
		error = X509_STORE_CTX_get_error(store_context);
	}
	X509_STORE_CTX_free(store_context);
	ERR_clear_error();
	if (result == 1)
		return true;
	*ret_detail = X509_verify_cert_error_string(error);
	return false;
}
