/* SPDX-License-Identifier: Apache-2.0 */
#include "api/openapi.h"

#include "api/routes.h"
#include "api/yaml.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *document(void) {
	json_t *made = NULL;
	ck_assert_int_eq(openapi_document(&made), ERR_OK);
	return made;
}

START_TEST(the_committed_document_is_what_the_routes_and_the_schema_give) {
	char path[512];
	const char *top = getenv("top_srcdir");
	snprintf(path, sizeof(path), "%s/proto/openapi.yaml", top ? top : "..");
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "cannot open %s", path);
	static char committed[1 << 20];
	size_t bytes = fread(committed, 1, sizeof(committed) - 1, file);
	fclose(file);

	json_t *made = document();
	struct buffer text;
	buffer_init(&text, 0);
	yaml_write(made, &text);
	ck_assert_int_eq(buffer_error(&text), ERR_OK);
	const char *body = strstr(committed, "\nopenapi:");
	ck_assert_msg(body != NULL && bytes > 0, "%s is not an OpenAPI document", path);
	ck_assert_msg(strcmp(body + 1, buffer_string(&text)) == 0,
	    "%s is out of date: run `make openapi` and commit it", path);
	buffer_done(&text);
	json_decref(made);
}
END_TEST

START_TEST(every_route_is_documented_and_nothing_else) {
	json_t *made = document();
	const json_t *paths = json_object_get(made, "paths");
	size_t count, operations = 0;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_object_get(paths, routes[i].pattern);
		const char *method = strcmp(routes[i].method, "GET") == 0 ? "get" : "post";
		const json_t *operation = json_object_get(item, method);
		ck_assert_msg(operation != NULL, "%s %s", routes[i].method, routes[i].pattern);
		ck_assert_str_ne(json_string_value(json_object_get(operation, "summary")), "");
		ck_assert_msg(
		    (json_object_get(operation, "requestBody") != NULL) == (strcmp(method, "post") == 0),
		    "%s", routes[i].pattern);
	}
	const char *pattern;
	json_t *item;
	json_object_foreach((json_t *)paths, pattern, item) operations += json_object_size(item);
	ck_assert_uint_eq(operations, count);
	json_decref(made);
}
END_TEST

START_TEST(operations_have_names_of_their_own) {
	json_t *made = document(), *seen = json_object();
	const char *pattern, *method;
	json_t *item, *operation;
	json_object_foreach(json_object_get(made, "paths"), pattern, item) {
		json_object_foreach(item, method, operation) {
			const char *name = json_string_value(json_object_get(operation, "operationId"));
			ck_assert_msg(json_object_get(seen, name) == NULL, "%s twice", name);
			json_object_set_new(seen, name, json_true());
		}
	}
	ck_assert_ptr_nonnull(json_object_get(seen, "redeem"));
	ck_assert_ptr_nonnull(json_object_get(seen, "list_vouchers"));
	ck_assert_ptr_nonnull(json_object_get(seen, "get_voucher"));
	json_decref(seen);
	json_decref(made);
}
END_TEST

/* "#/components/schemas/Fund" in the document. */
static const json_t *resolve(const json_t *root, const char *pointer) {
	ck_assert(strncmp(pointer, "#/", 2) == 0);
	const json_t *place = root;
	for (const char *word = pointer + 2; *word && place;) {
		size_t bytes = strcspn(word, "/");
		place = json_object_getn(place, word, bytes);
		word += bytes;
		word += *word == '/';
	}
	return place;
}

static size_t check_references(const json_t *root, const json_t *value) {
	const char *key;
	json_t *member;
	size_t index, found = 0;
	json_object_foreach((json_t *)value, key, member) {
		if (strcmp(key, "$ref") == 0) {
			ck_assert_msg(resolve(root, json_string_value(member)) != NULL, "%s leads nowhere",
			    json_string_value(member));
			found++;
		}
		found += check_references(root, member);
	}
	json_array_foreach(value, index, member) found += check_references(root, member);
	return found;
}

START_TEST(every_reference_leads_somewhere) {
	json_t *made = document();
	ck_assert_uint_gt(check_references(made, made), 200);
	json_decref(made);
}
END_TEST

