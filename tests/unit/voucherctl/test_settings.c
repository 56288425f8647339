/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/settings.h"

#include "support/suite.h"
#include "unit/voucherctl/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const variables[] = { "VOUCHERCTL_SERVER", "VOUCHERCTL_CA", "VOUCHERCTL_CERT",
	"VOUCHERCTL_KEY", "VOUCHERCTL_TOKEN", "VOUCHERCTL_TOKEN_FILE", "VOUCHERCTL_TIMEOUT",
	"VOUCHERCTL_RETRIES", "VOUCHERCTL_LANG", "VOUCHERCTL_CONFIG", "VOUCHERCTL_PROFILE", "LC_ALL",
	"LC_MESSAGES", "LANG" };

static void write_file(const char *name, const char *text, mode_t mode) {
	FILE *file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	ck_assert_int_eq(chmod(name, mode), 0);
}

/* A home of its own with this configuration (NULL: none) and nothing in the environment. */
static void make_home(const char *ini) {
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	const char *home = suite_directory();
	setenv("HOME", home, 1);
	ck_assert_int_eq(chdir(home), 0);
	ck_assert_int_eq(mkdir(".config", 0700), 0);
	if (ini)
		write_file(".config/voucherctl.ini", ini, 0600);
}

static enum err load(const char *options, struct arena *arena, struct settings *ret_settings,
    const char **ret_message) {
	static struct words words;
	char line[512];
	snprintf(line, sizeof(line), "status %s", options);
	struct command_line parsed = words_parse(&words, line, arena);
	*ret_message = "";
	return settings_load(&parsed, arena, ret_settings, ret_message);
}

static struct settings must_load(const char *options, struct arena *arena) {
	struct settings settings;
	const char *message;
	enum err err = load(options, arena, &settings, &message);
	ck_assert_msg(err == ERR_OK, "%s: %s", options, message);
	return settings;
}

START_TEST(without_anything_there_are_defaults) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home(NULL);
	struct settings settings = must_load("", &arena);
	ck_assert_ptr_null(settings.server);
	ck_assert_ptr_null(settings.token);
	ck_assert_uint_eq(settings.timeout_ms, 30000);
	ck_assert_uint_eq(settings.retries, 4);
	ck_assert_int_eq(settings.lang, LANG_EN);
	arena_done(&arena);
}
END_TEST

START_TEST(stronger_places_win_one_setting_at_a_time) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home("# comment\n[default]\nserver = https://default:1\nca = default.pem\ntimeout = 5\n"
	          "retries = 1\n\n[work]\nserver = work:2\ntimeout = 6\nlang = zh\n");
	struct settings settings = must_load("", &arena);
	ck_assert_str_eq(settings.server, "https://default:1");
	ck_assert_uint_eq(settings.timeout_ms, 5000);
	ck_assert_int_eq(settings.lang, LANG_EN);
	ck_assert_str_eq(settings.profiles, "default work");

	settings = must_load("--profile work", &arena);
	ck_assert_str_eq(settings.server, "https://work:2");
	ck_assert_uint_eq(settings.timeout_ms, 6000);
	ck_assert_uint_eq(settings.retries, 1);
	ck_assert_int_eq(settings.lang, LANG_ZH);

	setenv("VOUCHERCTL_PROFILE", "work", 1);
	setenv("VOUCHERCTL_TIMEOUT", "7", 1);
	setenv("VOUCHERCTL_SERVER", "https://environment:3", 1);
	settings = must_load("--timeout 8", &arena);
	ck_assert_str_eq(settings.server, "https://environment:3");
	ck_assert_uint_eq(settings.timeout_ms, 8000);
	ck_assert_uint_eq(settings.retries, 1);

	settings = must_load("--server option:4 --profile default", &arena);
	ck_assert_str_eq(settings.server, "https://option:4");
	ck_assert_uint_eq(settings.timeout_ms, 7000);
	arena_done(&arena);
}
END_TEST

START_TEST(a_section_may_come_before_the_default_one) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home("[work]\nserver = work:2\n[default]\nserver = default:1\nca = c.pem\n");
	struct settings settings = must_load("-p work", &arena);
	ck_assert_str_eq(settings.server, "https://work:2");
	ck_assert_ptr_nonnull(settings.ca_file);
	arena_done(&arena);
}
END_TEST

