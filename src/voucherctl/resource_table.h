/* SPDX-License-Identifier: Apache-2.0 */
/* What queries return, noun by noun, and which columns a list shows. Data only. */
#ifndef VOUCHERCTL_RESOURCE_TABLE_H
#define VOUCHERCTL_RESOURCE_TABLE_H

#include <protobuf-c/protobuf-c.h>

enum list_shape {
	LIST_PAGES,
	LIST_SUMMED, /* in pages, but one whole, with a sum at its end */
	LIST_WHOLE,  /* in one piece */
};

struct resource_info {
	const char *noun;
	const char *page_field; /* of Page; NULL: it has no list */
	const ProtobufCMessageDescriptor *descriptor;
	const char *columns;
	enum list_shape shape;
};

/* NULL: the noun has no resource. */
const struct resource_info *resource_find(const char *noun);

/* The enum of a field of the resource; NULL: it has no such field, or no enum. */
const ProtobufCEnumDescriptor *resource_enum(const struct resource_info *info, const char *field);

#endif
