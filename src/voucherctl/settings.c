/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/settings.h"

#include "base/text.h"
#include "voucherctl/suggest.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_NAME      ".config/voucherctl.ini"
#define TOKEN_BYTES    512
#define LINE_BYTES_MAX 4096

enum key {
	KEY_SERVER,
	KEY_CA,
	KEY_CERT,
	KEY_KEY,
	KEY_TOKEN,
	KEY_TOKEN_FILE,
	KEY_TIMEOUT,
	KEY_RETRIES,
	KEY_LANG,
	KEY_COUNT,
};

/* From weak to strong. */
enum place { PLACE_NOWHERE, PLACE_DEFAULT, PLACE_PROFILE, PLACE_ENVIRONMENT, PLACE_OPTION };

struct key_info {
	const char *name;
	const char *variable;
	enum option option; /* OPTION_COUNT: none, since others can see a command line */
	bool is_file;
};

static const struct key_info keys[KEY_COUNT] = {
	[KEY_SERVER] = { "server", "VOUCHERCTL_SERVER", OPTION_SERVER, false },
	[KEY_CA] = { "ca", "VOUCHERCTL_CA", OPTION_CA, true },
	[KEY_CERT] = { "cert", "VOUCHERCTL_CERT", OPTION_CERT, true },
	[KEY_KEY] = { "key", "VOUCHERCTL_KEY", OPTION_KEY, true },
	[KEY_TOKEN] = { "token", "VOUCHERCTL_TOKEN", OPTION_COUNT, false },
	[KEY_TOKEN_FILE] = { "token_file", "VOUCHERCTL_TOKEN_FILE", OPTION_TOKEN_FILE, true },
	[KEY_TIMEOUT] = { "timeout", "VOUCHERCTL_TIMEOUT", OPTION_TIMEOUT, false },
	[KEY_RETRIES] = { "retries", "VOUCHERCTL_RETRIES", OPTION_RETRIES, false },
	[KEY_LANG] = { "lang", "VOUCHERCTL_LANG", OPTION_LANG, false },
};

struct value {
	const char *text; /* NULL: not set */
	enum place place;
	int line; /* of the file */
};

struct loader {
	struct arena *arena;
	const char *file;
	const char *directory; /* of the file, with its slash */
	const char *profile;
	const char *profiles; /* those seen, blank-separated */
	const char *last_section;
	FILE *stream;
	int line; /* being read */
	bool has_profile;
	bool is_exhausted;
	const char *message;
	struct value values[KEY_COUNT];
};

#define FAIL(loader, ...)                                                                          \
	((loader)->message = arena_printf((loader)->arena, __VA_ARGS__),                               \
	    (loader)->message ? ERR_CONFIG : ERR_MEMORY)

/* --- the file --- */

/* inih counts lines, but does not tell its handler; so we hand them over one by one. */
static char *read_line(char *room, int bytes, void *loader_arg) {
	struct loader *loader = loader_arg;
	if (loader->message || !fgets(room, bytes, loader->stream))
		return NULL;
	loader->line++;
	if (!strchr(room, '\n') && !feof(loader->stream)) {
		(void)FAIL(loader, "%s:%d: The line is too long.", loader->file, loader->line);
		return NULL;
	}
	return room;
}

static int unknown_key(struct loader *loader, const char *name) {
	struct suggestion suggestion;
	suggest_begin(&suggestion, name);
	for (size_t i = 0; i < KEY_COUNT; i++)
		suggest_offer(&suggestion, keys[i].name);
	const char *meant = suggestion.word
	    ? arena_printf(loader->arena, " Did you mean \"%s\"?", suggestion.word)
	    : " Known are server, ca, cert, key, token, token_file, timeout, retries and lang.";
	(void)FAIL(loader, "%s:%d: There is no setting \"%s\".%s", loader->file, loader->line, name,
	    meant ? meant : "");
	return 0;
}

