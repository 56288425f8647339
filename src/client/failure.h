/* SPDX-License-Identifier: Apache-2.0 */
/* Why a transfer failed: which of our results it is, and a sentence that says what to do. */
#ifndef CLIENT_FAILURE_H
#define CLIENT_FAILURE_H

#include "voucher/client.h"

#include <curl/curl.h>
#include <stdbool.h>

struct failure {
	enum voucher_result result;
	bool may_repeat;    /* whether another attempt can end better */
	const char *advice; /* what to do about it; "" if there is nothing to say */
};

/* `detail` is curl's own text about it; `was_sent`: the request may have reached the server. */
struct failure failure_of(CURLcode code, const char *detail, bool was_sent);

#endif
