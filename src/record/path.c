/* SPDX-License-Identifier: Apache-2.0 */
#include "record/path.h"

#include "base/text.h"

#include <stdio.h>

static void prefix(char path[PATH_BYTES], const char *text) {
	char joined[2 * PATH_BYTES];
	const char *dot = *path && *path != '[' ? "." : "";
	snprintf(joined, sizeof(joined), "%.*s%s%s", PATH_BYTES - 2, text, dot, path);
	text_show(path, PATH_BYTES, joined);
}

void path_prefix_field(char path[PATH_BYTES], const char *name) {
	prefix(path, name);
}

void path_prefix_element(char path[PATH_BYTES], size_t index) {
	char text[24];
	snprintf(text, sizeof(text), "[%zu]", index);
	prefix(path, text);
}
