/* SPDX-License-Identifier: Apache-2.0 */
/* Help at every level, made from the tables. */
#ifndef VOUCHERCTL_HELP_H
#define VOUCHERCTL_HELP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "voucherctl/command_table.h"
#include "voucherctl/lang.h"

struct help {
	enum lang lang;
	struct arena *arena;
	struct buffer *out;
};

/* `noun` NULL: everything there is; `verb` NULL: the noun's verbs. */
enum err help_write(
    const struct help *help, const struct noun *noun, const struct verb *verb) MUST_CHECK;

/* "voucherctl voucher issue APPLICATION AMOUNT [options]" */
const char *help_usage(struct arena *arena, const struct verb *verb);

#endif
