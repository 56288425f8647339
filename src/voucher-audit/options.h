/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of voucher-audit. */
#ifndef VOUCHER_AUDIT_OPTIONS_H
#define VOUCHER_AUDIT_OPTIONS_H

#include "voucher-audit/exit_status.h"

#include <stdbool.h>
#include <stddef.h>

#define OPTION_FILES_MAX 64

struct options {
	const char *ledger;
	const char *directory; /* --state */
	const char *work;
	const char *checkpoints[OPTION_FILES_MAX];
	size_t n_checkpoints;
	const char *keys[OPTION_FILES_MAX]; /* verifier keys of the ledger */
	size_t n_keys;
	const char *origin;
	bool is_json, is_zh, is_only_hashes, is_quiet, is_all;
};

/* False: there is nothing more to do, `*ret_status` says how it ended. */
bool options_parse(
    int argc, char **argv, struct options *ret_options, enum exit_status *ret_status);

#endif
