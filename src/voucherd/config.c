/* SPDX-License-Identifier: Apache-2.0 */
/* Binds inih to the table of options. */
#include "voucherd/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES_MAX 2048
#define OPTIONS_MAX    64

struct reading {
	const char *file;
	struct settings settings;
	bool is_given[OPTIONS_MAX];
	int line;
	char *reason;
	size_t reason_bytes;
	bool has_failed;
};

static void fail(struct reading *reading, const char *section, const char *name, const char *why) {
	char place[300];
	if (*name)
		snprintf(place, sizeof(place), "[%s] %s: ", section, name);
	else if (*section)
		snprintf(place, sizeof(place), "[%s]: ", section);
	else
		place[0] = '\0';
	if (reading->line)
		snprintf(reading->reason, reading->reason_bytes, "%s:%d: %s%s", reading->file,
		    reading->line, place, why);
	else
		snprintf(reading->reason, reading->reason_bytes, "%s: %s%s", reading->file, place, why);
	reading->has_failed = true;
}

static size_t index_of(const char *section, const char *name) {
	size_t count;
	const struct config_option *options = options_table(&count);
	size_t i = 0;
	while (i < count && (strcmp(options[i].section, section) || strcmp(options[i].name, name)))
		i++;
	return i;
}

/* inih's handler; it passes the line through the reader below. */
static int on_option(void *arg, const char *section, const char *name, const char *value) {
	struct reading *reading = arg;
	char why[200];
	if (reading->has_failed)
		return 0;
	if (options_set(&reading->settings, section, name, value, why, sizeof(why))) {
		fail(reading, section, name, why);
		return 0;
	}
	size_t index = index_of(section, name);
	if (reading->is_given[index]) {
		fail(reading, section, name, "given twice");
		return 0;
	}
	reading->is_given[index] = true;
	return 1;
}

struct lines {
	FILE *stream;
	struct reading *reading;
};

/* Counts lines, and refuses those that inih would cut silently. */
static char *next_line(char *room, int bytes, void *arg) {
	struct lines *lines = arg;
	char line[LINE_BYTES_MAX];
	if (lines->reading->has_failed || !fgets(line, sizeof(line), lines->stream))
		return NULL;
	lines->reading->line++;
	size_t length = strlen(line);
	bool is_whole = length && (line[length - 1] == '\n' || feof(lines->stream));
	if (!is_whole || length >= (size_t)bytes) {
		fail(lines->reading, "", "", "the line is too long (199 bytes is the most)");
		return NULL;
	}
	const char *start = line + strspn(line, " \t");
	if (*start == '[' && !strchr(start, ']')) { /* inih would go on in the section before */
		fail(lines->reading, "", "", "the section's name does not end in \"]\"");
		return NULL;
	}
	memcpy(room, line, length + 1);
	return room;
}

static void check_given(struct reading *reading) {
	size_t count;
	const struct config_option *options = options_table(&count);
	reading->line = 0;
	for (size_t i = 0; i < count && !reading->has_failed; i++)
		if (!options[i].standard && !reading->is_given[i])
			fail(reading, options[i].section, options[i].name, "must be given");
}

enum err config_read(
    const char *file, struct settings *ret_settings, char *ret_reason, size_t reason_bytes) {
	struct reading reading = { .file = file, .reason = ret_reason, .reason_bytes = reason_bytes };
	struct lines lines = { .stream = fopen(file, "re"), .reading = &reading };
	if (!lines.stream) {
		snprintf(ret_reason, reason_bytes, "%s: cannot be read: %s%s", file, strerror(errno),
		    errno == ENOENT ? "; voucherd --print-sample prints one to begin with" : "");
		return ERR_CONFIG;
	}
	options_defaults(&reading.settings);
	int line = ini_parse_stream(next_line, &lines, on_option, &reading);
	fclose(lines.stream);
	if (!reading.has_failed && line) {
		reading.line = line > 0 ? line : 0;
		fail(&reading, "", "", "neither [section], name = value, nor a comment");
	}
	if (!reading.has_failed)
		check_given(&reading);
	if (reading.has_failed)
		return ERR_CONFIG;
	*ret_settings = reading.settings;
	return ERR_OK;
}
