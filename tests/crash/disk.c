/* SPDX-License-Identifier: Apache-2.0 */
#include "disk.h"

#include "base/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILES_MAX = 4096,
	SECTOR_BYTES = 512,
	PAGE_BYTES = 4096,
	GARBAGE = 0xA5,
};

/* What was done to a file and is not durable yet, in order. */
struct change {
	const struct trace_event *event; /* TRACE_WRITE or TRACE_RESIZE */
	bool is_sure;                    /* durable, but one before it is not */
	bool is_stuck;                   /* a sync of it failed: no later one makes it durable */
};

struct content {
	unsigned char *data;
	size_t bytes;
	size_t room;
};

struct file {
	struct content durable;
	struct change *changes;
	size_t change_count;
	size_t change_room;
};

enum { DIRECTORY = UINT32_MAX };

struct name {
	char *path;
	uint32_t file; /* 0: none; DIRECTORY */
};

struct names {
	struct name *list;
	size_t count;
};

struct disk {
	struct disk_lies lies;
	struct names names;                   /* durable */
	const struct trace_event **renamings; /* pending: what makes, removes and renames */
	size_t renaming_count;
	struct file
	    files[FILES_MAX]; /* by number of the trace; those that were there come from its end */
	uint32_t old_count;
	uint32_t number_of_old[FILES_MAX]; /* of a file of the trace: the old one that it is */
};

uint64_t chance(uint64_t *seed) {
	uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static void *need(void *memory) {
	check(memory);
	return memory;
}

/* --- content --- */

/* New bytes are `fill`. */
static void content_resize(struct content *content, size_t bytes, int fill) {
	if (bytes > content->room) {
		content->room = bytes + bytes / 2;
		content->data = need(realloc(content->data, content->room));
	}
	if (bytes > content->bytes)
		memset(content->data + content->bytes, fill, bytes - content->bytes);
	content->bytes = bytes;
}

static void content_put(
    struct content *content, uint64_t offset, const void *data, size_t bytes, int fill) {
	if (offset + bytes > content->bytes)
		content_resize(content, offset + bytes, fill);
	if (bytes > 0)
		memcpy(content->data + offset, data, bytes);
}

static void content_change(struct content *content, const struct trace_event *event) {
	if (event->kind == TRACE_RESIZE)
		content_resize(content, event->offset, 0);
	else
		content_put(content, event->offset, event->data, event->bytes, 0);
}

static void content_load(struct content *content, const char *path) {
	struct stat stat_of;
	int fd = open(path, O_RDONLY);
	check(fd >= 0 && fstat(fd, &stat_of) == 0);
	content_resize(content, (size_t)stat_of.st_size, 0);
	check(read(fd, content->data, content->bytes) == (ssize_t)content->bytes);
	close(fd);
}

static void content_store(const struct content *content, const char *path) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	check(fd >= 0 && write(fd, content->data, content->bytes) == (ssize_t)content->bytes);
	close(fd);
}

/* --- names --- */

static struct name *find_name(const struct names *names, const char *path) {
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i].path, path) == 0)
			return &names->list[i];
	return NULL;
}

static void set_name(struct names *names, const char *path, uint32_t file) {
	struct name *name = find_name(names, path);
	if (!name) {
		names->list = need(realloc(names->list, (names->count + 1) * sizeof(names->list[0])));
		name = &names->list[names->count++];
		name->path = need(strdup(path));
	}
	name->file = file;
}

static void free_names(struct names *names) {
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i].path);
	free(names->list);
}

static struct names copy_names(const struct names *names) {
	struct names copy = { 0 };
	for (size_t i = 0; i < names->count; i++)
		set_name(&copy, names->list[i].path, names->list[i].file);
	return copy;
}

static uint32_t number(const struct disk *disk, uint32_t file) {
	return disk->number_of_old[file] ? disk->number_of_old[file] : file;
}

static void rename_as(
    const struct disk *disk, struct names *names, const struct trace_event *event) {
	const char *path = (const char *)event->data;
	switch (event->kind) {
	case TRACE_MAKE: set_name(names, path, number(disk, event->file)); break;
	case TRACE_MAKE_DIRECTORY: set_name(names, path, DIRECTORY); break;
	case TRACE_REMOVE: set_name(names, path, 0); break;
	default:
		set_name(names, path, 0);
		set_name(names, path + strlen(path) + 1, number(disk, event->file));
	}
}

/* The directory in which the event changes a name is `directory` ("." for the topmost). */
static bool is_in(const struct trace_event *event, const char *directory) {
	const char *path = (const char *)event->data, *end = strrchr(path, '/');
	size_t bytes = strlen(directory);
	if (strcmp(directory, ".") == 0 || bytes == 0)
		return !end;
	return end && (size_t)(end - path) == bytes && strncmp(path, directory, bytes) == 0;
}

/* As env_make_directory() writes the parent of one. */
static void simplify(char *path) {
	size_t bytes = strlen(path);
	if (bytes >= 3 && strcmp(path + bytes - 3, "/..") == 0) {
		path[bytes - 3] = '\0';
		char *end = strrchr(path, '/');
		*(end ? end : path) = '\0';
	}
}

