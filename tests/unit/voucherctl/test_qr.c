/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes: both forms show the same modules, those of libqrencode, and what the verb accepts. */
#include "support/suite.h"
#include "voucherctl/qr.h"

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE     "7ZQK-03MA-X9D2-A"
#define QUIET    4
#define SIDE_MAX 64

struct modules {
	int side; /* quiet zone included */
	bool dark[SIDE_MAX][SIDE_MAX];
};

static struct modules expected_modules(void) {
	struct modules modules = { 0 };
	QRcode *code = QRcode_encodeString(CODE, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	ck_assert_ptr_nonnull(code);
	modules.side = code->width + 2 * QUIET;
	ck_assert_int_lt(modules.side, SIDE_MAX);
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++)
			modules.dark[row + QUIET][column + QUIET] = code->data[row * code->width + column] & 1;
	QRcode_free(code);
	return modules;
}

static void expect_same(const struct modules *found, const struct modules *expected) {
	ck_assert_int_eq(found->side, expected->side);
	for (int row = 0; row < expected->side; row++)
		for (int column = 0; column < expected->side; column++)
			ck_assert_msg(
			    found->dark[row][column] == expected->dark[row][column], "%d, %d", row, column);
}

/* Half blocks are read back, two rows from each line. */
START_TEST(text_shows_every_module_with_a_quiet_zone) {
	struct modules expected = expected_modules(), found = { 0 };
	struct buffer out;
	buffer_init(&out, 0);
	ck_assert_int_eq(qr_text(CODE, false, &out), ERR_OK);
	int row = 0, column = 0;
	for (const char *c = buffer_string(&out); *c;) {
		static const char *const blocks[] = { " ", "▄", "▀", "█" };
		int block = 0;
		while (block < 4 && strncmp(c, blocks[block], strlen(blocks[block])) != 0)
			block++;
		if (block == 4) {
			ck_assert_int_eq(*c++, '\n');
			ck_assert_int_eq(column, expected.side);
			row += 2;
			column = 0;
			continue;
		}
		found.dark[row][column] = block & 2;
		found.dark[row + 1][column++] = block & 1;
		c += strlen(blocks[block]);
	}
	found.side = row - row % 2 - (row > expected.side);
	expect_same(&found, &expected);
	buffer_done(&out);
}
END_TEST

START_TEST(terminal_gets_black_on_white) {
	struct buffer out;
	buffer_init(&out, 0);
	ck_assert_int_eq(qr_text(CODE, true, &out), ERR_OK);
	ck_assert_int_eq(strncmp(buffer_string(&out), "\033[30;107m ", 10), 0);
	ck_assert_ptr_nonnull(strstr(buffer_string(&out), "\033[0m\n"));
	buffer_done(&out);
}
END_TEST

/* Each "Mx yhNv1h-Nz" is a run of dark modules. */
START_TEST(image_shows_every_module_with_a_quiet_zone) {
	struct modules expected = expected_modules(), found = { 0 };
	struct buffer out;
	buffer_init(&out, 0);
	ck_assert_int_eq(qr_svg(CODE, CODE, &out), ERR_OK);
	const char *svg = buffer_string(&out);
	ck_assert_ptr_nonnull(strstr(svg, "<title>" CODE "</title>"));
	const char *box = strstr(svg, "viewBox=\"0 0 ");
	ck_assert_ptr_nonnull(box);
	found.side = atoi(box + strlen("viewBox=\"0 0 "));
	for (const char *at = strstr(svg, "<path d=\""); (at = strchr(at, 'M')); at++) {
		int column, row, run, back;
		ck_assert_int_eq(sscanf(at, "M%d %dh%dv1h-%dz", &column, &row, &run, &back), 4);
		ck_assert_int_eq(run, back);
		ck_assert(row < SIDE_MAX && column + run < SIDE_MAX);
		while (run-- > 0)
			found.dark[row][column + run] = true;
	}
	expect_same(&found, &expected);
	buffer_done(&out);
}
END_TEST

START_TEST(text_beyond_any_code_is_an_error) {
	static char text[8000];
	struct buffer out;
	memset(text, 'x', sizeof(text) - 1);
	buffer_init(&out, 0);
	ck_assert_int_eq(qr_text(text, false, &out), ERR_RANGE);
	ck_assert_int_eq(qr_svg(text, "t", &out), ERR_RANGE);
	ck_assert_uint_eq(out.bytes, 0);
	buffer_done(&out);
}
END_TEST

SUITE_MAIN("qr", text_shows_every_module_with_a_quiet_zone, terminal_gets_black_on_white,
    image_shows_every_module_with_a_quiet_zone, text_beyond_any_code_is_an_error)
