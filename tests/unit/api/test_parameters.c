/* SPDX-License-Identifier: Apache-2.0 */
#include "api/parameters.h"

#include "support/suite.h"

#include <string.h>

static struct arena arena;

static enum err parse(const char *query, struct parameters *ret_parameters, const char **field) {
	return parameters_parse(query, "limit status cursor", &arena, ret_parameters, field);
}

START_TEST(names_and_values_are_decoded) {
	arena_init(&arena, 0);
	struct parameters parameters;
	const char *field;
	ck_assert_int_eq(parse("limit=5&st%61tus=%E5%88%B8%20x&cursor=", &parameters, &field), ERR_OK);
	ck_assert_uint_eq(parameters.count, 3);
	ck_assert_str_eq(parameters_get(&parameters, "limit"), "5");
	ck_assert_str_eq(parameters_get(&parameters, "status"), "券 x");
	ck_assert_str_eq(parameters_get(&parameters, "cursor"), "");
	ck_assert_ptr_null(parameters_get(&parameters, "party"));
	ck_assert_int_eq(parse("", &parameters, &field), ERR_OK);
	ck_assert_uint_eq(parameters.count, 0);
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_not_known_or_not_text_is_refused_by_name) {
	arena_init(&arena, 0);
	static const struct {
		const char *query, *field;
	} cases[] = {
		{ "colour=red", "colour" },
		{ "limit=1&colour=red", "colour" },
		{ "limit=1&limit=2", "limit" },
		{ "status=%", "status" },
		{ "status=%2", "status" },
		{ "status=%zz", "status" },
		{ "status=%00", "status" },
		{ "status=%0A", "status" },
		{ "status=%FF", "status" },
		{ "%zz=1", "" },
		{ "=1", "" },
		{ "limit=1&&cursor=2", "" },
		{ "lim", "lim" },
		{ "limits=1", "limits" },
		{ "limit status=1", "limit status" },
	};
	struct parameters parameters;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *field = NULL;
		ck_assert_msg(parse(cases[i].query, &parameters, &field) == ERR_SYNTAX, "%s was taken",
		    cases[i].query);
		ck_assert_str_eq(field, cases[i].field);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(too_many_parameters_are_refused) {
	arena_init(&arena, 0);
	struct parameters parameters;
	const char *field;
	ck_assert_int_eq(parameters_parse("a=&b=&c=&d=&e=&f=&g=&h=", "a b c d e f g h i", &arena,
	                     &parameters, &field),
	    ERR_OK);
	ck_assert_uint_eq(parameters.count, PARAMETERS_MAX);
	ck_assert_int_eq(parameters_parse("a=&b=&c=&d=&e=&f=&g=&h=&i=", "a b c d e f g h i", &arena,
	                     &parameters, &field),
	    ERR_SYNTAX);
	arena_done(&arena);
}
END_TEST

START_TEST(numbers_keep_their_limits) {
	arena_init(&arena, 0);
	const struct parameter_range range = { 1, 1000, 100 };
	static const struct {
		const char *query;
		enum err err;
		uint64_t number;
	} cases[] = {
		{ "", ERR_OK, 100 },
		{ "limit=1", ERR_OK, 1 },
		{ "limit=1000", ERR_OK, 1000 },
		{ "limit=0", ERR_RANGE, 7 },
		{ "limit=1001", ERR_RANGE, 7 },
		{ "limit=99999999999999999999", ERR_RANGE, 7 },
		{ "limit=", ERR_SYNTAX, 7 },
		{ "limit=-1", ERR_SYNTAX, 7 },
		{ "limit=+1", ERR_SYNTAX, 7 },
		{ "limit=1e2", ERR_SYNTAX, 7 },
		{ "limit=%201", ERR_SYNTAX, 7 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parameters parameters;
		const char *field;
		uint64_t number = 7;
		ck_assert_int_eq(parse(cases[i].query, &parameters, &field), ERR_OK);
		ck_assert_int_eq(parameters_number(&parameters, "limit", &range, &number), cases[i].err);
		ck_assert_uint_eq(number, cases[i].number);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(flags_are_true_or_false) {
	arena_init(&arena, 0);
	static const struct {
		const char *query;
		enum err err;
		bool flag;
	} cases[] = {
		{ "", ERR_OK, false },
		{ "dry_run=true", ERR_OK, true },
		{ "dry_run=false", ERR_OK, false },
		{ "dry_run=1", ERR_SYNTAX, false },
		{ "dry_run", ERR_SYNTAX, false },
		{ "dry_run=TRUE", ERR_SYNTAX, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parameters parameters;
		const char *field;
		bool flag = false;
		ck_assert_int_eq(
		    parameters_parse(cases[i].query, "dry_run", &arena, &parameters, &field), ERR_OK);
		ck_assert_int_eq(parameters_flag(&parameters, "dry_run", &flag), cases[i].err);
		ck_assert_int_eq(flag, cases[i].flag);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_encoded_decodes_to_itself) {
	arena_init(&arena, 0);
	static const char text[] = "a-Z.0_9~ %&=+/?#券\"<>";
	struct buffer buffer;
	buffer_init(&buffer, 0);
	percent_encode(text, &buffer);
	ck_assert_int_eq(buffer_error(&buffer), ERR_OK);
	ck_assert_uint_eq(strcspn(buffer_string(&buffer), " &=+/?#\"<>"), buffer.bytes);
	const char *decoded;
	ck_assert_int_eq(percent_decode(buffer.data, buffer.bytes, &arena, &decoded), ERR_OK);
	ck_assert_str_eq(decoded, text);
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("parameters", names_and_values_are_decoded,
    what_is_not_known_or_not_text_is_refused_by_name, too_many_parameters_are_refused,
    numbers_keep_their_limits, flags_are_true_or_false, what_is_encoded_decodes_to_itself)
