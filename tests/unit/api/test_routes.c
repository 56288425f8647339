/* SPDX-License-Identifier: Apache-2.0 */
#include "api/routes.h"

#include "api/command_body.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

/* The value of the path that a match found, for comparing. */
static const char *value(const struct route_match *match, size_t index) {
	static char text[64];
	ck_assert_uint_lt(index, match->count);
	snprintf(
	    text, sizeof(text), "%.*s", (int)match->values[index].bytes, match->values[index].text);
	return text;
}

START_TEST(every_command_has_one_route_but_those_of_the_daemon) {
	size_t count;
	const struct route *routes = routes_table(&count);
	for (unsigned i = 0; i < pb__command__descriptor.n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &pb__command__descriptor.fields[i];
		if (strcmp(field->name, "id") == 0)
			continue;
		int found = 0, wanted = 1;
		if (field->id == PB__COMMAND__BODY_EXPIRE || field->id == PB__COMMAND__BODY_REMIND)
			wanted = 0; /* the daemon's own */
		for (size_t route = 0; route < count; route++)
			found += routes[route].command == field->id;
		ck_assert_msg(found == wanted, "%s has %d routes", field->name, found);
	}
}
END_TEST

START_TEST(every_resource_has_one_list) {
	size_t count;
	const struct route *routes = routes_table(&count);
	for (int resource = 0; resource < RESOURCE_COUNT; resource++) {
		int lists = 0;
		for (size_t i = 0; i < count; i++)
			lists += (routes[i].handler == HANDLE_LIST ||
			             routes[i].handler == HANDLE_DISCLOSURES) &&
			    (int)routes[i].resource == resource;
		ck_assert_int_eq(lists, 1);
	}
}
END_TEST

START_TEST(every_value_of_a_path_fills_a_field_of_its_command) {
	size_t count;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (routes[i].handler != HANDLE_COMMAND)
			continue;
		size_t values = 0, fields = 0;
		for (const char *c = routes[i].pattern; *c; c++)
			values += *c == '{';
		const ProtobufCMessageDescriptor *message = command_field(routes[i].command)->descriptor;
		while (fields < ROUTE_VALUES_MAX && routes[i].fields[fields]) {
			const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
			    message, routes[i].fields[fields]);
			ck_assert_msg(
			    field != NULL, "%s: no field %s", routes[i].pattern, routes[i].fields[fields]);
			ck_assert(field->type == PROTOBUF_C_TYPE_STRING ||
			    field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_UINT32);
			fields++;
		}
		ck_assert_msg(values == fields, "%s", routes[i].pattern);
	}
}
END_TEST

START_TEST(no_two_routes_are_the_same) {
	size_t count;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(strcmp(routes[i].pattern, routes[j].pattern) != 0 ||
			        strcmp(routes[i].method, routes[j].method) != 0,
			    "%s %s twice", routes[i].method, routes[i].pattern);
}
END_TEST

START_TEST(only_a_few_routes_need_no_login) {
	static const char *const public[] = { "/public/v1/disclosures", "/healthz", "/readyz",
		"/openapi.json", "/problems/{name}", "/checkpoint", "/tile/{tile}" };
	size_t count, found = 0;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++) {
		bool is_listed = false;
		for (size_t j = 0; j < sizeof(public) / sizeof(public[0]); j++)
			is_listed |= strcmp(routes[i].pattern, public[j]) == 0;
		ck_assert_msg(
		    is_listed == (routes[i].audience == AUDIENCE_PUBLIC), "%s", routes[i].pattern);
		found += is_listed;
	}
	ck_assert_uint_eq(found, sizeof(public) / sizeof(public[0]));
}
END_TEST

START_TEST(paths_are_found_with_their_values) {
	struct route_match match;
	routes_match("POST", "/v1/vouchers/42:reserve", &match);
	ck_assert_ptr_nonnull(match.route);
	ck_assert_int_eq(match.route->command, PB__COMMAND__BODY_RESERVE);
	ck_assert_str_eq(value(&match, 0), "42");

	routes_match("POST", "/v1/house-accounts/main/lines/3:unmatch", &match);
	ck_assert_int_eq(match.route->command, PB__COMMAND__BODY_UNMATCH);
	ck_assert_str_eq(value(&match, 0), "main");
	ck_assert_str_eq(value(&match, 1), "3");

	routes_match("POST", "/v1/periods/2026-11:close", &match);
	ck_assert_int_eq(match.route->command, PB__COMMAND__BODY_CLOSE_PERIOD);
	ck_assert_str_eq(value(&match, 0), "2026-11");

	routes_match("GET", "/tile/1/x001/x234/067.p/112", &match);
	ck_assert_int_eq(match.route->handler, HANDLE_TILE);
	ck_assert_str_eq(value(&match, 0), "1/x001/x234/067.p/112");

	routes_match("GET", "/v1/parties/91110108551385082Q", &match);
	ck_assert_int_eq(match.route->handler, HANDLE_GET);
	ck_assert_int_eq(match.route->resource, RESOURCE_PARTIES);
	ck_assert_str_eq(value(&match, 0), "91110108551385082Q");
}
END_TEST

START_TEST(what_is_not_there_is_told_from_the_wrong_method) {
	static const struct {
		const char *method, *path, *allow;
	} cases[] = {
		{ "GET", "/", "" },
		{ "GET", "", "" },
		{ "GET", "/v1", "" },
		{ "GET", "/v1/", "" },
		{ "GET", "/v1/vouchers/", "" },
		{ "GET", "/tile/", "" },
		{ "GET", "/tile", "" },
		{ "POST", "/tile/0/000", "GET" },
		{ "GET", "/v1/vouchers/1/", "" },
		{ "POST", "/v1/vouchers/1:", "" },
		{ "POST", "/v1/vouchers/1:burn", "" },
		{ "POST", "/v1/vouchers/:reserve", "" },
		{ "POST", "/v1/vouchers/1:reserve:reserve", "" },
		{ "POST", "/v1/vouchers/1:reservex", "" },
		{ "GET", "/V1/vouchers", "" },
		{ "GET", "//v1/vouchers", "" },
		{ "GET", "/v1/settlements/1/payments/2/3", "" },
		{ "DELETE", "/v1/vouchers", "GET" },
		{ "DELETE", "/v1/funds", "GET, POST" },
		{ "GET", "/v1/vouchers/1:reserve", "POST" },
		{ "POST", "/v1/vouchers/1", "GET" },
		{ "get", "/v1/vouchers", "GET" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route_match match;
		routes_match(cases[i].method, cases[i].path, &match);
		ck_assert_msg(match.route == NULL, "%s %s", cases[i].method, cases[i].path);
		ck_assert_str_eq(match.allow, cases[i].allow);
	}
}
END_TEST

SUITE_MAIN("routes", every_command_has_one_route_but_those_of_the_daemon,
    every_resource_has_one_list, every_value_of_a_path_fills_a_field_of_its_command,
    no_two_routes_are_the_same, only_a_few_routes_need_no_login, paths_are_found_with_their_values,
    what_is_not_there_is_told_from_the_wrong_method)
