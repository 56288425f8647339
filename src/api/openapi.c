/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The document: paths from the table of routes, schemas from the descriptors.
 *
 * Without memory jansson returns NULL and takes NULL, so that the tree ends up short of something;
 * openapi_document() makes sure that it does not go unnoticed by counting what must be there. Runs
 * once, at start.
 */
#include "api/openapi.h"

#include "api/command_body.h"
#include "api/media.h"
#include "api/routes.h"
#include "auth/roles.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdlib.h>
#include <string.h>

static const char introduction[] =
    "voucherd issues, redeems and settles innovation vouchers on an append-only ledger.\n"
    "\n"
    "Who calls is known by a TLS client certificate, or by a bearer token. Every command carries a "
    "UUID chosen by the client, its idempotency key: sending the same command with the same id "
    "again "
    "is safe at any time and answers the same. A refusal is a problem document (RFC 9457) with the "
    "outcome's name, number and retry class. Numbers, texts and booleans that are zero, empty or "
    "false are left out of replies to commands, of problems and of the journal.";

static const char *const tags[] = { "funds", "programmes", "parties", "principals", "applications",
	"vouchers", "reservations", "claims", "settlements", "accounts", "clawbacks", "samples",
	"house-accounts", "statements", "bank-lines", "payments", "periods", "statistics" };

static const struct {
	const char *name;
	const char *type;
	const char *text;
} query_parameters[] = {
	{ "programme", "string", "Only what belongs to the programme with this code." },
	{ "party", "string",
	    "Only what concerns the party with this code, as holder, provider or payee." },
	{ "status", "string",
	    "Only what is in this status: a name of the status enum, or its end in lower "
	    "case, such as open." },
	{ "limit", "integer", "At most so many in this answer." },
	{ "cursor", "string", "Where the list goes on: from Page.next, or the Link header." },
	{ "house_account", "string", "Only what belongs to the house account with this code." },
	{ "awaited", "boolean", "Only payments that wait, or do not, for a line of a statement." },
	{ "state", "string",
	    "Only bank lines in this state: a name of LineState, or its end in lower case, such as "
	    "suggested." },
	{ "exception", "string",
	    "Only bank lines with this exception: a name of LineException, or its end in lower case." },
	{ "open", "boolean", "Only bank lines that are, or are not, still to be seen to." },
	{ "code", "string", "Only the voucher with this code, as people type it." },
	{ "kind", "string", "Only parties of this kind, such as company." },
	{ "region", "string", "Only parties in this administrative division." },
	{ "owner", "string", "Only parties for which this person answers." },
	{ "overdue", "boolean", "Only parties whose deadline has, or has not, passed." },
	{ "blacklisted", "boolean", "Only parties that are, or are not, blacklisted." },
	{ "format", "string", "json, csv or html, whatever Accept says." },
	{ "from", "string",
	    "The first month that counts, YYYY-MM. Of a proof: the size of the smaller tree." },
	{ "to", "string",
	    "The last month that counts, YYYY-MM. Of a proof: the size of the larger tree; without it, "
	    "the "
	    "newest." },
	{ "seq", "integer", "The sequence number of the entry." },
	{ "size", "integer", "The size of the tree, in entries; without it, the newest." },
	{ "by", "string",
	    "What the sums are kept apart by: some of region, category and month, with commas." },
	{ "dry_run", "boolean", "Decide and explain, change nothing." },
	{ "receipt", "boolean", "Return a receipt with the reply." },
	{ "witnessed", "boolean", "The newest that witnesses have signed too." },
	{ "after", "integer", "Entries after the one with this sequence number. 0: from the first." },
	{ "wait", "integer", "Seconds to wait, up to 60, when there is nothing new." },
};

/* --- operations --- */

static json_t *path_parameters(const struct route *route) {
	json_t *parameters = json_array();
	for (const char *open = strchr(route->pattern, '{'); open; open = strchr(open + 1, '{')) {
		size_t bytes = strcspn(open + 1, "}");
		json_array_append_new(parameters,
		    json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", open + 1, bytes, "in", "path",
		        "required", 1, "schema", "type", "string"));
	}
	return parameters;
}

static json_t *reference(const char *kind, const char *name, size_t bytes) {
	return json_pack("{s:o}", "$ref", json_sprintf("#/components/%s/%.*s", kind, (int)bytes, name));
}

