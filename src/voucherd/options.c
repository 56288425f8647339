/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options and what follows from it. Holds no state. */
#include "voucherd/options.h"

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct settings, field)
#define NO_RANGE  0, 0, "", /* not a number */

/* Defaults of limits are checked against base/limits.h by a test. */
static const struct config_option table[] = {
	/* section, name, type, field, default, minimum, maximum, unit, reloadable, choices, help */
	{ "ledger", "directory", OPTION_FILE, AT(ledger_directory), NULL, NO_RANGE false, NULL,
	    "Where the ledger lies. `voucherctl init` makes it." },
	{ "ledger", "memtable_mib", OPTION_NUMBER, AT(memtable_mib), "256", 8, 65536, "MiB", false,
	    NULL, "Memory for changes that are not checkpointed yet." },
	{ "ledger", "map_gib", OPTION_NUMBER, AT(map_gib), "0", 0, 16384, "GiB", false, NULL,
	    "Address space for each of journal and state: the most that they can grow to. 0: 1024, or "
	    "what can be had where address space is limited." },
	{ "ledger", "queue_commands", OPTION_NUMBER, AT(queue_commands), "65536", 1, 1 << 20,
	    "commands", false, NULL,
	    "Commands that may wait; beyond this clients are told to come back (503)." },
	{ "ledger", "tick_s", OPTION_NUMBER, AT(tick_s), "10", 1, 3600, "s", false, NULL,
	    "How often to look for what has fallen due: reminders, expiries, withdrawals." },

	{ "checkpoint", "key", OPTION_FILE, AT(checkpoint_key), "", NO_RANGE false, NULL,
	    "The secret keys that sign checkpoints, PEM, for the owner's eyes alone; read again at "
	    "SIGHUP. "
	    "Empty: checkpoint.key in the ledger's directory." },
	{ "checkpoint", "guard", OPTION_FILE, AT(checkpoint_guard), "", NO_RANGE false, NULL,
	    "Keeps the newest checkpoint: a ledger that does not go on from it is not opened. Best on "
	    "another disk than the ledger. Empty: checkpoint.guard in its directory." },
	{ "checkpoint", "interval_s", OPTION_NUMBER, AT(checkpoint_interval_s), "60", 1, 86400, "s",
	    false, NULL, "How often a checkpoint is signed when nobody asks for one." },
	{ "checkpoint", "witnesses", OPTION_FILE, AT(checkpoint_witnesses), "", NO_RANGE false, NULL,
	    "Who is asked to cosign checkpoints: a file with an address and a verifier key a line. "
	    "Empty: nobody." },
	{ "checkpoint", "witness_ca", OPTION_FILE, AT(checkpoint_witness_ca), "", NO_RANGE false, NULL,
	    "Who signed the witnesses' certificates, PEM. Empty: whom this machine trusts." },

	{ "listen", "address", OPTION_TEXT, AT(listen_address), "127.0.0.1", NO_RANGE false, NULL,
	    "Numeric IPv4 or IPv6 address; 0.0.0.0 or :: for all." },
	{ "listen", "port", OPTION_NUMBER, AT(listen_port), "8443", 0, 65535, "", false, NULL,
	    "TCP port; 0 takes any free one, which the log then names." },
	{ "listen", "threads", OPTION_NUMBER, AT(listen_threads), "2", 1, 64, "", false, NULL,
	    "Event loops; as many as there are processors is a good number." },

	{ "tls", "certificate", OPTION_FILE, AT(tls_certificate), NULL, NO_RANGE true, NULL,
	    "The server's certificate and its chain, PEM." },
	{ "tls", "key", OPTION_FILE, AT(tls_key), NULL, NO_RANGE true, NULL,
	    "Its private key, PEM; must not be readable by others." },
	{ "tls", "client_ca", OPTION_FILE, AT(tls_client_ca), NULL, NO_RANGE true, NULL,
	    "The authorities that sign client certificates, PEM." },
	{ "tls", "crl", OPTION_FILE, AT(tls_crl), "", NO_RANGE true, NULL,
	    "Revoked client certificates, PEM; empty: no list." },
	{ "tls", "allow_1_2", OPTION_SWITCH, AT(tls_allow_1_2), "no", NO_RANGE true, NULL,
	    "Accept TLS 1.2 beside 1.3." },

	{ "limits", "connections", OPTION_NUMBER, AT(connections), "10000", 1, 1000000, "", false, NULL,
	    "Connections in all; beyond this new ones wait to be accepted." },
	{ "limits", "connections_per_address", OPTION_NUMBER, AT(connections_per_address), "1000", 1,
	    1000000, "", false, NULL, "Connections from one address." },
	{ "limits", "body_bytes", OPTION_NUMBER, AT(body_bytes), "8388608", 1024, 1 << 30, "bytes",
	    false, NULL, "Largest request body; larger ones are refused (413)." },
	{ "limits", "handshake_ms", OPTION_NUMBER, AT(handshake_ms), "10000", 100, 600000, "ms", false,
	    NULL, "Deadline for the TLS handshake." },
	{ "limits", "header_ms", OPTION_NUMBER, AT(header_ms), "10000", 100, 600000, "ms", false, NULL,
	    "Deadline for a request's head, from its first byte." },
	{ "limits", "body_ms", OPTION_NUMBER, AT(body_ms), "30000", 100, 600000, "ms", false, NULL,
	    "Deadline for a request's body, from its head." },
	{ "limits", "idle_ms", OPTION_NUMBER, AT(idle_ms), "60000", 100, 3600000, "ms", false, NULL,
	    "A connection without a request is closed after this." },
	{ "limits", "write_ms", OPTION_NUMBER, AT(write_ms), "30000", 100, 600000, "ms", false, NULL,
	    "A client that reads nothing for so long is dropped." },
	{ "limits", "drain_ms", OPTION_NUMBER, AT(drain_ms), "10000", 0, 600000, "ms", false, NULL,
	    "At stop: how long requests that have been read may still take." },

	{ "process", "user", OPTION_TEXT, AT(process_user), "", NO_RANGE false, NULL,
	    "Whom to become when started by root, before anything is opened: the ledger and the keys "
	    "must be this user's to read. Empty: nobody else." },
	{ "process", "core_files", OPTION_SWITCH, AT(process_core_files), "no", NO_RANGE false, NULL,
	    "Let a crash leave a core file and debuggers look in. Keys, tokens and the particulars of "
	    "persons are in it." },

	{ "log", "level", OPTION_CHOICE, AT(log_level), "info", NO_RANGE true,
	    "debug info warning error", "Events below this level are not logged." },
};

