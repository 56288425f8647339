/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOUCHERCTL_QR_SHOW_H
#define VOUCHERCTL_QR_SHOW_H

#include "voucherctl/exit_status.h"

struct session;

/* Shows a text as a QR code with its title (which needs no escaping in XML) below it, or with --svg
 * FILE writes an image of it. Complains, also of a text that no QR code holds. */
enum exit_status qr_show(struct session *session, const char *text, const char *title);

#endif
