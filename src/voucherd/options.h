/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's settings: one table of options, from which the parser, the sample file, the manual
 * page and the check all come.
 */
#ifndef VOUCHERD_OPTIONS_H
#define VOUCHERD_OPTIONS_H

#include "base/buffer.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SETTINGS_TEXT_BYTES 1024

/* Values as the program uses them. Zero-terminated texts; "" is unset. */
struct settings {
	char ledger_directory[SETTINGS_TEXT_BYTES];
	uint32_t memtable_mib;
	uint32_t map_gib;
	uint32_t queue_commands;
	uint32_t tick_s;

	char checkpoint_key[SETTINGS_TEXT_BYTES];
	char checkpoint_guard[SETTINGS_TEXT_BYTES];
	uint32_t checkpoint_interval_s;
	char checkpoint_witnesses[SETTINGS_TEXT_BYTES];
	char checkpoint_witness_ca[SETTINGS_TEXT_BYTES];

	char listen_address[SETTINGS_TEXT_BYTES];
	uint32_t listen_port;
	uint32_t listen_threads;

	char tls_certificate[SETTINGS_TEXT_BYTES];
	char tls_key[SETTINGS_TEXT_BYTES];
	char tls_client_ca[SETTINGS_TEXT_BYTES];
	char tls_crl[SETTINGS_TEXT_BYTES];
	uint32_t tls_allow_1_2;

	uint32_t connections;
	uint32_t connections_per_address;
	uint32_t body_bytes;
	uint32_t handshake_ms;
	uint32_t header_ms;
	uint32_t body_ms;
	uint32_t idle_ms;
	uint32_t write_ms;
	uint32_t drain_ms;

	char process_user[SETTINGS_TEXT_BYTES];
	uint32_t process_core_files;

	uint32_t log_level; /* enum log_level */
};

enum option_type {
	OPTION_TEXT,   /* anything, one line */
	OPTION_FILE,   /* a path */
	OPTION_NUMBER, /* decimal, minimum ≤ value ≤ maximum */
	OPTION_SWITCH, /* yes or no */
	OPTION_CHOICE, /* one of `choices`, separated by spaces; stored as its index */
};

struct config_option {
	const char *section;
	const char *name;
	enum option_type type;
	size_t offset;        /* in struct settings */
	const char *standard; /* default, as it would stand in the file; NULL: must be given */
	uint64_t minimum;
	uint64_t maximum;
	const char *unit; /* "ms", "bytes", … or "" */
	bool is_reloadable;
	const char *choices;
	const char *help; /* a sentence */
};

const struct config_option *options_table(size_t *ret_count);

/*
 * Sets one option from its text. ERR_NOT_FOUND: no such option. ERR_SYNTAX or ERR_RANGE: `reason`
 * says what is expected.
 */
enum err options_set(struct settings *settings, const char *section, const char *name,
    const char *value, char *reason, size_t reason_bytes) MUST_CHECK;

/* Every option at its default; those that must be given are "" or 0. */
void options_defaults(struct settings *ret_settings);

/* Whether an option has the same value in both. */
bool options_is_same(
    const struct config_option *option, const struct settings *a, const struct settings *b);

void options_write_sample(struct buffer *buffer); /* an INI file with everything explained */
void options_write_manual(struct buffer *buffer); /* voucherd.conf(5), man format */

#endif