static void settle_names(struct disk *disk, const char *asked) {
	char directory[PATH_MAX];
	size_t kept = 0;
	snprintf(directory, sizeof(directory), "%s", asked);
	simplify(directory);
	for (size_t i = 0; i < disk->renaming_count; i++) {
		if (is_in(disk->renamings[i], directory))
			rename_as(disk, &disk->names, disk->renamings[i]);
		else
			disk->renamings[kept++] = disk->renamings[i];
	}
	disk->renaming_count = kept;
}

/* --- loading --- */

static void load(struct disk *disk, const char *root, const char *below) {
	char path[PATH_MAX], name[PATH_MAX];
	struct stat stat_of;
	snprintf(path, sizeof(path), "%s/%s", root, below);
	DIR *directory = need(opendir(path));
	for (const struct dirent *entry; (entry = readdir(directory));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    strcmp(entry->d_name, "lock.mdb") == 0)
			continue;
		int n = snprintf(name, sizeof(name), "%s%s%s", below, *below ? "/" : "", entry->d_name);
		int m = snprintf(path, sizeof(path), "%s/%s", root, name);
		check(n < PATH_MAX && m < PATH_MAX && stat(path, &stat_of) == 0);
		if (S_ISDIR(stat_of.st_mode)) {
			set_name(&disk->names, name, DIRECTORY);
			load(disk, root, name);
			continue;
		}
		uint32_t file = FILES_MAX - ++disk->old_count;
		set_name(&disk->names, name, file);
		content_load(&disk->files[file].durable, path);
	}
	closedir(directory);
}

struct disk *disk_new(const char *directory, const struct disk_lies *lies) {
	struct disk *disk = need(calloc(1, sizeof(*disk)));
	disk->lies = lies ? *lies : (struct disk_lies){ 0 };
	load(disk, directory, "");
	return disk;
}

void disk_free(struct disk *disk) {
	for (size_t i = 0; i < FILES_MAX; i++) {
		free(disk->files[i].durable.data);
		free(disk->files[i].changes);
	}
	free_names(&disk->names);
	free(disk->renamings);
	free(disk);
}

/* --- what is done --- */

static bool is_lie(const struct disk *disk, unsigned which, uint32_t file) {
	if (!(disk->lies.which & which))
		return false;
	if (!disk->lies.part)
		return true;
	for (size_t i = 0; i < disk->names.count; i++) {
		if (disk->names.list[i].file == file)
			return strstr(disk->names.list[i].path, disk->lies.part) != NULL;
	}
	return false;
}

static void add_change(struct file *file, const struct trace_event *event) {
	if (file->change_count == file->change_room) {
		file->change_room = file->change_room ? 2 * file->change_room : 64;
		file->changes = need(realloc(file->changes, file->change_room * sizeof(file->changes[0])));
	}
	file->changes[file->change_count++] = (struct change){ .event = event };
}

/* What is sure at the front needs not be kept. */
static void settle_front(struct file *file) {
	size_t settled = 0;
	while (settled < file->change_count && file->changes[settled].is_sure)
		content_change(&file->durable, file->changes[settled++].event);
	file->change_count -= settled;
	if (settled && file->change_count)
		memmove(
		    file->changes, file->changes + settled, file->change_count * sizeof(file->changes[0]));
}

static void sync_file(struct file *file) {
	for (size_t i = 0; i < file->change_count; i++)
		file->changes[i].is_sure = !file->changes[i].is_stuck;
	settle_front(file);
}

static void settle(struct file *file, uint64_t offset) {
	for (size_t i = file->change_count; i-- > 0;) {
		const struct trace_event *event = file->changes[i].event;
		if (event->kind == TRACE_WRITE && event->offset == offset) {
			file->changes[i].is_sure = true;
			break;
		}
	}
	settle_front(file);
}

static void fail_sync(struct file *file) {
	for (size_t i = 0; i < file->change_count; i++)
		file->changes[i].is_stuck = !file->changes[i].is_sure;
}

static void add_renaming(struct disk *disk, const struct trace_event *event) {
	size_t bytes = (disk->renaming_count + 1) * sizeof(disk->renamings[0]);
	disk->renamings = need(realloc(disk->renamings, bytes));
	disk->renamings[disk->renaming_count++] = event;
}

/* The newest file of this name: it may have been made and renamed since. */
static uint32_t find_old(const struct disk *disk, const char *path) {
	struct names names = copy_names(&disk->names);
	for (size_t i = 0; i < disk->renaming_count; i++)
		rename_as(disk, &names, disk->renamings[i]);
	const struct name *name = find_name(&names, path);
	check(name && name->file && name->file != DIRECTORY);
	uint32_t file = name->file;
	free_names(&names);
	return file;
}

