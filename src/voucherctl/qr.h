/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QR codes (ISO/IEC 18004, by libqrencode) as text and as an image, each with the quiet zone of
 * four modules. Error correction is M, or L for what would not fit otherwise (2,953 bytes at most).
 */
#ifndef VOUCHERCTL_QR_H
#define VOUCHERCTL_QR_H

#include "base/buffer.h"

#include <stdbool.h>

/* Two rows of modules a line, in half blocks. `is_coloured`: black on white whatever the terminal's
 * colours are. ERR_MEMORY, ERR_RANGE (longer than a QR code can be). */
enum err qr_text(const char *text, bool is_coloured, struct buffer *out) MUST_CHECK;

/* An SVG document with a title, which must need no escaping in XML. Errors likewise. */
enum err qr_svg(const char *text, const char *title, struct buffer *out) MUST_CHECK;

#endif
