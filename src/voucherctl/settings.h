/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the server is and who we are: from options, else the environment (VOUCHERCTL_SERVER, _CA,
 * _CERT, _KEY, _TOKEN, _PROFILE, _LANG), else the chosen section of the configuration file, else
 * its section [default].
 *
 *	[default]
 *	server = https://vouchers.example.cn:8443
 *	ca = ~/vouchers/ca.pem
 *	[finance]
 *	cert = ~/vouchers/finance.pem
 *	key = ~/vouchers/finance.key
 *
 * One identity counts: a certificate given in a stronger place hides a key or a token from a
 * weaker one, and the other way round. File names begin at the home directory with "~/", else at
 * the directory of the configuration file, or for options and environment at the working
 * directory.
 */
#ifndef VOUCHERCTL_SETTINGS_H
#define VOUCHERCTL_SETTINGS_H

#include "base/arena.h"
#include "base/err.h"
#include "voucherctl/lang.h"
#include "voucherctl/options.h"

#include <stdint.h>

#define SETTINGS_TIMEOUT_S 30
#define SETTINGS_RETRIES   4

struct settings {
	const char *server; /* with its scheme; NULL: not set */
	const char *ca_file;
	const char *certificate_file; /* NULL: none */
	const char *key_file;
	const char *token; /* NULL: none */
	uint32_t timeout_ms;
	uint32_t retries;
	enum lang lang;
	const char *file;     /* the configuration file that would be, or was, read */
	const char *profiles; /* the sections in it, blank-separated; "" */
};

/* The sections of the configuration file, for completion; "" when there is none or it is wrong.
 * `file` NULL: the usual one. */
const char *settings_profiles(const char *file, struct arena *arena);

/*
 * Everything lives in `arena` or is borrowed. ERR_CONFIG with a sentence in `ret_message` that
 * begins with the file and line, or the option, at fault. A missing configuration file is no fault
 * unless it was named.
 */
enum err settings_load(const struct command_line *line, struct arena *arena,
    struct settings *ret_settings, const char **ret_message) MUST_CHECK;

#endif
