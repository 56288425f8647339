/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/table.h"

#include "base/check.h"
#include "voucherctl/width.h"

#define GAP 2 /* blanks between columns */

struct table_row {
	struct table_row *next;
	const char *cells[];
};

void table_init(struct table *table, struct arena *arena) {
	*table = (struct table){ .arena = arena };
}

void table_column(struct table *table, const char *title, bool is_right) {
	check(table->columns < TABLE_COLUMNS_MAX);
	table->titles[table->columns] = title;
	table->is_right[table->columns] = is_right;
	table->widths[table->columns] = width_of_text(title);
	table->columns++;
}

static bool begin_row(struct table *table) {
	struct table_row *row = arena_zalloc(
	    table->arena, sizeof(*row) + table->columns * sizeof(row->cells[0]));
	if (!row)
		return false;
	if (table->last)
		table->last->next = row;
	else
		table->first = row;
	table->last = row;
	return true;
}

void table_cell(struct table *table, const char *text) {
	if (table->is_exhausted || (table->cell == 0 && !begin_row(table))) {
		table->is_exhausted = true;
		return;
	}
	const char *safe = text ? width_safe_text(table->arena, text) : NULL;
	if (!safe) {
		table->is_exhausted = true;
		return;
	}
	table->last->cells[table->cell] = safe;
	table->has_content[table->cell] = table->has_content[table->cell] || safe[0];
	size_t width = width_of_text(safe);
	if (width > table->widths[table->cell])
		table->widths[table->cell] = width;
	table->cell = (table->cell + 1) % table->columns;
}

bool table_is_empty(const struct table *table) {
	return !table->first;
}

static void write_blanks(struct buffer *buffer, size_t count) {
	while (count-- > 0)
		buffer_append_char(buffer, ' ');
}

/* No blanks at the end of a line. */
static void write_row(const struct table *table, const char *const *cells, struct buffer *buffer) {
	size_t owed = table->indent;
	for (size_t i = 0; i < table->columns; i++) {
		if (table->hides_empty && !table->has_content[i])
			continue;
		const char *text = cells[i] ? cells[i] : "";
		size_t spare = table->widths[i] - width_of_text(text);
		if (table->is_right[i])
			owed += spare;
		if (text[0]) {
			write_blanks(buffer, owed);
			buffer_append_text(buffer, text);
			owed = 0;
		}
		owed += GAP + (table->is_right[i] ? 0 : spare);
	}
	buffer_append_char(buffer, '\n');
}

enum err table_write(struct table *table, struct buffer *buffer) {
	if (table->is_exhausted)
		return ERR_MEMORY;
	if (!table->has_heading && table->first)
		write_row(table, table->titles, buffer);
	table->has_heading = table->has_heading || table->first;
	for (struct table_row *row = table->first; row; row = row->next)
		write_row(table, row->cells, buffer);
	table->first = table->last = NULL;
	table->cell = 0;
	return buffer_error(buffer);
}
