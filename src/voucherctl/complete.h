/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may stand next on a command line: for shells, which ask with
 *
 *	voucherctl --complete WORD…      the words after "voucherctl", the last one being typed
 *
 * and get one candidate a line; ":file" stands for the names of files. Made from the tables, so
 * that it cannot differ from what is accepted.
 */
#ifndef VOUCHERCTL_COMPLETE_H
#define VOUCHERCTL_COMPLETE_H

#include "base/buffer.h"

void complete(int count, const char *const *words, struct buffer *out);

#endif
