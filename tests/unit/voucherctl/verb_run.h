/* SPDX-License-Identifier: Apache-2.0 */
/* A verb of voucherctl that needs no server, run as from a terminal: what it prints, and where. */
#ifndef TESTS_UNIT_VOUCHERCTL_VERB_RUN_H
#define TESTS_UNIT_VOUCHERCTL_VERB_RUN_H

#include "voucherctl/exit_status.h"

#include <stddef.h>

#define VERB_RUN_BYTES 32768

struct verb_run {
	enum exit_status status;
	char out[VERB_RUN_BYTES], err[VERB_RUN_BYTES];
};

/* `line` is what follows "voucherctl". Leaves files "out" and "err" in the working directory. */
void verb_run(struct verb_run *run, const char *line);

/* As much of a file as there is room for. */
void verb_read_file(const char *name, char ret_text[VERB_RUN_BYTES]);

/* Makes a file of the working directory. */
void verb_write_file(const char *name, const char *text, size_t bytes);

#endif
