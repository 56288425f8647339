/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of money do, in Chinese. */
#ifndef VOUCHERCTL_HELP_ZH_H
#define VOUCHERCTL_HELP_ZH_H

#include "voucherctl/command_table.h"

/* NULL: it has been said in English only. */
const char *help_zh_of_verb(const struct verb *verb);

#endif