/* The names in braces of a pattern, against the parameters of an operation. */
START_TEST(every_value_of_a_path_is_a_parameter) {
	json_t *made = document(), *item, *operation, *parameter;
	const char *pattern, *method;
	size_t index;
	json_object_foreach(json_object_get(made, "paths"), pattern, item) {
		json_object_foreach(item, method, operation) {
			size_t values = 0, parameters = 0;
			for (const char *c = pattern; *c; c++)
				values += *c == '{';
			json_array_foreach(json_object_get(operation, "parameters"), index, parameter) {
				const char *name = json_string_value(json_object_get(parameter, "name"));
				if (!name)
					continue; /* a reference: query and header */
				char braced[64];
				snprintf(braced, sizeof(braced), "{%s}", name);
				ck_assert_ptr_nonnull(strstr(pattern, braced));
				parameters++;
			}
			ck_assert_uint_eq(values, parameters);
		}
	}
	json_decref(made);
}
END_TEST

START_TEST(messages_look_as_the_json_codec_writes_them) {
	json_t *made = document();
	static const struct {
		const char *pointer, *member, *expected;
	} cases[] = {
		{ "#/components/schemas/Uuid", "format", "uuid" },
		{ "#/components/schemas/Digest", "type", "string" },
		{ "#/components/schemas/Redeem/properties/amount", "$ref", "#/components/schemas/Int64" },
		{ "#/components/schemas/Redeem/properties/reservation", "$ref",
		    "#/components/schemas/Uint64" },
		{ "#/components/schemas/Redeem/properties/evidence", "type", "array" },
		{ "#/components/schemas/Invoice/properties/amount", "description", "tax included" },
		{ "#/components/schemas/Role", "type", "string" },
		{ "#/components/schemas/JournalEntry/properties/decision", "$ref",
		    "#/components/schemas/Decision" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const json_t *schema = resolve(made, cases[i].pointer);
		ck_assert_msg(schema != NULL, "%s", cases[i].pointer);
		ck_assert_str_eq(
		    json_string_value(json_object_get(schema, cases[i].member)), cases[i].expected);
	}
	const json_t *outcomes = resolve(made, "#/components/schemas/Outcome");
	ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(outcomes, "description")),
	    "POOL_EMPTY (108): The programme's pool has not enough left."));
	ck_assert(json_is_false(
	    json_object_get(resolve(made, "#/components/schemas/Redeem"), "additionalProperties")));
	ck_assert_ptr_null(
	    json_object_get(resolve(made, "#/components/schemas/Voucher"), "additionalProperties"));
	json_decref(made);
}
END_TEST

START_TEST(yaml_quotes_what_could_be_something_else) {
	static const struct {
		const char *json, *yaml;
	} cases[] = {
		{ "{\"a\": \"plain\"}", "a: plain\n" },
		{ "{\"a\": \"true\"}", "a: \"true\"\n" },
		{ "{\"a\": \"No\"}", "a: \"No\"\n" },
		{ "{\"a\": \"3.1\"}", "a: \"3.1\"\n" },
		{ "{\"a\": \"\"}", "a: \"\"\n" },
		{ "{\"a\": \"b: c #d\"}", "a: \"b: c #d\"\n" },
		{ "{\"$ref\": \"券\\n\"}", "\"$ref\": \"券\\n\"\n" },
		{ "{\"a\": {}, \"b\": [], \"c\": 5, \"d\": false}", "a: {}\nb: []\nc: 5\nd: false\n" },
		{ "{\"a\": [{\"b\": 1, \"c\": [2]}, 3]}", "a:\n  - b: 1\n    c:\n      - 2\n  - 3\n" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *value = json_loads(cases[i].json, 0, NULL);
		struct buffer text;
		buffer_init(&text, 0);
		yaml_write(value, &text);
		ck_assert_str_eq(buffer_string(&text), cases[i].yaml);
		buffer_done(&text);
		json_decref(value);
	}
}
END_TEST

SUITE_MAIN("openapi", the_committed_document_is_what_the_routes_and_the_schema_give,
    every_route_is_documented_and_nothing_else, operations_have_names_of_their_own,
    every_reference_leads_somewhere, every_value_of_a_path_is_a_parameter,
    messages_look_as_the_json_codec_writes_them, yaml_quotes_what_could_be_something_else)