static void add_query_parameters(json_t *parameters, const struct route *route) {
	for (const char *word = route->query; *word;) {
		size_t bytes = strcspn(word, " ");
		json_array_append_new(parameters, reference("parameters", word, bytes));
		word += bytes;
		word += *word == ' ';
	}
}

static json_t *parameters_of(const struct route *route) {
	json_t *parameters = path_parameters(route);
	add_query_parameters(parameters, route);
	if (route->command != PB__COMMAND__BODY__NOT_SET)
		json_array_append_new(parameters, reference("parameters", "Idempotency-Key", 15));
	return parameters;
}

/* {"<type>": {"schema": …}} for JSON and protobuf. Takes `schema`. */
static json_t *both_forms(json_t *schema, const char *message) {
	return json_pack("{s:{s:o}, s:{s:{s:s+}}}", MEDIA_TYPE_JSON, "schema", schema,
	    MEDIA_TYPE_PROTOBUF, "schema", "description", "Protobuf message voucher.v1.", message);
}

static json_t *request_body(json_t *schemas, const struct route *route) {
	if (route->body)
		return json_pack("{s:b, s:o}", "required", 1, "content",
		    both_forms(openapi_message(schemas, route->body, true), route->body->short_name));
	const ProtobufCMessageDescriptor *message = command_field(route->command)->descriptor;
	json_t *schema = json_pack("{s:[o,o]}", "anyOf", openapi_message(schemas, message, true),
	    openapi_message(schemas, &pb__command__descriptor, true));
	return json_pack("{s:s, s:o}", "description",
	    "With an Idempotency-Key header: the command's own message, in which what the path says "
	    "may "
	    "be left out. Without one: a whole Command.",
	    "content", both_forms(schema, message->short_name));
}

static json_t *page_forms(json_t *schemas, const struct route *route) {
	json_t *forms = both_forms(
	    openapi_message(schemas, route->reply, false), route->reply->short_name);
	json_object_set_new(forms, MEDIA_TYPE_CSV, json_pack("{s:{s:s}}", "schema", "type", "string"));
	json_object_set_new(forms, MEDIA_TYPE_HTML, json_pack("{s:{s:s}}", "schema", "type", "string"));
	return forms;
}

static json_t *content_of(json_t *schemas, const struct route *route) {
	if (route->handler == HANDLE_DISCLOSURES)
		return page_forms(schemas, route);
	if (route->reply)
		return both_forms(openapi_message(schemas, route->reply, false), route->reply->short_name);
	if (route->handler == HANDLE_FEED)
		return json_pack("{s:{s:o}, s:{s:{s:s, s:s, s:s}}}", MEDIA_TYPE_NDJSON, "schema",
		    openapi_message(schemas, &pb__journal_entry__descriptor, false), MEDIA_TYPE_PROTOBUF,
		    "schema", "type", "string", "format", "binary", "description",
		    "Protobuf messages voucher.v1.JournalEntry, each behind its length as a varint.");
	if (route->handler == HANDLE_TILE)
		return json_pack(
		    "{s:{s:{s:s, s:s}}}", MEDIA_TYPE_BYTES, "schema", "type", "string", "format", "binary");
	if (route->handler == HANDLE_OPENAPI)
		return json_pack("{s:{s:{s:s}}}", MEDIA_TYPE_JSON, "schema", "type", "object");
	return json_pack("{s:{s:{s:s}}}", "text/plain", "schema", "type", "string");
}

static json_t *good_response(json_t *schemas, const struct route *route) {
	if (route->handler == HANDLE_COMMAND)
		return reference("responses", "Reply", 5);
	json_t *good = json_pack(
	    "{s:s, s:o}", "description", "Done.", "content", content_of(schemas, route));
	if (route->handler == HANDLE_FEED || route->handler == HANDLE_LIST ||
	    route->handler == HANDLE_DISCLOSURES)
		json_object_set_new(
		    good, "headers", json_pack("{s:o}", "Link", reference("headers", "Link", 4)));
	return good;
}

