/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/qr_show.h"

#include "voucherctl/qr.h"
#include "voucherctl/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum exit_status write_file(
    struct session *session, const char *name, const struct buffer *svg) {
	FILE *file = fopen(name, "w");
	bool is_written = file && fwrite(svg->data, 1, svg->bytes, file) == svg->bytes;
	if (file && fclose(file) != 0)
		is_written = false;
	if (is_written)
		return EXIT_DONE;
	session_complain(session_say(session, "%s cannot be written: %s.", "无法写入 %s：%s。"), name,
	    strerror(errno));
	return EXIT_LOCAL;
}

static enum exit_status complain(struct session *session, enum err err) {
	if (err != ERR_RANGE)
		return session_out_of_memory();
	session_complain("%s",
	    session_say(session, "This is more than a QR code holds: use the file.",
	        "内容超出二维码容量，请使用文件。"));
	return EXIT_REFUSED;
}

static enum exit_status write_image(
    struct session *session, const char *name, const char *text, const char *title) {
	struct buffer svg;
	buffer_init(&svg, 0);
	enum exit_status status = EXIT_DONE;
	enum err err = qr_svg(text, title, &svg);
	if (err)
		status = complain(session, err);
	else if (strcmp(name, "-") != 0)
		status = write_file(session, name, &svg);
	else
		buffer_append(&session->out, svg.data, svg.bytes);
	buffer_done(&svg);
	return status == EXIT_DONE ? session_print(session) : status;
}

enum exit_status qr_show(struct session *session, const char *text, const char *title) {
	const char *name = options_text(&session->line, "--svg");
	if (name)
		return write_image(session, name, text, title);
	enum err err = qr_text(text, isatty(STDOUT_FILENO), &session->out);
	if (err)
		return complain(session, err);
	buffer_printf(&session->out, "%s\n", title);
	return session_print(session);
}
