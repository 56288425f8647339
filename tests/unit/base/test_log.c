/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "support/suite.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char logged[20000];
static int stderr_kept, end;

static void begin_capture(void) {
	int ends[2];
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	stderr_kept = dup(STDERR_FILENO);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
	end = ends[0];
}

static const char *end_capture(void) {
	ssize_t bytes = read(end, logged, sizeof(logged) - 1);
	dup2(stderr_kept, STDERR_FILENO);
	close(stderr_kept);
	close(end);
	logged[bytes > 0 ? bytes : 0] = '\0';
	return logged;
}

START_TEST(an_event_is_one_line_of_fields) {
	begin_capture();
	log_event(LOG_INFO, "listening", "address=%s port=%u", "127.0.0.1", 8443U);
	const char *line = end_capture();
	/* time=2026-11-21T08:15:30.123456Z */
	ck_assert_int_eq(strncmp(line, "time=2", 6), 0);
	ck_assert_uint_eq(strcspn(line, "T"), strlen("time=2026-11-21"));
	ck_assert_uint_eq(strcspn(line, "Z"), strlen("time=2026-11-21T08:15:30.123456"));
	ck_assert_str_eq(
	    strchr(line, ' '), " level=info event=listening address=127.0.0.1 port=8443\n");
}
END_TEST

START_TEST(an_event_needs_no_fields) {
	begin_capture();
	log_event(LOG_ERROR, "stopped", "%s", "");
	log_event(LOG_WARNING, "odd", "");
	const char *lines = end_capture();
	ck_assert_ptr_nonnull(strstr(lines, " level=error event=stopped"));
	ck_assert_ptr_nonnull(strstr(lines, " level=warning event=odd\n"));
}
END_TEST

START_TEST(what_is_below_the_level_is_dropped) {
	begin_capture();
	log_event(LOG_DEBUG, "dropped", "");
	log_set_level(LOG_ERROR);
	log_event(LOG_WARNING, "dropped", "");
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "kept", "");
	log_set_level(LOG_INFO);
	const char *lines = end_capture();
	ck_assert_ptr_null(strstr(lines, "dropped"));
	ck_assert_ptr_nonnull(strstr(lines, "event=kept"));
}
END_TEST

START_TEST(no_input_forges_a_line) {
	begin_capture();
	log_event(LOG_INFO, "denied", "name=%s raw=%s", LOG_QUOTED("a\nlevel=info \"x\" \x1b[2J\xff"),
	    "b\nevent=forged\x7f");
	const char *line = end_capture();
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
	ck_assert_ptr_nonnull(
	    strstr(line, " name=\"a\\nlevel=info \\\"x\\\" \\u001b[2J\\xff\" raw=b?event=forged?\n"));
}
END_TEST

START_TEST(a_line_too_long_is_cut) {
	static char text[10000];
	memset(text, 'x', sizeof(text) - 1);
	begin_capture();
	log_event(LOG_INFO, "long", "text=%s", text);
	log_event(LOG_INFO, text, "a=1");
	const char *lines = end_capture();
	ck_assert_uint_eq(strlen(lines), 2 * 4096);
	ck_assert_int_eq(lines[4095], '\n');
	ck_assert_int_eq(lines[8191], '\n');
}
END_TEST

START_TEST(quotes_are_closed_even_when_cut) {
	char room[10];
	ck_assert_str_eq(log_quote(room, sizeof(room), NULL), "\"\"");
	ck_assert_str_eq(log_quote(room, sizeof(room), "1234567"), "\"1234567\"");
	ck_assert_str_eq(log_quote(room, sizeof(room), "12345678"), "\"1234567\"");
	ck_assert_str_eq(log_quote(room, sizeof(room), "123456\""), "\"123456\"");
	ck_assert_str_eq(log_quote(room, sizeof(room), "创新券"), "\"创新\"");
	ck_assert_str_eq(log_quote(room, sizeof(room), "\xc2\x85"), "\"\\u0085\"");
	ck_assert_str_eq(log_quote(room, 3, "x"), "\"\"");
	ck_assert_str_eq(log_quote(room, 2, "x"), "");
}
END_TEST

SUITE_MAIN("log", an_event_is_one_line_of_fields, an_event_needs_no_fields,
    what_is_below_the_level_is_dropped, no_input_forges_a_line, a_line_too_long_is_cut,
    quotes_are_closed_even_when_cut)
