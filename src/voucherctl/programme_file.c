/* SPDX-License-Identifier: Apache-2.0 */
/* Reads rule files and says what is wrong with them: "programme check". */
#include "voucherctl/programme_file.h"

#include "ledger/identifier.h"
#include "ledger/rules.h"
#include "record/json.h"
#include "record/outcome.h"
#include "record/pb.h"
#include "voucherctl/actions.h"
#include "voucherctl/file.h"
#include "voucherctl/width.h"

#include <string.h>

#define TEXT_BYTES_MAX (4u << 20)

enum exit_status programme_read_text(const char *name, struct buffer *text) {
	FILE *file = file_open(name);
	enum err err = file ? file_read_all(file, text) : ERR_IO;
	if (err == ERR_IO)
		session_complain("%s cannot be read: %m.", name);
	else if (err == ERR_RANGE)
		session_complain("%s is larger than any rule set or table of cases.", name);
	else if (err)
		(void)session_out_of_memory();
	file_close(file);
	return err ? EXIT_USAGE : EXIT_DONE;
}

/* Whether a mistake is that a field of RuleSet stands where those of PublishRules should: the file
 * is a RuleSet, and its own mistakes are those to name. */
static bool is_of_rule_set(const struct json_error *error) {
	char field[PATH_BYTES];
	snprintf(field, sizeof(field), "%.*s", (int)strcspn(error->path, ".["), error->path);
	return protobuf_c_message_descriptor_get_field_by_name(&pb__rule_set__descriptor, field);
}

static enum exit_status decode(struct session *session, const char *name, const struct buffer *text,
    Pb__PublishRules *ret_publish) {
	struct json_error error = { 0 }, other_error = { 0 };
	ProtobufCMessage *message = NULL;
	enum err err = json_decode(
	    &pb__publish_rules__descriptor, text->data, text->bytes, &session->arena, &message, &error);
	if (!err) {
		*ret_publish = *(Pb__PublishRules *)message;
		return EXIT_DONE;
	}
	err = json_decode(&pb__rule_set__descriptor, text->data, text->bytes, &session->arena, &message,
	    &other_error);
	if (!err) {
		pb__publish_rules__init(ret_publish);
		ret_publish->rules = (Pb__RuleSet *)message;
		return EXIT_DONE;
	}
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	const char *mistake = file_json_mistake(
	    &session->arena, name, 0, is_of_rule_set(&error) ? &other_error : &error);
	if (!mistake)
		return session_out_of_memory();
	session_complain("%s", mistake);
	return EXIT_REFUSED;
}

enum exit_status programme_read(
    struct session *session, const char *name, Pb__PublishRules *ret_publish) {
	struct buffer text;
	buffer_init(&text, TEXT_BYTES_MAX);
	enum exit_status status = programme_read_text(name, &text);
	if (status == EXIT_DONE)
		status = decode(session, name, &text, ret_publish);
	buffer_done(&text);
	return status;
}

static enum exit_status complain_of_rules(
    struct session *session, const char *name, Pb__Outcome outcome, const Pb__Refusal *refusal) {
	if (outcome == PB__OUTCOME__UNAVAILABLE)
		return session_out_of_memory();
	if (refusal) {
		session_complain(
		    "%s: %s: %s.", name, refusal->field, width_safe_text(&session->arena, refusal->detail));
		return EXIT_REFUSED;
	}
	const struct outcome_info *info = outcome_info(outcome);
	session_complain(
	    "%s: rules: %s", name, session_say(session, info->sentence, info->sentence_zh));
	return EXIT_REFUSED;
}

enum exit_status programme_read_valid(
    struct session *session, const char *name, Pb__PublishRules *ret_publish) {
	Pb__PublishRules publish;
	enum exit_status status = programme_read(session, name, &publish);
	if (status != EXIT_DONE)
		return status;
	if (publish.programme[0] && !identifier_is_code(publish.programme)) {
		session_complain(
		    "%s: programme: is no code: 1 to 32 of a-z 0-9 . _ -, first a letter or a digit.",
		    name);
		return EXIT_REFUSED;
	}
	if (!publish.rules) {
		session_complain("%s: rules: is missing.", name);
		return EXIT_REFUSED;
	}
	Pb__Refusal *refusal = NULL;
	Pb__Outcome outcome = rules_check(publish.rules, &session->arena, &refusal);
	if (outcome != PB__OUTCOME__OUTCOME_OK)
		return complain_of_rules(session, name, outcome, refusal);
	*ret_publish = publish;
	return EXIT_DONE;
}

enum exit_status action_programme_check(struct session *session) {
	const char *name = options_text(&session->line, "FILE");
	Pb__PublishRules publish;
	enum exit_status status = programme_read_valid(session, name, &publish);
	if (status != EXIT_DONE || session_is_quiet(session))
		return status;
	buffer_printf(&session->out,
	    session_say(session, "%s may be published: version %u, %zu tiers.\n",
	        "%s 可以发布：第 %u 版，%zu 档。\n"),
	    name, publish.rules->version, publish.rules->n_tiers);
	return session_print(session);
}
