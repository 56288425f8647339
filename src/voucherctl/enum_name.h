/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enum values as people write them: without the prefix that all values of the enum share, in lower
 * case. ROLE_ADMIN is "admin", PAYMENT_PAID is "paid", FUND_AVAILABLE is "fund_available".
 */
#ifndef VOUCHERCTL_ENUM_NAME_H
#define VOUCHERCTL_ENUM_NAME_H

#include "base/arena.h"

#include <protobuf-c/protobuf-c.h>

/* NULL only when the arena is exhausted. A number that has no name is written as a number. */
const char *enum_name(const ProtobufCEnumDescriptor *descriptor, int value, struct arena *arena);

/* Takes the short or the full name; '-' and '_' are the same. NULL: there is none. */
const ProtobufCEnumValue *enum_find(const ProtobufCEnumDescriptor *descriptor, const char *name);

/* "admin, operator, …": every value but the one for "unspecified". */
const char *enum_list(const ProtobufCEnumDescriptor *descriptor, struct arena *arena);

#endif