static json_t *responses_of(json_t *schemas, const struct route *route) {
	json_t *responses = json_object();
	json_object_set_new(responses, "200", good_response(schemas, route));
	if (route->creates)
		json_object_set_new(responses, "201", reference("responses", "Created", 7));
	if (route->handler == HANDLE_READINESS)
		json_object_set_new(
		    responses, "503", json_pack("{s:s}", "description", "It does not, or not yet."));
	json_object_set_new(responses, "default", reference("responses", "Problem", 7));
	return responses;
}

static json_t *roles_of(const struct route *route) {
	json_t *roles = json_array();
	uint32_t mask = roles_for_command(route->command);
	for (unsigned i = 0; i < pb__role__descriptor.n_values; i++)
		if (mask & ROLE_BIT(pb__role__descriptor.values[i].value))
			json_array_append_new(roles, json_string(pb__role__descriptor.values[i].name));
	return roles;
}

enum { NAME_BYTES = 64 };

/* A name of the schema or of a path ("BankLine", "bank_line", "bank-line") as lower-case words with
 * `between` them. */
static void in_words(const char *name, size_t bytes, char between, char ret_words[NAME_BYTES]) {
	size_t used = 0;
	for (size_t i = 0; i < bytes && used + 2 < NAME_BYTES; i++) {
		bool is_capital = name[i] >= 'A' && name[i] <= 'Z';
		bool is_between = name[i] == '_' || name[i] == '-';
		if (is_capital && i > 0)
			ret_words[used++] = between;
		ret_words[used++] = is_between ? between : is_capital ? name[i] | 0x20 : name[i];
	}
	ret_words[used] = '\0';
}

/* The last word of the pattern that is not a value: "/v1/commands/{id}" gives "commands". */
static void last_word(const char *pattern, char between, char ret_words[NAME_BYTES]) {
	const char *word = pattern;
	for (const char *slash = strchr(pattern, '/'); slash; slash = strchr(slash + 1, '/'))
		if (slash[1] != '{')
			word = slash + 1;
	in_words(word, strcspn(word, "/."), between, ret_words);
}

static json_t *operation_id(const struct route *route) {
	char name[NAME_BYTES];
	if (route->command)
		return json_string(command_field(route->command)->name);
	if (route->handler == HANDLE_GET) {
		const char *message = route->reply->short_name;
		in_words(message, strlen(message), '_', name);
		return json_sprintf("get_%s", name);
	}
	if (route->handler == HANDLE_PUBLIC_CHECKPOINT)
		return json_string("public_checkpoint");
	last_word(route->pattern, '_', name);
	return json_sprintf(route->handler == HANDLE_LIST ? "list_%s" : "%s", name);
}

/* "return_voucher" as people write it: "Return voucher". */
static json_t *spoken(const char *name) {
	char text[NAME_BYTES];
	in_words(name, strlen(name), ' ', text);
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] -= 'a' - 'A';
	return json_string(text);
}

static json_t *summary_of(const struct route *route) {
	if (route->command)
		return spoken(command_field(route->command)->name);
	if (route->summary)
		return json_string(route->summary);
	char things[NAME_BYTES];
	last_word(route->pattern, ' ', things);
	return json_sprintf(route->handler == HANDLE_LIST
	        ? "The %s that the caller may see, a page at a time."
	        : "One of the %s.",
	    things);
}

static const char *tag_of(const struct route *route) {
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t bytes = strlen(tags[i]);
		if (strncmp(route->pattern, "/v1/", 4) == 0 &&
		    strncmp(route->pattern + 4, tags[i], bytes) == 0 &&
		    strchr(":/", route->pattern[4 + bytes]))
			return tags[i];
	}
	return "ledger";
}

static json_t *operation(json_t *schemas, const struct route *route) {
	json_t *operation = json_pack("{s:o, s:o, s:[s], s:o, s:o}", "operationId", operation_id(route),
	    "summary", summary_of(route), "tags", tag_of(route), "parameters", parameters_of(route),
	    "responses", responses_of(schemas, route));
	if (route->method[0] == 'P')
		json_object_set_new(operation, "requestBody", request_body(schemas, route));
	if (route->command) {
		const ProtobufCMessageDescriptor *message = command_field(route->command)->descriptor;
		const char *comment = openapi_comment(message->short_name, "");
		if (comment[0])
			json_object_set_new(operation, "description", json_string(comment));
		json_object_set_new(operation, "x-roles", roles_of(route));
	}
	if (route->audience == AUDIENCE_PUBLIC)
		json_object_set_new(operation, "security", json_array());
	return operation;
}