/* "~/x" is in the home directory, "x" beside the configuration file. */
static const char *locate(struct loader *loader, const char *name) {
	const char *home = getenv("HOME");
	if (name[0] == '~' && name[1] == '/' && home)
		return arena_printf(loader->arena, "%s%s", home, name + 1);
	if (name[0] == '/')
		return arena_string(loader->arena, name, strlen(name));
	return arena_printf(loader->arena, "%s%s", loader->directory, name);
}

/* Settings of a section come one after the other. */
static bool note_section(struct loader *loader, const char *section) {
	if (loader->last_section && strcmp(loader->last_section, section) == 0)
		return true;
	loader->last_section = arena_string(loader->arena, section, strlen(section));
	loader->profiles = arena_printf(
	    loader->arena, "%s%s%s", loader->profiles, loader->profiles[0] ? " " : "", section);
	return loader->last_section && loader->profiles;
}

static int take_setting(void *loader_arg, const char *section, const char *name, const char *text) {
	struct loader *loader = loader_arg;
	if (loader->message || loader->is_exhausted)
		return 0;
	if (!section[0]) {
		(void)FAIL(loader, "%s:%d: \"%s\" stands before the first section; begin with [default].",
		    loader->file, loader->line, name);
		return 0;
	}
	if (!note_section(loader, section)) {
		loader->is_exhausted = true;
		return 0;
	}
	bool is_profile = strcmp(section, loader->profile) == 0;
	loader->has_profile = loader->has_profile || is_profile;
	enum key key = 0;
	while (key < KEY_COUNT && strcmp(keys[key].name, name) != 0)
		key++;
	if (key == KEY_COUNT)
		return unknown_key(loader, name);
	if (!text[0]) {
		(void)FAIL(loader, "%s:%d: \"%s\" has no value.", loader->file, loader->line, name);
		return 0;
	}
	if (!is_profile && strcmp(section, "default") != 0)
		return 1;
	enum place place = is_profile ? PLACE_PROFILE : PLACE_DEFAULT;
	if (loader->values[key].place > place)
		return 1;
	const char *copy = keys[key].is_file ? locate(loader, text)
	                                     : arena_string(loader->arena, text, strlen(text));
	loader->is_exhausted = loader->is_exhausted || !copy;
	loader->values[key] = (struct value){ copy, place, loader->line };
	return copy != NULL;
}

/* A token in a file that others may read is no secret. */
static enum err check_private(struct loader *loader) {
	struct stat stat;
	if (loader->values[KEY_TOKEN].text && fstat(fileno(loader->stream), &stat) == 0 &&
	    (stat.st_mode & (S_IRWXG | S_IRWXO)))
		return FAIL(loader,
		    "%s:%d: Others may read this file, and a token is in it. Run: chmod 600 %s",
		    loader->file, loader->values[KEY_TOKEN].line, loader->file);
	return ERR_OK;
}

static enum err read_file(struct loader *loader, bool is_named) {
	loader->stream = fopen(loader->file, "re");
	if (!loader->stream && errno == ENOENT && !is_named)
		return ERR_OK;
	if (!loader->stream)
		return FAIL(loader, "%s: The configuration file cannot be read: %m.", loader->file);
	const char *slash = strrchr(loader->file, '/');
	loader->directory = slash
	    ? arena_string(loader->arena, loader->file, (size_t)(slash + 1 - loader->file))
	    : "";
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;
	ini_use_stack = false;
	ini_initial_alloc = ini_max_line = LINE_BYTES_MAX;
	int bad_line = ini_parse_stream(read_line, loader, take_setting, loader);
	enum err err = ERR_OK;
	if (loader->is_exhausted || !loader->directory || bad_line == -2)
		err = ERR_MEMORY;
	else if (loader->message)
		err = ERR_CONFIG;
	else if (bad_line != 0)
		err = FAIL(
		    loader, "%s:%d: Neither \"[section]\" nor \"name = value\".", loader->file, bad_line);
	else
		err = check_private(loader);
	fclose(loader->stream);
	return err;
}