const struct config_option *options_table(size_t *ret_count) {
	*ret_count = sizeof(table) / sizeof(table[0]);
	return table;
}

static const struct config_option *find(const char *section, const char *name) {
	size_t count;
	const struct config_option *options = options_table(&count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(options[i].section, section) && !strcmp(options[i].name, name))
			return &options[i];
	return NULL;
}

static char *text_at(struct settings *settings, const struct config_option *option) {
	return (char *)settings + option->offset;
}

static uint32_t *number_at(struct settings *settings, const struct config_option *option) {
	return (uint32_t *)(void *)((char *)settings + option->offset);
}

static bool is_text(const struct config_option *option) {
	return option->type == OPTION_TEXT || option->type == OPTION_FILE;
}

static enum err set_text(struct settings *settings, const struct config_option *option,
    const char *value, char *reason, size_t reason_bytes) {
	size_t bytes = strlen(value);
	if (bytes >= SETTINGS_TEXT_BYTES || !text_is_clean_utf8(value, bytes)) {
		snprintf(reason, reason_bytes, "expected at most %d bytes of UTF-8 text",
		    SETTINGS_TEXT_BYTES - 1);
		return ERR_RANGE;
	}
	if (!bytes && !option->standard) {
		snprintf(reason, reason_bytes, "must not be empty");
		return ERR_RANGE;
	}
	memcpy(text_at(settings, option), value, bytes + 1);
	return ERR_OK;
}

static enum err set_number(struct settings *settings, const struct config_option *option,
    const char *value, char *reason, size_t reason_bytes) {
	uint64_t number;
	enum err err = text_parse_u64(value, strlen(value), &number);
	if (!err && (number < option->minimum || number > option->maximum))
		err = ERR_RANGE;
	if (err) {
		snprintf(reason, reason_bytes, "expected a whole number from %llu to %llu%s%s",
		    (unsigned long long)option->minimum, (unsigned long long)option->maximum,
		    *option->unit ? " " : "", option->unit);
		return err;
	}
	*number_at(settings, option) = (uint32_t)number;
	return ERR_OK;
}

static enum err set_switch(struct settings *settings, const struct config_option *option,
    const char *value, char *reason, size_t reason_bytes) {
	bool is_yes = !strcmp(value, "yes");
	if (!is_yes && strcmp(value, "no") != 0) {
		snprintf(reason, reason_bytes, "expected yes or no");
		return ERR_SYNTAX;
	}
	*number_at(settings, option) = is_yes;
	return ERR_OK;
}

static enum err set_choice(struct settings *settings, const struct config_option *option,
    const char *value, char *reason, size_t reason_bytes) {
	size_t bytes = strlen(value);
	uint32_t index = 0;
	for (const char *at = option->choices; bytes && *at; index++) {
		size_t length = strcspn(at, " ");
		if (length == bytes && !memcmp(at, value, bytes)) {
			*number_at(settings, option) = index;
			return ERR_OK;
		}
		at += length + (at[length] == ' ');
	}
	snprintf(reason, reason_bytes, "expected one of: %s", option->choices);
	return ERR_SYNTAX;
}

static enum err set_value(struct settings *settings, const struct config_option *option,
    const char *value, char *reason, size_t reason_bytes) {
	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_FILE: return set_text(settings, option, value, reason, reason_bytes);
	case OPTION_NUMBER: return set_number(settings, option, value, reason, reason_bytes);
	case OPTION_SWITCH: return set_switch(settings, option, value, reason, reason_bytes);
	case OPTION_CHOICE: return set_choice(settings, option, value, reason, reason_bytes);
	}
	check(false);
}