START_TEST(file_names_begin_at_home_or_beside_the_configuration) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home("[default]\nca = ~/ca.pem\ncert = me.pem\nkey = /etc/me.key\n");
	char expected[400];
	struct settings settings = must_load("", &arena);
	snprintf(expected, sizeof(expected), "%s/ca.pem", getenv("HOME"));
	ck_assert_str_eq(settings.ca_file, expected);
	snprintf(expected, sizeof(expected), "%s/.config/me.pem", getenv("HOME"));
	ck_assert_str_eq(settings.certificate_file, expected);
	ck_assert_str_eq(settings.key_file, "/etc/me.key");
	settings = must_load("--ca ca.pem", &arena);
	ck_assert_str_eq(settings.ca_file, "ca.pem");
	write_file("here.ini", "[default]\nca = ca.pem\n", 0600);
	settings = must_load("--config here.ini", &arena);
	ck_assert_str_eq(settings.ca_file, "ca.pem");
	arena_done(&arena);
}
END_TEST

START_TEST(identity_is_taken_from_one_place) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home("[default]\ncert = me.pem\nkey = me.key\n[firm]\ntoken = secret\n");
	struct settings settings = must_load("-p firm", &arena);
	ck_assert_str_eq(settings.token, "secret");
	ck_assert_ptr_null(settings.certificate_file);
	ck_assert_ptr_null(settings.key_file);

	/* Another certificate does not go with the key of the first. */
	settings = must_load("--cert other.pem", &arena);
	ck_assert_str_eq(settings.certificate_file, "other.pem");
	ck_assert_ptr_null(settings.key_file);
	settings = must_load("-p firm --cert other.pem", &arena);
	ck_assert_ptr_null(settings.token);

	write_file("token", "from-file \r\n", 0600);
	setenv("VOUCHERCTL_TOKEN", "from-environment", 1);
	settings = must_load("", &arena);
	ck_assert_str_eq(settings.token, "from-environment");
	ck_assert_ptr_null(settings.certificate_file);
	settings = must_load("--token-file token", &arena);
	ck_assert_str_eq(settings.token, "from-file");
	arena_done(&arena);
}
END_TEST

START_TEST(mistakes_are_named_with_file_and_line) {
	static const struct {
		const char *ini;
		const char *options;
		const char *message; /* part of it */
	} cases[] = {
		{ "[default]\nserver = a\nsever = b\n", "", "voucherctl.ini:3: There is no setting" },
		{ "[default]\nsever = b\n", "", "Did you mean \"server\"?" },
		{ "[default]\n\n[other]\n\nzzz = b\n", "",
		    "voucherctl.ini:5: There is no setting \"zzz\"" },
		{ "server = a\n[default]\n", "", "voucherctl.ini:1: \"server\" stands before" },
		{ "[default]\nserver\n", "", "voucherctl.ini:2: Neither" },
		{ "[default\nserver = a\n", "", "voucherctl.ini:1: Neither" },
		{ "[default]\nserver =\n", "", "voucherctl.ini:2: \"server\" has no value" },
		{ "[default]\ntimeout = soon\n", "", "voucherctl.ini:2: \"timeout\" must be a number" },
		{ "[default]\ntimeout = 0\n", "", "from 1 to 3600" },
		{ "[default]\nlang = fr\n", "", "voucherctl.ini:2: The language" },
		{ "[default]\nserver = http://a\n", "", "voucherctl.ini:2: voucherd speaks https" },
		{ "[default]\ntoken_file = none\n", "", "voucherctl.ini:2: The token file" },
		{ "[default]\nserver = a\n", "-p work", "There is no section [work]. There are: default" },
		{ "[default]\nserver = a\n", "--timeout x", "--timeout: " },
		{ "[default]\nserver = a\n", "--retries 101", "from 0 to 100" },
		{ "[default]\nserver = a\n", "--server http://b", "--server: voucherd speaks https" },
		{ "[default]\nserver = a\n", "--config none.ini", "none.ini: The configuration file" },
		{ "[default]\nserver = a\n", "--token-file /dev/null", "is empty" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		arena_init(&arena, 0);
		make_home(cases[i].ini);
		struct settings settings = { .server = "untouched" };
		const char *message;
		enum err err = load(cases[i].options, &arena, &settings, &message);
		ck_assert_msg(
		    err == ERR_CONFIG && strstr(message, cases[i].message), "case %zu: %s", i, message);
		ck_assert_str_eq(settings.server, "untouched");
		arena_done(&arena);
	}
}
END_TEST

START_TEST(line_of_any_length_is_read_whole_or_refused) {
	struct arena arena;
	arena_init(&arena, 0);
	static char ini[6000] = "[default]\nca = /";
	size_t bytes = strlen(ini);
	memset(ini + bytes, 'x', 3000);
	strcpy(ini + bytes + 3000, "\n");
	make_home(ini);
	ck_assert_uint_eq(strlen(must_load("", &arena).ca_file), 3001);
	memset(ini + bytes, 'x', 5000);
	strcpy(ini + bytes + 5000, "\n");
	make_home(ini);
	struct settings settings;
	const char *message;
	ck_assert_int_eq(load("", &arena, &settings, &message), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(message, "voucherctl.ini:2: The line is too long"));
	arena_done(&arena);
}
END_TEST

START_TEST(token_in_a_file_for_everybody_is_refused) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home("[default]\ntoken = secret\n");
	must_load("", &arena);
	chmod(".config/voucherctl.ini", 0644);
	struct settings settings;
	const char *message;
	ck_assert_int_eq(load("", &arena, &settings, &message), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(message, "voucherctl.ini:2: Others may read this file"));
	arena_done(&arena);
}
END_TEST