/* `file` NULL: the usual one. */
static enum err load_file(struct loader *loader, const char *file, const char *profile) {
	const char *home = getenv("HOME");
	if (!file)
		file = getenv("VOUCHERCTL_CONFIG");
	if (!profile)
		profile = getenv("VOUCHERCTL_PROFILE");
	loader->profile = profile ? profile : "default";
	loader->profiles = "";
	loader->file = file ? file : arena_printf(loader->arena, "%s/" FILE_NAME, home ? home : "");
	if (!loader->file)
		return ERR_MEMORY;
	enum err err = read_file(loader, file != NULL);
	if (err == ERR_OK && profile && !loader->has_profile)
		return FAIL(loader, "%s: There is no section [%s]. There are: %s", loader->file, profile,
		    loader->profiles[0] ? loader->profiles : "none");
	return err;
}

/* --- the stronger places --- */

static void take_stronger(struct loader *loader, const struct command_line *line) {
	for (enum key key = 0; key < KEY_COUNT; key++) {
		const char *text = getenv(keys[key].variable);
		if (text && text[0])
			loader->values[key] = (struct value){ text, PLACE_ENVIRONMENT, 0 };
		text = keys[key].option < OPTION_COUNT ? line->options[keys[key].option] : NULL;
		if (text)
			loader->values[key] = (struct value){ text, PLACE_OPTION, 0 };
	}
}

/* Drops `key` when it comes from a weaker place than `other`. */
static void drop_weaker(struct loader *loader, enum key key, enum key other) {
	if (loader->values[key].place < loader->values[other].place)
		loader->values[key] = (struct value){ 0 };
}

static void choose_identity(struct loader *loader) {
	drop_weaker(loader, KEY_TOKEN, KEY_TOKEN_FILE);
	drop_weaker(loader, KEY_TOKEN_FILE, KEY_TOKEN);
	drop_weaker(loader, KEY_TOKEN, KEY_CERT);
	drop_weaker(loader, KEY_TOKEN_FILE, KEY_CERT);
	drop_weaker(loader, KEY_CERT, KEY_TOKEN);
	drop_weaker(loader, KEY_CERT, KEY_TOKEN_FILE);
	drop_weaker(loader, KEY_KEY, KEY_CERT);
	if (!loader->values[KEY_CERT].text)
		loader->values[KEY_KEY] = (struct value){ 0 };
}

/* --- values --- */

/* Where a value came from, for a message: "file:line", "--timeout" or "VOUCHERCTL_TIMEOUT". */
static const char *place_of(struct loader *loader, enum key key) {
	const struct value *value = &loader->values[key];
	if (value->place == PLACE_OPTION)
		return option_table[keys[key].option].name;
	if (value->place == PLACE_ENVIRONMENT)
		return keys[key].variable;
	const char *text = arena_printf(loader->arena, "%s:%d", loader->file, value->line);
	return text ? text : loader->file;
}

struct number_range {
	uint32_t preset, least, most;
};

static enum err read_number(
    struct loader *loader, enum key key, struct number_range range, uint32_t *ret_value) {
	const char *text = loader->values[key].text;
	uint64_t value = range.preset;
	if (text &&
	    (text_parse_u64(text, strlen(text), &value) != ERR_OK || value < range.least ||
	        value > range.most))
		return FAIL(loader, "%s: \"%s\" must be a number from %u to %u, not \"%s\".",
		    place_of(loader, key), keys[key].name, range.least, range.most, text);
	*ret_value = (uint32_t)value;
	return ERR_OK;
}

/* A key or a token that others may use is theirs too. One that is not there is for who reads it. */
static enum err check_secret(struct loader *loader, enum key key) {
	struct stat stat_of;
	const char *name = loader->values[key].text;
	if (name && stat(name, &stat_of) == 0 && S_ISREG(stat_of.st_mode) &&
	    (stat_of.st_mode & S_IRWXO))
		return FAIL(loader,
		    "%s: Others may read or write \"%s\", which is for a key or token. Run: chmod 600 %s",
		    place_of(loader, key), name, name);
	return ERR_OK;
}

static enum err check_secrets(struct loader *loader) {
	enum err err = check_secret(loader, KEY_TOKEN_FILE);
	return err ? err : check_secret(loader, loader->values[KEY_KEY].text ? KEY_KEY : KEY_CERT);
}

