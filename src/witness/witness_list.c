/* SPDX-License-Identifier: Apache-2.0 */
#include "witness/witness_list.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX (1 << 16)
#define BLANKS         " \t\r"

static bool is_url(const char *text, size_t bytes) {
	bool has_scheme = strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
	return has_scheme && bytes < WITNESS_URL_BYTES_MAX;
}

/* What is wrong with a line, or NULL. */
static const char *read_line(const char *line, struct witness *ret_witness) {
	size_t url = strcspn(line, BLANKS);
	const char *key = line + url + strspn(line + url, BLANKS);
	size_t key_bytes = strcspn(key, BLANKS);
	struct witness witness = { .key = { .id = 0 } };
	if (!is_url(line, url))
		return "a line is the witness's https:// address and its verifier key";
	if (note_key_parse(key, key_bytes, &witness.key) || witness.key.type != NOTE_COSIGNATURE)
		return "behind the address stands no verifier key of a witness (NAME+ID+KEY)";
	if (key[key_bytes + strspn(key + key_bytes, BLANKS)])
		return "something stands behind the verifier key";
	memcpy(witness.url, line, url);
	if (line[url - 1] != '/')
		witness.url[url] = '/';
	*ret_witness = witness;
	return NULL;
}

static enum err fail(char ret_detail[WITNESS_DETAIL_BYTES], enum err err, const char *path,
    size_t line, const char *what) {
	snprintf(ret_detail, WITNESS_DETAIL_BYTES, "%s:%zu: %s", path, line, what);
	return err;
}

static enum err read_lines(const char *path, char *text, struct witness_list *list,
    char ret_detail[WITNESS_DETAIL_BYTES]) {
	size_t number = 0;
	for (char *line; (line = strsep(&text, "\n"));) {
		number++;
		line += strspn(line, BLANKS);
		if (!*line || *line == '#')
			continue;
		if (list->count == WITNESSES_MAX)
			return fail(ret_detail, ERR_RANGE, path, number, "these are more than 16 witnesses");
		const char *what = read_line(line, &list->witnesses[list->count]);
		if (what)
			return fail(ret_detail, ERR_SYNTAX, path, number, what);
		list->count++;
	}
	return ERR_OK;
}

enum err witness_list_read(
    const char *path, struct witness_list *ret_list, char ret_detail[WITNESS_DETAIL_BYTES]) {
	struct buffer text;
	buffer_init(&text, 0);
	ret_list->count = 0;
	enum err err = file_read(path, FILE_BYTES_MAX, &text);
	if (!err)
		buffer_append_char(&text, '\0');
	if (!err)
		err = buffer_error(&text);
	if (err)
		snprintf(ret_detail, WITNESS_DETAIL_BYTES, "%s cannot be read: %s", path, err_text(err));
	else
		err = read_lines(path, text.data, ret_list, ret_detail);
	buffer_done(&text);
	return err;
}
