/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/source.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

static bool has_journal(const char *directory) {
	char path[PATH_MAX];
	struct stat status;
	int bytes = snprintf(path, sizeof(path), "%s/data.mdb", directory);
	return bytes > 0 && (size_t)bytes < sizeof(path) && stat(path, &status) == 0;
}

static enum err open_directory(
    const char *path, uint64_t after, struct source *ret_source, const char **ret_reason) {
	char journal[PATH_MAX];
	int bytes = snprintf(journal, sizeof(journal), "%s/journal", path);
	if (bytes > 0 && (size_t)bytes < sizeof(journal) && has_journal(journal))
		return source_open_lmdb(journal, after, ret_source, ret_reason);
	if (has_journal(path))
		return source_open_lmdb(path, after, ret_source, ret_reason);
	*ret_reason = "the directory holds no journal";
	return ERR_NOT_FOUND;
}

enum err source_open(
    const char *path, uint64_t after, struct source *ret_source, const char **ret_reason) {
	struct stat status;
	if (stat(path, &status) != 0) {
		*ret_reason = errno == ENOENT ? "there is no such file" : "it cannot be read";
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	}
	return S_ISDIR(status.st_mode) ? open_directory(path, after, ret_source, ret_reason)
	                               : source_open_export(path, after, ret_source, ret_reason);
}

void source_close(struct source *source) {
	if (source->ops)
		source->ops->close(source->self);
	source->ops = NULL;
}
