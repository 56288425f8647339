/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherd/config.h"

#include "base/limits.h"
#include "base/log.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRED                                                                                   \
	"[ledger]\ndirectory = /l\n[tls]\ncertificate = c.pem\nkey = k.pem\nclient_ca = ca.pem\n"

static enum err read_text(const char *text, struct settings *ret_settings, char reason[1500]) {
	char file[300];
	snprintf(file, sizeof(file), "%s/t.conf", suite_directory());
	FILE *stream = fopen(file, "w");
	ck_assert_ptr_nonnull(stream);
	fputs(text, stream);
	ck_assert_int_eq(fclose(stream), 0);
	return config_read(file, ret_settings, reason, 1500);
}

START_TEST(required_options_and_defaults_make_settings) {
	struct settings settings;
	char reason[1500] = "";
	ck_assert_msg(!read_text(REQUIRED, &settings, reason), "%s", reason);
	ck_assert_str_eq(settings.ledger_directory, "/l");
	ck_assert_str_eq(settings.listen_address, "127.0.0.1");
	ck_assert_uint_eq(settings.listen_port, 8443);
	ck_assert_uint_eq(settings.log_level, LOG_INFO);
	ck_assert_uint_eq(settings.tls_allow_1_2, 0);
}
END_TEST

START_TEST(values_are_taken) {
	struct settings settings;
	char reason[1500] = "";
	ck_assert_msg(!read_text(REQUIRED "allow_1_2 = yes\n[listen]\nport = 1\naddress = ::1\n"
	                                  "[log]\nlevel = debug ; noisy\n",
	                  &settings, reason),
	    "%s", reason);
	ck_assert_uint_eq(settings.tls_allow_1_2, 1);
	ck_assert_uint_eq(settings.listen_port, 1);
	ck_assert_str_eq(settings.listen_address, "::1");
	ck_assert_uint_eq(settings.log_level, LOG_DEBUG);
}
END_TEST

START_TEST(mistakes_name_file_line_and_option) {
	static const struct {
		const char *text;
		const char *place; /* after the file's name */
	} table[] = {
		{ "[ledger]\ndirectroy = /l\n", ":2: [ledger] directroy: there is no such option" },
		{ REQUIRED "[listen]\nport = 99999\n",
		    ":8: [listen] port: expected a whole number from 0 to 65535" },
		{ REQUIRED "[listen\nport = 1\n", ":7: the section's name does not end in \"]\"" },
		{ REQUIRED "[listen]\nport = +1\n", ":8: [listen] port: expected a whole number" },
		{ REQUIRED "[listen]\nport = 1\nport = 2\n", ":9: [listen] port: given twice" },
		{ REQUIRED "allow_1_2 = maybe\n", ":7: [tls] allow_1_2: expected yes or no" },
		{ REQUIRED "[log]\nlevel = loud\n",
		    ":8: [log] level: expected one of: debug info warning error" },
		{ REQUIRED "[log]\nlevel =\n", ":8: [log] level: expected one of" },
		{ REQUIRED "nonsense\n", ":7: neither [section], name = value, nor a comment" },
		{ "[ledger]\ndirectory =\n", ":2: [ledger] directory: must not be empty" },
		{ "[ledger]\ndirectory = /l\n", ": [tls] certificate: must be given" },
		{ "", ": [ledger] directory: must be given" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct settings settings = { .listen_port = 4711 };
		char reason[1500] = "";
		ck_assert_int_eq(read_text(table[i].text, &settings, reason), ERR_CONFIG);
		const char *place = strstr(reason, "/t.conf");
		ck_assert_ptr_nonnull(place);
		ck_assert_msg(!strncmp(place + 7, table[i].place, strlen(table[i].place)),
		    "row %zu: \"%s\", not \"%s\"", i, place + 7, table[i].place);
		ck_assert_uint_eq(settings.listen_port, 4711);
	}
}
END_TEST

START_TEST(too_long_line_is_refused) {
	char text[4000];
	memset(text, 'x', sizeof(text));
	memcpy(text, "[ledger]\ndirectory = ", 21);
	text[sizeof(text) - 1] = '\0';
	struct settings settings;
	char reason[1500] = "";
	ck_assert_int_eq(read_text(text, &settings, reason), ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(reason, "/t.conf:2: the line is too long"));
}
END_TEST

START_TEST(missing_file_is_named) {
	struct settings settings;
	char reason[1500] = "";
	ck_assert_int_eq(config_read("/nowhere/x.conf", &settings, reason, sizeof(reason)), ERR_CONFIG);
	ck_assert_str_eq(reason,
	    "/nowhere/x.conf: cannot be read: No such file or directory; voucherd --print-sample "
	    "prints one to begin with");
}
END_TEST

START_TEST(sample_is_accepted_once_completed) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	options_write_sample(&buffer);
	char text[16384] = "";
	for (char *line = strtok((char *)buffer_string(&buffer), "\n"); line;
	     line = strtok(NULL, "\n")) {
		strcat(text, line[0] == ';' ? line + 1 : line); /* defaults are values, too */
		strcat(text, line[strlen(line) - 1] == '=' && line[0] != ';' ? " x\n" : "\n");
	}
	buffer_done(&buffer);
	struct settings settings;
	struct settings standard;
	char reason[1500] = "";
	ck_assert_msg(!read_text(text, &settings, reason), "%s", reason);
	options_defaults(&standard);
	ck_assert_uint_eq(settings.idle_ms, standard.idle_ms);
}
END_TEST

