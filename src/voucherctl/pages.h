/* SPDX-License-Identifier: Apache-2.0 */
/* A list of the server, read to its end, page by page. */
#ifndef VOUCHERCTL_PAGES_H
#define VOUCHERCTL_PAGES_H

#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/exit_status.h"

#include <stdint.h>

struct session;

/* What becomes of a page, whose memory is the session's. Anything but EXIT_DONE ends the reading,
 * and has been explained. */
struct pages_reader {
	enum exit_status (*take)(void *user, const Pb__Page *page);
	void *user;
};

/* `target`: "/v1/claims?party=…". Complains. */
enum exit_status pages_read(
    struct session *session, const char *target, const struct pages_reader *reader);

#endif
