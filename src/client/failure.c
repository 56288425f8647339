/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Under TLS 1.3 the client's handshake is over before the server has looked at its certificate: a
 * refused certificate shows as a failed read, with the alert in curl's text only.
 */
#include "client/failure.h"

#include <string.h>

static struct failure untrusted(const char *advice) {
	return (struct failure){ VOUCHER_UNTRUSTED, false, advice };
}

static struct failure unreachable(bool may_repeat, const char *advice) {
	return (struct failure){ VOUCHER_UNREACHABLE, may_repeat, advice };
}

static struct failure lost(const char *detail) {
	if (strstr(detail, "alert"))
		return untrusted("The server did not accept our certificate: is it signed by the server's "
		                 "client CA, in date and not revoked?");
	return (struct failure){ VOUCHER_LOST, true,
		"The reply was lost; the command may or may not have taken effect. (When this happens "
		"every time: is our certificate one that the server accepts?)" };
}

static struct failure no_handshake(const char *detail) {
	/* what curl makes of ECONNRESET and of an end without an alert */
	if (strstr(detail, "reset by peer") || strstr(detail, "SSL_ERROR_SYSCALL"))
		return unreachable(true,
		    "The connection ended before TLS had begun: is voucherd running "
		    "there, or just starting again?");
	return untrusted("No TLS 1.3 connection: is this port a voucherd, and is our certificate one "
	                 "that it accepts?");
}

static struct failure too_late(bool was_sent) {
	if (!was_sent)
		return unreachable(true, "Nobody answers there.");
	return (struct failure){ VOUCHER_LOST, true,
		"No reply in time; the command may or may not have taken effect." };
}

struct failure failure_of(CURLcode code, const char *detail, bool was_sent) {
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY: return unreachable(false, "Is the server's name right?");
	case CURLE_COULDNT_CONNECT:
		return unreachable(true, "Is voucherd running there, and is the port right?");
	case CURLE_OPERATION_TIMEDOUT: return too_late(was_sent);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return untrusted(
		    "The server's certificate is not signed by the given CA, or is for another "
		    "name than the server's address.");
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER: return no_handshake(detail);
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return (struct failure){ VOUCHER_USAGE, false,
			"Are the certificate and the key PEM, is the key this certificate's, and without "
			"passphrase?" };
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return (struct failure){ VOUCHER_USAGE, false, "The server is \"https://host:port\"." };
	case CURLE_OUT_OF_MEMORY: return (struct failure){ VOUCHER_MEMORY, false, "" };
	default: return lost(detail);
	}
}