START_TEST(a_key_or_token_for_everybody_is_refused) {
	static const char *const options[] = { "--token-file secret", "--cert me.pem --key secret",
		"--cert secret" /* the key stands in it too */ };
	struct arena arena;
	struct settings settings;
	const char *message;
	arena_init(&arena, 0);
	make_home(NULL);
	write_file("me.pem", "a certificate\n", 0644);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		write_file("secret", "of-mine\n", 0640);
		must_load(options[i], &arena);
		for (mode_t mode = 0601; mode <= 0604; mode++) {
			chmod("secret", mode);
			ck_assert_int_eq(load(options[i], &arena, &settings, &message), ERR_CONFIG);
			ck_assert_ptr_nonnull(strstr(message, "chmod 600 secret"));
		}
	}
	arena_done(&arena);
}
END_TEST

START_TEST(language_follows_the_locale) {
	static const struct {
		const char *all, *messages, *lang;
		enum lang expected;
	} cases[] = {
		{ NULL, NULL, "zh_CN.UTF-8", LANG_ZH },
		{ NULL, NULL, "en_GB.UTF-8", LANG_EN },
		{ NULL, "en_US", "zh_CN.UTF-8", LANG_EN },
		{ "zh_TW", "en_US", "en_US", LANG_ZH },
		{ "", "", "zh", LANG_ZH },
		{ "C", NULL, "zh_CN.UTF-8", LANG_EN },
		{ NULL, NULL, "zhx", LANG_EN },
		{ NULL, NULL, NULL, LANG_EN },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		arena_init(&arena, 0);
		make_home(NULL);
		const char *values[] = { cases[i].all, cases[i].messages, cases[i].lang };
		static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
		for (size_t k = 0; k < 3; k++)
			if (values[k])
				setenv(names[k], values[k], 1);
		ck_assert_int_eq(must_load("", &arena).lang, cases[i].expected);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(profiles_are_listed_even_of_a_file_with_mistakes) {
	struct arena arena;
	arena_init(&arena, 0);
	make_home("[a]\nserver = x\n[b]\nserver = y\n[c]\nnonsense = z\n");
	ck_assert_str_eq(settings_profiles(NULL, &arena), "a b c");
	make_home(NULL);
	ck_assert_str_eq(settings_profiles(NULL, &arena), "");
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("settings", without_anything_there_are_defaults,
    stronger_places_win_one_setting_at_a_time, a_section_may_come_before_the_default_one,
    file_names_begin_at_home_or_beside_the_configuration, identity_is_taken_from_one_place,
    mistakes_are_named_with_file_and_line, line_of_any_length_is_read_whole_or_refused,
    token_in_a_file_for_everybody_is_refused, a_key_or_token_for_everybody_is_refused,
    language_follows_the_locale, profiles_are_listed_even_of_a_file_with_mistakes)