enum err options_set(struct settings *settings, const char *section, const char *name,
    const char *value, char *reason, size_t reason_bytes) {
	const struct config_option *option = find(section, name);
	if (!option) {
		snprintf(reason, reason_bytes, "there is no such option");
		return ERR_NOT_FOUND;
	}
	return set_value(settings, option, value, reason, reason_bytes);
}

void options_defaults(struct settings *ret_settings) {
	memset(ret_settings, 0, sizeof(*ret_settings));
	size_t count;
	const struct config_option *options = options_table(&count);
	for (size_t i = 0; i < count; i++) {
		char reason[128];
		if (options[i].standard)
			check(
			    !set_value(ret_settings, &options[i], options[i].standard, reason, sizeof(reason)));
	}
}

bool options_is_same(
    const struct config_option *option, const struct settings *a, const struct settings *b) {
	const char *left = (const char *)a + option->offset;
	const char *right = (const char *)b + option->offset;
	return is_text(option) ? !strcmp(left, right) : !memcmp(left, right, sizeof(uint32_t));
}

static void write_range(struct buffer *buffer, const struct config_option *option) {
	if (option->type == OPTION_NUMBER)
		buffer_printf(buffer, "%llu–%llu%s%s", (unsigned long long)option->minimum,
		    (unsigned long long)option->maximum, *option->unit ? " " : "", option->unit);
	else if (option->type == OPTION_SWITCH)
		buffer_append_text(buffer, "yes or no");
	else if (option->type == OPTION_CHOICE)
		buffer_printf(buffer, "one of: %s", option->choices);
	else
		buffer_append_text(buffer, option->type == OPTION_FILE ? "a path" : "text");
}

void options_write_sample(struct buffer *buffer) {
	buffer_append_text(buffer,
	    "# voucherd.conf: settings of voucherd, see voucherd.conf(5).\n"
	    "# Made by `voucherd --print-sample`. Lines that begin with ; show the defaults.\n"
	    "# Check a file with `voucherd --config FILE --check`.\n");
	size_t count;
	const struct config_option *options = options_table(&count);
	const char *section = "";
	for (size_t i = 0; i < count; i++) {
		const struct config_option *option = &options[i];
		if (strcmp(section, option->section) != 0)
			buffer_printf(buffer, "\n[%s]\n", option->section);
		section = option->section;
		buffer_printf(buffer, "\n# %s\n# (", option->help);
		write_range(buffer, option);
		buffer_printf(buffer, "%s)\n", option->is_reloadable ? "; SIGHUP reads it again" : "");
		if (option->standard)
			buffer_printf(buffer, ";%s = %s\n", option->name, option->standard);
		else
			buffer_printf(buffer, "%s =\n", option->name);
	}
}

/* troff reads "-" as a hyphen, "`" as an opening quote and "\\" as a command. */
static void append_troff(struct buffer *buffer, const char *text) {
	for (; *text; text++) {
		if (*text == '-')
			buffer_append_text(buffer, "\\-");
		else if (*text == '`')
			buffer_append_text(buffer, "\\(aq");
		else if (*text == '\\')
			buffer_append_text(buffer, "\\e");
		else
			buffer_append_char(buffer, *text);
	}
}

void options_write_manual(struct buffer *buffer) {
	buffer_append_text(buffer,
	    ".\\\" SPDX-License-Identifier: Apache-2.0\n"
	    ".\\\" Made by `voucherd --print-manual`.\n"
	    ".TH VOUCHERD.CONF 5 \"\" \"voucherd\" \"File formats\"\n"
	    ".SH NAME\nvoucherd.conf \\- settings of voucherd\n"
	    ".SH DESCRIPTION\n"
	    "An INI file: sections in square brackets, one \\fBname = value\\fR a line, comments from\n"
	    "\\fB#\\fR or \\fB;\\fR at the beginning of a line. An unknown section or name, a value "
	    "out of\n"
	    "range or a missing one stops the start with file, line and name.\n"
	    ".PP\n"
	    "Options marked \\fIreloadable\\fR are read again at SIGHUP; when one of them is wrong, "
	    "all\n"
	    "settings stay as they are and the log says why.\n");
	size_t count;
	const struct config_option *options = options_table(&count);
	const char *section = "";
	for (size_t i = 0; i < count; i++) {
		const struct config_option *option = &options[i];
		if (strcmp(section, option->section) != 0)
			buffer_printf(buffer, ".SH SECTION [%s]\n", option->section);
		section = option->section;
		buffer_printf(buffer, ".TP\n.B %s\n", option->name);
		append_troff(buffer, option->help);
		buffer_append_text(buffer, "\n(");
		write_range(buffer, option);
		if (!option->standard)
			buffer_append_text(buffer, "; must be given");
		else if (*option->standard)
			buffer_printf(buffer, "; default %s", option->standard);
		buffer_printf(buffer, "%s)\n", option->is_reloadable ? "; reloadable" : "");
	}
	buffer_append_text(buffer, ".SH SEE ALSO\n.BR voucherd (8),\n.BR voucherctl (1)\n");
}