/* --- the document --- */

static json_t *fixed_parts(void) {
	return json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:[{s:[]}, {s:[]}]}",
	    "openapi", "3.1.0", "info", "title", "voucherd", "version", "1.0.0", "description",
	    introduction, "license", "name", "Apache-2.0", "identifier", "Apache-2.0", "servers", "url",
	    "/", "security", "certificate", "token");
}

static json_t *security_schemes(void) {
	return json_pack("{s:{s:s, s:s}, s:{s:s, s:s, s:s}}", "certificate", "type", "mutualTLS",
	    "description", "A client certificate whose public key is registered to a principal.",
	    "token", "type", "http", "scheme", "bearer", "description",
	    "A token registered to a principal (startups): 43 characters of base64url.");
}

static json_t *all_parameters(void) {
	json_t *all = json_object();
	for (size_t i = 0; i < sizeof(query_parameters) / sizeof(query_parameters[0]); i++)
		json_object_set_new(all, query_parameters[i].name,
		    json_pack("{s:s, s:s, s:s, s:{s:s}}", "name", query_parameters[i].name, "in", "query",
		        "description", query_parameters[i].text, "schema", "type",
		        query_parameters[i].type));
	json_object_set_new(all, "Idempotency-Key",
	    json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "name", "Idempotency-Key", "in", "header",
	        "description",
	        "The command's id: a UUID chosen by the client, for preference version 7.", "schema",
	        "type", "string", "format", "uuid"));
	return all;
}

static json_t *reply_response(json_t *schemas, const char *description) {
	return json_pack("{s:s, s:o}", "description", description, "content",
	    both_forms(openapi_message(schemas, &pb__reply__descriptor, false), "Reply"));
}

static json_t *all_responses(json_t *schemas) {
	return json_pack("{s:o, s:o, s:{s:s, s:{s:{s:o}}}}", "Reply",
	    reply_response(schemas, "Done, or with dry_run what would have been done."), "Created",
	    reply_response(schemas, "Done: `seq` is the id of the new object."), "Problem",
	    "description", "Not done, and why.", "content", MEDIA_TYPE_PROBLEM, "schema",
	    openapi_message(schemas, &pb__problem__descriptor, false));
}

static json_t *components_of(json_t *schemas) {
	return json_pack("{s:o, s:o, s:{s:{s:s, s:{s:s}}}, s:o}", "securitySchemes", security_schemes(),
	    "parameters", all_parameters(), "headers", "Link", "description",
	    "Where it goes on: <target>; rel=\"next\".", "schema", "type", "string", "responses",
	    all_responses(schemas));
}

static json_t *paths(json_t *schemas, size_t *ret_operations) {
	size_t count;
	const struct route *routes = routes_table(&count);
	json_t *paths = json_object();
	*ret_operations = 0;
	for (size_t i = 0; i < count; i++) {
		json_t *item = json_object_get(paths, routes[i].pattern);
		if (!item) {
			json_object_set_new(paths, routes[i].pattern, json_object());
			item = json_object_get(paths, routes[i].pattern);
		}
		*ret_operations += json_object_set_new(item, routes[i].method[0] == 'P' ? "post" : "get",
		                       operation(schemas, &routes[i])) == 0;
	}
	return paths;
}

enum err openapi_document(json_t **ret_document) {
	size_t routes, operations;
	routes_table(&routes);
	json_t *schemas = json_object();
	json_t *document = fixed_parts();
	json_t *all_paths = paths(schemas, &operations);
	json_t *components = components_of(schemas);
	bool failed = json_object_set_new(document, "paths", all_paths) != 0;
	failed |= json_object_set_new(components, "schemas", schemas) != 0;
	failed |= json_object_set_new(document, "components", components) != 0;
	if (failed || operations != routes) {
		json_decref(document);
		return ERR_MEMORY;
	}
	*ret_document = document;
	return ERR_OK;
}

enum err openapi_text(char **ret_text) {
	json_t *document;
	enum err err = openapi_document(&document);
	if (err)
		return err;
	char *text = json_dumps(document, JSON_COMPACT);
	json_decref(document);
	if (!text)
		return ERR_MEMORY;
	*ret_text = text;
	return ERR_OK;
}
