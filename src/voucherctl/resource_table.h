/* SPDX-License-Identifier: Apache-2.0 */
/* What queries return, noun by noun, and which columns a list shows. Data only. */
#ifndef VOUCHERCTL_RESOURCE_TABLE_H
#define VOUCHERCTL_RESOURCE_TABLE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct resource_info {
	const char *noun;
	const char *page_field; /* of Page; NULL: it has no list */
	const ProtobufCMessageDescriptor *descriptor;
	const char *columns;
	bool is_summed; /* the list is one whole, with a sum at its end */
};

/* NULL: the noun has no resource. */
const struct resource_info *resource_find(const char *noun);

#endif
