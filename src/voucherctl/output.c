/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/output.h"

#include "voucherctl/session.h"

#include <unistd.h>

static enum err write_part(void *user, const void *data, size_t bytes) {
	const struct output *output = user;
	return fwrite(data, 1, bytes, output->file) == bytes ? ERR_OK : ERR_IO;
}

enum exit_status output_failed(const struct output *output, enum err err) {
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	session_complain(session_say(output->session, "%s cannot be written: %s.", "无法写入 %s：%s。"),
	    output->part, err == ERR_IO ? session_reason(output->session) : err_text(err));
	return EXIT_LOCAL;
}

enum exit_status output_begin(struct output *output, struct session *session, const char *name) {
	*output = (struct output){ .session = session, .name = name };
	output->part = arena_printf(&session->arena, "%s.part", name);
	if (!output->part)
		return session_out_of_memory();
	output->file = fopen(output->part, "we");
	if (!output->file)
		return output_failed(output, ERR_IO);
	setvbuf(output->file, NULL, _IONBF, 0); /* writers have buffers of their own */
	output->sink = (struct sink){ write_part, output, output->part };
	return EXIT_DONE;
}

enum exit_status output_finish(struct output *output) {
	FILE *file = output->file;
	if (fsync(fileno(file)) != 0)
		return output_failed(output, ERR_IO);
	output->file = NULL;
	if (fclose(file) != 0 || rename(output->part, output->name) != 0) {
		enum exit_status status = output_failed(output, ERR_IO);
		unlink(output->part);
		return status;
	}
	return EXIT_DONE;
}

void output_drop(struct output *output) {
	if (!output->file)
		return;
	fclose(output->file);
	output->file = NULL;
	unlink(output->part);
}