static enum err read_token_file(struct loader *loader, const char **ret_token) {
	const char *name = loader->values[KEY_TOKEN_FILE].text;
	FILE *stream = fopen(name, "re");
	if (!stream)
		return FAIL(loader, "%s: The token file \"%s\" cannot be read: %m.",
		    place_of(loader, KEY_TOKEN_FILE), name);
	char text[TOKEN_BYTES] = "";
	bool was_read = fgets(text, sizeof(text), stream);
	fclose(stream);
	text[strcspn(text, " \t\r\n")] = '\0';
	if (!was_read || !text[0])
		return FAIL(
		    loader, "%s: The token file \"%s\" is empty.", place_of(loader, KEY_TOKEN_FILE), name);
	*ret_token = arena_string(loader->arena, text, strlen(text));
	explicit_bzero(text, sizeof(text));
	return *ret_token ? ERR_OK : ERR_MEMORY;
}

/* "host:port" is as good as "https://host:port". */
static enum err read_server(struct loader *loader, const char **ret_server) {
	const char *text = loader->values[KEY_SERVER].text;
	if (!text)
		return ERR_OK;
	if (strncmp(text, "http://", 7) == 0)
		return FAIL(loader, "%s: voucherd speaks https only, not \"%s\".",
		    place_of(loader, KEY_SERVER), text);
	*ret_server = strstr(text, "://") ? text : arena_printf(loader->arena, "https://%s", text);
	return *ret_server ? ERR_OK : ERR_MEMORY;
}

static enum err read_lang(struct loader *loader, enum lang *ret_lang) {
	const char *text = loader->values[KEY_LANG].text;
	*ret_lang = lang_from_environment();
	if (text && lang_parse(text, ret_lang) != ERR_OK)
		return FAIL(loader, "%s: The language is \"zh\" or \"en\", not \"%s\".",
		    place_of(loader, KEY_LANG), text);
	return ERR_OK;
}

static enum err fill(struct loader *loader, struct settings *settings) {
	static const struct number_range timeout_range = { SETTINGS_TIMEOUT_S, 1, 3600 };
	static const struct number_range retries_range = { SETTINGS_RETRIES, 0, 100 };
	uint32_t timeout_s = 0;
	enum err err = read_server(loader, &settings->server);
	if (!err)
		err = read_number(loader, KEY_TIMEOUT, timeout_range, &timeout_s);
	if (!err)
		err = read_number(loader, KEY_RETRIES, retries_range, &settings->retries);
	if (!err)
		err = read_lang(loader, &settings->lang);
	settings->timeout_ms = timeout_s * 1000;
	settings->ca_file = loader->values[KEY_CA].text;
	settings->certificate_file = loader->values[KEY_CERT].text;
	settings->key_file = loader->values[KEY_KEY].text;
	settings->token = loader->values[KEY_TOKEN].text;
	settings->file = loader->file;
	settings->profiles = loader->profiles;
	if (!err)
		err = check_secrets(loader);
	if (!err && loader->values[KEY_TOKEN_FILE].text)
		err = read_token_file(loader, &settings->token);
	return err;
}

enum err settings_load(const struct command_line *line, struct arena *arena,
    struct settings *ret_settings, const char **ret_message) {
	struct loader loader = { .arena = arena };
	struct settings settings = { 0 };
	enum err err = load_file(&loader, line->options[OPTION_CONFIG], line->options[OPTION_PROFILE]);
	if (!err) {
		take_stronger(&loader, line);
		choose_identity(&loader);
		err = fill(&loader, &settings);
	}
	if (!err)
		*ret_settings = settings;
	else if (loader.message)
		*ret_message = loader.message;
	return err;
}

const char *settings_profiles(const char *file, struct arena *arena) {
	struct loader loader = { .arena = arena };
	enum err err = load_file(&loader, file, NULL);
	(void)err; /* what was read before a mistake is still worth offering */
	return loader.profiles ? loader.profiles : "";
}