void disk_apply(struct disk *disk, const struct trace_event *event) {
	check(event->file < FILES_MAX - disk->old_count);
	uint32_t file = number(disk, event->file);
	switch (event->kind) {
	case TRACE_FILE:
		disk->number_of_old[event->file] = find_old(disk, (const char *)event->data);
		break;
	case TRACE_MAKE:
	case TRACE_MAKE_DIRECTORY:
	case TRACE_REMOVE:
	case TRACE_RENAME: add_renaming(disk, event); break;
	case TRACE_WRITE:
	case TRACE_RESIZE: add_change(&disk->files[file], event); break;
	case TRACE_SETTLED:
		if (!is_lie(disk, LIE_SETTLED, file))
			settle(&disk->files[file], event->offset);
		break;
	case TRACE_SYNC:
		if (!is_lie(disk, LIE_FILES, file))
			sync_file(&disk->files[file]);
		break;
	case TRACE_SYNC_FAILED: fail_sync(&disk->files[file]); break;
	case TRACE_SYNC_DIRECTORY:
		if (!(disk->lies.which & LIE_DIRECTORIES))
			settle_names(disk, (const char *)event->data);
		break;
	default: break; /* TRACE_TOLD */
	}
}

/* --- states --- */

/* How likely it is that something is kept, in 16ths; and how it tears. */
struct weather {
	uint64_t seed;
	unsigned kept;
	size_t sector_bytes;
	int fill;
};

static struct weather weather_of(uint64_t seed) {
	static const unsigned kept[] = { 0, 1, 4, 8, 8, 12, 15, 16 };
	struct weather weather = { .seed = seed };
	weather.kept = kept[chance(&weather.seed) % 8];
	weather.sector_bytes = chance(&weather.seed) % 2 ? SECTOR_BYTES : PAGE_BYTES;
	weather.fill = chance(&weather.seed) % 2 ? GARBAGE : 0;
	return weather;
}

static bool is_kept(struct weather *weather) {
	return chance(&weather->seed) % 16 < weather->kept;
}

/* Sectors of it, as they lie in the file. */
static void put_torn(
    struct content *content, const struct trace_event *event, struct weather *weather) {
	for (uint64_t at = 0; at < event->bytes;) {
		uint64_t to_end = weather->sector_bytes - (event->offset + at) % weather->sector_bytes;
		uint64_t bytes = to_end < event->bytes - at ? to_end : event->bytes - at;
		if (chance(&weather->seed) % 2)
			content_put(content, event->offset + at, event->data + at, bytes, weather->fill);
		at += bytes;
	}
}

static void maybe_change(
    struct content *content, const struct trace_event *event, struct weather *weather) {
	bool is_whole = is_kept(weather), is_torn = chance(&weather->seed) % 2;
	if (is_whole && (!is_torn || event->kind == TRACE_RESIZE || weather->kept == 16))
		content_change(content, event);
	else if (is_whole)
		put_torn(content, event, weather);
	else if (event->kind == TRACE_WRITE && event->offset + event->bytes > content->bytes &&
	    is_kept(weather))
		content_resize(content, event->offset + event->bytes, weather->fill); /* the size is kept */
}

static void make_file(const struct file *file, const char *path, struct weather *weather) {
	struct content content = { 0 };
	content_put(
	    &content, 0, file->durable.data ? file->durable.data : (void *)"", file->durable.bytes, 0);
	for (size_t i = 0; i < file->change_count; i++) {
		const struct change *change = &file->changes[i];
		if (change->is_sure || !weather)
			content_change(&content, change->event);
		else
			maybe_change(&content, change->event, weather);
	}
	content_store(&content, path);
	free(content.data);
}

static void make(const struct disk *disk, const char *directory, struct weather *weather) {
	char path[PATH_MAX];
	struct names names = copy_names(&disk->names);
	for (size_t i = 0; i < disk->renaming_count; i++)
		if (!weather || is_kept(weather))
			rename_as(disk, &names, disk->renamings[i]);
	check(mkdir(directory, 0700) == 0);
	/* A directory comes before what is in it: by the length of its path. */
	for (size_t length = 1; length < 100; length++) {
		for (size_t i = 0; i < names.count; i++) {
			snprintf(path, sizeof(path), "%s/%s", directory, names.list[i].path);
			if (names.list[i].file == DIRECTORY && strlen(names.list[i].path) == length)
				(void)!mkdir(path, 0700);
		}
	}
	for (size_t i = 0; i < names.count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names.list[i].path);
		char *end = strrchr(path, '/');
		*end = '\0';
		bool has_directory = access(path, F_OK) == 0; /* else the name went with it */
		*end = '/';
		if (names.list[i].file && names.list[i].file != DIRECTORY && has_directory)
			make_file(&disk->files[names.list[i].file], path, weather);
	}
	free_names(&names);
}

void disk_make_state(const struct disk *disk, const char *directory, uint64_t seed) {
	struct weather weather = weather_of(seed);
	make(disk, directory, &weather);
}

void disk_make_whole(const struct disk *disk, const char *directory) {
	make(disk, directory, NULL);
}
