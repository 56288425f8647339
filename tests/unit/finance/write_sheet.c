/* SPDX-License-Identifier: Apache-2.0 */
/* write_sheet FORMAT FILE [ROWS]: a table of everything that spreadsheets get wrong, for others to
 * read; with ROWS, so many rows of plain numbers instead. */
#include "base/text.h"
#include "finance/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err write_file(void *file, const void *data, size_t bytes) {
	return fwrite(data, 1, bytes, file) == bytes ? ERR_OK : ERR_IO;
}

static void must(enum err err) {
	if (err) {
		fprintf(stderr, "write_sheet: %s\n", err_text(err));
		exit(EXIT_FAILURE);
	}
}

static void write_cases(struct sheet *sheet) {
	static const struct {
		const char *text, *identifier, *date;
		int64_t number, amount;
	} cases[] = {
		{ "plain", "007", "2026-11-22", 0, 0 },
		{ "样品测试检验", "91350100M000100Y43", "1970-01-01", 1, 1 },
		{ "=1+1", "6222020200112233445", "2024-02-29", -1, -1 },
		{ "@SUM(A1)", "1E5", "9999-12-31", 999999999999999, 999999999999999 },
		{ "a, \"b\"\nc", "=1+1", "1999-12-31", 1000000000000000, 1000000000000000 },
		{ "<&>'", "-1", "2000-03-01", -999999999999999, -999999999999999 },
		{ "_x0041_ _x00e9_ _x", "TRUE", "not a date", INT64_MAX, INT64_MIN },
		{ "https://example.com/", "2026-01-01", "", 123456789012345, 123456789012345 },
		{ " blanks ", "", "2100-03-01", 7, 901719925474099 },
		{ "😀 𠮷", "1.0", "2026-01-31", 42, 10 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sheet_cell cells[] = {
			sheet_text(cases[i].text),
			sheet_text(cases[i].identifier),
			sheet_text(cases[i].date),
			sheet_number(cases[i].number),
			sheet_amount(cases[i].amount, 2),
			sheet_text(""),
			sheet_amount(cases[i].amount, 3),
		};
		must(sheet_row(sheet, cells));
	}
}

static void write_rows(struct sheet *sheet, uint64_t rows) {
	struct sheet_cell cells[7];
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		cells[i] = sheet_text("");
	for (uint64_t i = 1; i <= rows; i++) {
		cells[3] = sheet_number((int64_t)i);
		must(sheet_row(sheet, cells));
	}
}

int main(int argc, char **argv) {
	static const struct sheet_column columns[] = {
		{ "text", SHEET_TEXT },
		{ "identifier", SHEET_IDENTIFIER },
		{ "date", SHEET_DATE },
		{ "number", SHEET_NUMBER },
		{ "amount", SHEET_AMOUNT },
		{ "empty", SHEET_AMOUNT },
		{ "three", SHEET_AMOUNT },
	};
	enum sheet_format format;
	uint64_t rows = 0;
	struct sheet *sheet;
	if (argc < 3 || argc > 4 || sheet_format_parse(argv[1], &format) ||
	    (argc == 4 && text_parse_u64(argv[3], strlen(argv[3]), &rows)))
		return 2;
	FILE *file = fopen(argv[2], "we");
	if (!file)
		return EXIT_FAILURE;
	const struct sink sink = { write_file, file, argv[2] };
	must(sheet_begin(format, columns, sizeof(columns) / sizeof(columns[0]), &sink, &sheet));
	if (rows)
		write_rows(sheet, rows);
	else
		write_cases(sheet);
	must(sheet_end(sheet));
	sheet_free(sheet);
	return fclose(file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
