/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/store.h"

#include "base/check.h"
#include "record/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TABLES_MAX     192
#define NAME_MAX_BYTES 48
#define MANIFEST       "manifest"
#define FIRST_LINE     "voucher-audit 1\n"

struct listed {
	char name[NAME_MAX_BYTES];
	size_t row_bytes;
	uint64_t count;
	uint32_t crc;
};

struct store_place {
	char directory[PATH_MAX - 64];
	bool is_kept;
	struct listed listed[TABLES_MAX]; /* what the manifest says */
	size_t n_listed;
	struct table *tables[TABLES_MAX];
	const char *names[TABLES_MAX];
};

/* --- the manifest --- */

static void path_of(const struct store_place *place, const char *name, char path[PATH_MAX]) {
	snprintf(path, PATH_MAX, "%s/%s", place->directory, name);
}

static enum err read_lines(struct store_place *place, FILE *file) {
	char line[256];
	if (!fgets(line, sizeof(line), file) || strcmp(line, FIRST_LINE) != 0)
		return ERR_CORRUPT;
	while (fgets(line, sizeof(line), file)) {
		struct listed *listed = &place->listed[place->n_listed];
		if (place->n_listed == TABLES_MAX ||
		    sscanf(line, "%47s %zu %" SCNu64 " %" SCNx32, listed->name, &listed->row_bytes,
		        &listed->count, &listed->crc) != 4)
			return ERR_CORRUPT;
		place->n_listed++;
	}
	return ferror(file) ? ERR_IO : ERR_OK;
}

static enum err read_manifest(struct store_place *place) {
	char path[PATH_MAX];
	path_of(place, MANIFEST, path);
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? ERR_OK : ERR_IO;
	enum err err = read_lines(place, file);
	fclose(file);
	if (err)
		place->n_listed = 0;
	return err;
}

static uint32_t crc_of(const struct table *table) {
	return crc32c(table->rows, table->count * table->row_bytes);
}

static enum err write_lines(const struct store *store, FILE *file) {
	fputs(FIRST_LINE, file);
	for (size_t i = 0; i < store->count; i++) {
		const struct table *table = store->tables[i];
		fprintf(file, "%s %zu %" PRIu64 " %08" PRIx32 "\n", store->names[i], table->row_bytes,
		    table->count, crc_of(table));
	}
	return fflush(file) != 0 || fsync(fileno(file)) != 0 ? ERR_IO : ERR_OK;
}

static enum err sync_directory(const struct store_place *place) {
	int fd = open(place->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err = fd < 0 || fsync(fd) != 0 ? ERR_IO : ERR_OK;
	if (fd >= 0)
		close(fd);
	return err;
}

/* --- open --- */

static enum err choose_directory(
    struct store_place *place, const char *directory, const char *work) {
	const char *chosen = directory ? directory : work;
	if (!chosen)
		chosen = getenv("TMPDIR");
	if (!chosen || !*chosen)
		chosen = "/tmp";
	if (strlen(chosen) >= sizeof(place->directory))
		return ERR_RANGE;
	memcpy(place->directory, chosen, strlen(chosen) + 1);
	place->is_kept = directory != NULL;
	if (directory && mkdir(directory, 0700) != 0 && errno != EEXIST)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	return ERR_OK;
}

enum err store_open(struct store *store, const char *directory, const char *work) {
	struct store_place *place = calloc(1, sizeof(*place));
	if (!place)
		return ERR_MEMORY;
	enum err err = choose_directory(place, directory, work);
	if (!err && directory)
		err = read_manifest(place);
	if (err) {
		free(place);
		return err;
	}
	*store = (struct store){
		.place = place,
		.tables = place->tables,
		.names = place->names,
		.is_resumed = place->n_listed > 0,
	};
	return ERR_OK;
}

static int open_file(const struct store_place *place, const char *name, bool is_new) {
	char path[PATH_MAX];
	if (place->is_kept) {
		path_of(place, name, path);
		return open(path, O_RDWR | O_CREAT | O_CLOEXEC | (is_new ? O_TRUNC : 0), 0600);
	}
	path_of(place, "voucher-audit-XXXXXX", path);
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static const struct listed *find_listed(const struct store_place *place, const char *name) {
	for (size_t i = 0; i < place->n_listed; i++)
		if (strcmp(place->listed[i].name, name) == 0)
			return &place->listed[i];
	return NULL;
}

static bool has_bytes(int fd, uint64_t bytes) {
	struct stat status;
	return fstat(fd, &status) == 0 && (uint64_t)status.st_size >= bytes;
}

enum err store_table(struct store *store, const char *name, size_t row_bytes, struct table *table) {
	const struct listed *listed = find_listed(store->place, name);
	check(store->count < TABLES_MAX && strlen(name) < NAME_MAX_BYTES);
	if (store->is_resumed && (!listed || listed->row_bytes != row_bytes))
		return ERR_CORRUPT; /* made by another version */
	uint64_t count = listed ? listed->count : 0;
	int fd = open_file(store->place, name, !listed);
	if (fd < 0)
		return ERR_IO;
	if (!has_bytes(fd, count * row_bytes)) {
		close(fd);
		return ERR_CORRUPT;
	}
	enum err err = table_open(table, fd, row_bytes, count);
	if (!err && listed && crc_of(table) != listed->crc) {
		table_close(table);
		err = ERR_CORRUPT;
	}
	if (err)
		return err;
	store->tables[store->count] = table;
	store->names[store->count++] = name;
	return ERR_OK;
}

/* --- keep --- */

enum err store_begin(struct store *store) {
	char path[PATH_MAX];
	path_of(store->place, MANIFEST, path);
	if (!store->place->is_kept)
		return ERR_OK;
	return unlink(path) != 0 && errno != ENOENT ? ERR_IO : sync_directory(store->place);
}

enum err store_commit(struct store *store) {
	const struct store_place *place = store->place;
	char path[PATH_MAX], fresh[PATH_MAX];
	if (!place->is_kept)
		return ERR_OK;
	for (size_t i = 0; i < store->count; i++)
		if (fsync(store->tables[i]->fd) != 0)
			return ERR_IO;
	path_of(place, MANIFEST, path);
	path_of(place, MANIFEST ".new", fresh);
	FILE *file = fopen(fresh, "we");
	if (!file)
		return ERR_IO;
	enum err err = write_lines(store, file);
	if (fclose(file) != 0 && !err)
		err = ERR_IO;
	if (!err && rename(fresh, path) != 0)
		err = ERR_IO;
	return err ? err : sync_directory(place);
}

void store_trim(struct store *store, size_t resident_bytes_max) {
	unsigned long pages = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file)
		return;
	if (fscanf(file, "%lu %lu", &pages, &resident) != 2)
		resident = 0;
	fclose(file);
	if (resident * (size_t)sysconf(_SC_PAGESIZE) <= resident_bytes_max)
		return;
	for (size_t i = 0; i < store->count; i++)
		table_trim(store->tables[i]);
}

void store_close(struct store *store) {
	for (size_t i = 0; i < store->count; i++)
		table_close(store->tables[i]);
	free(store->place);
	*store = (struct store){ 0 };
}