START_TEST(defaults_agree_with_the_table_of_limits) {
	struct settings settings;
	options_defaults(&settings);
	ck_assert_uint_eq(settings.queue_commands, LIMIT_QUEUE_COMMANDS);
	ck_assert_uint_eq(settings.connections, LIMIT_CONNECTIONS);
	ck_assert_uint_eq(settings.connections_per_address, LIMIT_CONNECTIONS_PER_ADDRESS);
	ck_assert_uint_eq(settings.body_bytes, LIMIT_BODY_BYTES);
	ck_assert_uint_eq(settings.handshake_ms, LIMIT_HANDSHAKE_MS);
	ck_assert_uint_eq(settings.header_ms, LIMIT_HEADER_MS);
	ck_assert_uint_eq(settings.body_ms, LIMIT_BODY_MS);
	ck_assert_uint_eq(settings.idle_ms, LIMIT_IDLE_MS);
	ck_assert_uint_eq(settings.write_ms, LIMIT_WRITE_MS);
	ck_assert_uint_eq(settings.drain_ms, LIMIT_DRAIN_MS);
}
END_TEST

/* The committed sample and manual page are what the table gives. */
START_TEST(documents_are_current) {
	static const struct {
		const char *file;
		void (*write)(struct buffer *buffer);
	} table[] = {
		{ "contrib/voucherd.conf.sample", options_write_sample },
		{ "contrib/man/voucherd.conf.5", options_write_manual },
	};
	for (size_t i = 0; i < 2; i++) {
		char path[1024];
		const char *top = getenv("top_srcdir");
		snprintf(path, sizeof(path), "%s/%s", top ? top : ".", table[i].file);
		FILE *stream = fopen(path, "r");
		ck_assert_msg(stream != NULL, "%s is not there", path);
		char text[32768];
		size_t bytes = fread(text, 1, sizeof(text) - 1, stream);
		text[bytes] = '\0';
		fclose(stream);
		struct buffer buffer;
		buffer_init(&buffer, 0);
		table[i].write(&buffer);
		ck_assert_str_eq(buffer_string(&buffer), text);
		buffer_done(&buffer);
	}
}
END_TEST

SUITE_MAIN("config", required_options_and_defaults_make_settings, values_are_taken,
    mistakes_name_file_line_and_option, too_long_line_is_refused, missing_file_is_named,
    sample_is_accepted_once_completed, defaults_agree_with_the_table_of_limits,
    documents_are_current)
