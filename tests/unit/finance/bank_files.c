/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/finance/bank_files.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

void bank_files_read(const char *path, struct buffer *ret_content) {
	const char *top = getenv("top_srcdir");
	char name[1000];
	size_t bytes;
	char room[4096];
	snprintf(name, sizeof(name), "%s/%s", top ? top : "..", path);
	FILE *file = fopen(name, "rb");
	ck_assert_msg(file != NULL, "%s", name);
	buffer_init(ret_content, 0);
	while ((bytes = fread(room, 1, sizeof(room), file)) > 0)
		buffer_append(ret_content, room, bytes);
	fclose(file);
}

void bank_files_profile(const char *name, struct arena *arena, struct bank_profile *ret_profile) {
	char path[200];
	struct buffer content;
	struct file_mistake mistake = { 0 };
	snprintf(path, sizeof(path), "contrib/bank-profiles/%s.ini", name);
	bank_files_read(path, &content);
	enum err err = bank_profile_parse(content.data, content.bytes, arena, ret_profile, &mistake);
	ck_assert_msg(err == ERR_OK, "%s:%d: %d: %s", path, (int)mistake.line, err, mistake.text);
	buffer_done(&content);
}
