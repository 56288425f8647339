/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of messages as people read them, driven by descriptors and by the conventions of
 * proto/voucher/v1/types.proto: a signed 64-bit number is money, unless its name ends in _us (a
 * time, shown in this machine's zone) or it belongs to an attribute or a condition (counted as it
 * stands); a name that ends in _bp is a share.
 */
#ifndef VOUCHERCTL_VIEW_H
#define VOUCHERCTL_VIEW_H

#include "base/arena.h"
#include "voucherctl/lang.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#define VIEW_PATH_BYTES 96

struct view {
	enum lang lang;
	struct arena *arena;
};

/*
 * The value at `path` ("amount", "payment.account.number"); a list joined by commas; "" when it is
 * not set. A path that does not exist is a bug. NULL when the arena is exhausted.
 */
const char *view_value(const struct view *view, const ProtobufCMessage *message, const char *path);

/* The same for one field. */
const char *view_field(const struct view *view, const ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field);

/* Every field that says something, in one line: "application 9, amount 150,000.00". */
const char *view_summary(const struct view *view, const ProtobufCMessage *message);

/* Whether values of this field are numbers, which align at their ends. */
bool view_is_number(const ProtobufCFieldDescriptor *field);

/* The field at the end of a path. */
const ProtobufCFieldDescriptor *view_find(
    const ProtobufCMessageDescriptor *descriptor, const char *path);

/* "2026-11-21 16:15:30", local. */
const char *view_time(const struct view *view, int64_t time_us);

const char *view_money(const struct view *view, int64_t amount);

#endif
