/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/qr.h"

#include <errno.h>
#include <qrencode.h>

#define QUIET 4 /* modules around it */

static enum err encode(const char *text, QRcode **ret_code) {
	*ret_code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!*ret_code && errno == ERANGE)
		*ret_code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	if (*ret_code)
		return ERR_OK;
	return errno == ERANGE ? ERR_RANGE : ERR_MEMORY;
}

/* Outside of it everything is light. */
static bool is_dark(const QRcode *code, int row, int column) {
	return row >= 0 && row < code->width && column >= 0 && column < code->width &&
	    (code->data[row * code->width + column] & 1);
}

enum err qr_text(const char *text, bool is_coloured, struct buffer *out) {
	static const char *const blocks[] = { " ", "▄", "▀", "█" }; /* dark: none, lower, upper, both */
	QRcode *code;
	enum err err = encode(text, &code);
	if (err)
		return err;
	int end = code->width + QUIET;
	for (int row = -QUIET; row < end; row += 2) {
		buffer_append_text(out, is_coloured ? "\033[30;107m" : "");
		for (int column = -QUIET; column < end; column++)
			buffer_append_text(
			    out, blocks[2 * is_dark(code, row, column) + is_dark(code, row + 1, column)]);
		buffer_append_text(out, is_coloured ? "\033[0m\n" : "\n");
	}
	QRcode_free(code);
	return buffer_error(out);
}

/* One rectangle for each run of dark modules in a row. */
static void draw_row(const QRcode *code, int row, struct buffer *out) {
	for (int column = 0; column < code->width; column++) {
		int run = 0;
		while (is_dark(code, row, column + run))
			run++;
		if (run > 0)
			buffer_printf(out, "M%d %dh%dv1h-%dz", column + QUIET, row + QUIET, run, run);
		column += run;
	}
}

enum err qr_svg(const char *text, const char *title, struct buffer *out) {
	QRcode *code;
	enum err err = encode(text, &code);
	if (err)
		return err;
	int size = code->width + 2 * QUIET;
	buffer_printf(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dmm\" height=\"%dmm\""
	    " viewBox=\"0 0 %d %d\">\n<title>%s</title>\n"
	    "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<path d=\"",
	    size, size, size, size, title, size, size);
	for (int row = 0; row < code->width; row++)
		draw_row(code, row, out);
	buffer_append_text(out, "\"/>\n</svg>\n");
	QRcode_free(code);
	return buffer_error(out);
}
