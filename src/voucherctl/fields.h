/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the text of a parameter to the field of a message, by the message's descriptor. Everything
 * that a person may have mistyped is found here, before anything is sent.
 */
#ifndef VOUCHERCTL_FIELDS_H
#define VOUCHERCTL_FIELDS_H

#include "base/err.h"
#include "voucherctl/command_table.h"
#include "voucherctl/view.h"

#include <protobuf-c/protobuf-c.h>

/*
 * Sets parameter->field of `message`; a repeated field grows by one. Memory comes from the
 * view. ERR_CONFIG with a sentence in its language in `ret_message` when the text is wrong.
 */
enum err fields_set(ProtobufCMessage *message, const struct parameter *parameter, const char *text,
    const struct view *view, const char **ret_message) MUST_CHECK;

#endif
