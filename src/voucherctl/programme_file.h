/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files: JSON of PublishRules ({"programme": …, "rules": …}) or, by itself, of a RuleSet. */
#ifndef VOUCHERCTL_PROGRAMME_FILE_H
#define VOUCHERCTL_PROGRAMME_FILE_H

#include "voucher/v1/command.pb-c.h"
#include "voucherctl/session.h"

/* Appends the whole file. EXIT_USAGE, having complained, when it cannot be read or is larger than
 * any rule set. */
enum exit_status programme_read_text(const char *name, struct buffer *text);

/* What the file holds, in the arena of the session: rules that may be published (ledger/rules.h).
 * Otherwise EXIT_REFUSED, having complained of every mistake with its line and path, or of where
 * the file ceases to hold rules. */
enum exit_status programme_read_valid(
    struct session *session, const char *name, Pb__PublishRules *ret_publish);

#endif
