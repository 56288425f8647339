/* SPDX-License-Identifier: Apache-2.0 */
/* Messages laid out for people: one as "name  value" lines, many as a table. */
#ifndef VOUCHERCTL_SHOW_H
#define VOUCHERCTL_SHOW_H

#include "base/buffer.h"
#include "voucherctl/table.h"
#include "voucherctl/view.h"

/*
 * Appends every field that says something, one to a line; messages within it indented, lists of
 * messages as tables. `indent` blanks come before each line.
 */
enum err show_message(const struct view *view, const ProtobufCMessage *message, size_t indent,
    struct buffer *buffer) MUST_CHECK;

/* The same for the paths in `fields`, blank-separated. */
enum err show_fields(const struct view *view, const ProtobufCMessage *message, const char *fields,
    size_t indent, struct buffer *buffer) MUST_CHECK;

/* A table with a column for each path in `columns`, blank-separated; then its rows. */
enum err show_table_begin(struct table *table, const struct view *view,
    const ProtobufCMessageDescriptor *descriptor, const char *columns) MUST_CHECK;
void show_table_row(struct table *table, const struct view *view, const ProtobufCMessage *message,
    const char *columns);

#endif
