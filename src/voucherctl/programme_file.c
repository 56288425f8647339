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
#include "voucherctl/json_place.h"
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

/* A rule file as it was read. */
struct rule_file {
	const char *name;
	const char *text;
	const char *rules_path; /* of the rules in it: "rules", or "" when it is a RuleSet by itself */
	Pb__PublishRules publish;
};

/* What is wrong with one that is neither of the two. */
static enum exit_status complain_of_json(
    struct session *session, const struct rule_file *file, struct json_error *error) {
	if (error->line == 0 && error->path[0])
		error->line = (int)json_place_line(file->text, error->path);
	const char *mistake = file_json_mistake(&session->arena, file->name, 0, error);
	if (!mistake)
		return session_out_of_memory();
	session_complain("%s", mistake);
	session_complain("%s",
	    session_say(session,
	        "A rule file is JSON in UTF-8, with amounts in fen as whole numbers; "
	        "proto/voucher/v1/rules.proto lists every field and its values.",
	        "规则文件须为 UTF-8 编码的 JSON，金额为整数（以分计）；"
	        "全部字段及取值见 proto/voucher/v1/rules.proto。"));
	return EXIT_REFUSED;
}

static enum exit_status decode(struct session *session, struct rule_file *file) {
	struct json_error error = { 0 }, other_error = { 0 };
	ProtobufCMessage *message = NULL;
	size_t bytes = strlen(file->text);
	enum err err = json_decode(
	    &pb__publish_rules__descriptor, file->text, bytes, &session->arena, &message, &error);
	if (!err) {
		file->publish = *(Pb__PublishRules *)message;
		file->rules_path = "rules";
		return EXIT_DONE;
	}
	err = json_decode(
	    &pb__rule_set__descriptor, file->text, bytes, &session->arena, &message, &other_error);
	if (!err) {
		pb__publish_rules__init(&file->publish);
		file->publish.rules = (Pb__RuleSet *)message;
		file->rules_path = "";
		return EXIT_DONE;
	}
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	return complain_of_json(session, file, is_of_rule_set(&error) ? &other_error : &error);
}

static enum exit_status read_file(struct session *session, struct rule_file *file) {
	struct buffer text;
	buffer_init(&text, TEXT_BYTES_MAX);
	enum exit_status status = programme_read_text(file->name, &text);
	if (status == EXIT_DONE) {
		file->text = arena_string(&session->arena, buffer_string(&text), text.bytes);
		status = file->text ? decode(session, file) : session_out_of_memory();
	}
	buffer_done(&text);
	return status;
}

/* The path as the file has it, and its line. */
static void complain_of_mistake(
    struct session *session, const struct rule_file *file, const struct rules_mistake *mistake) {
	const char *path = mistake->path;
	size_t bytes = strlen("rules");
	if (!file->rules_path[0] && strncmp(path, "rules", bytes) == 0)
		path += bytes + (path[bytes] == '.');
	const char *sentence = session->settings.lang == LANG_ZH ? mistake->zh : mistake->en;
	session_complain("%s:%u: %s%s%s", file->name, json_place_line(file->text, path), path,
	    path[0] ? ": " : "", width_safe_text(&session->arena, sentence));
}

static enum exit_status complain_of_rules(struct session *session, const struct rule_file *file,
    Pb__Outcome outcome, const struct rules_mistake *mistakes, size_t count) {
	if (outcome == PB__OUTCOME__UNAVAILABLE)
		return session_out_of_memory();
	for (size_t i = 0; i < count; i++)
		complain_of_mistake(session, file, &mistakes[i]);
	const struct outcome_info *info = outcome_info(outcome);
	if (count == 0)
		session_complain(
		    "%s: rules: %s", file->name, session_say(session, info->sentence, info->sentence_zh));
	return EXIT_REFUSED;
}

/* What is wrong with a field that holds the code of a programme. */
static enum exit_status complain_of_code(
    const struct rule_file *file, const char *path, const char *reason) {
	session_complain("%s:%u: %s: %s", file->name, json_place_line(file->text, path), path, reason);
	return EXIT_REFUSED;
}

/* The programme that the file is for, and those that its rules name. */
static enum exit_status check_programmes(struct session *session, const struct rule_file *file) {
	const Pb__PublishRules *publish = &file->publish;
	const struct {
		const char *path, *code;
	} others[] = {
		{ "rules.part_of", publish->rules->part_of },
		{ "rules.tops_up", publish->rules->tops_up },
	};
	if (!publish->programme[0])
		return EXIT_DONE;
	if (!identifier_is_code(publish->programme))
		return complain_of_code(file, "programme",
		    session_say(session,
		        "This is no code: 1 to 32 of a-z 0-9 . _ -, first a letter or a digit.",
		        "不是有效代码：须为 1 至 32 个 a-z 0-9 . _ -，以字母或数字开头。"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].code, publish->programme) == 0)
			return complain_of_code(file, others[i].path,
			    session_say(session, "This is the programme itself: name another one.",
			        "这是本项目自身，须填写其他项目。"));
	return EXIT_DONE;
}

static enum exit_status check_file(struct session *session, const struct rule_file *file) {
	const Pb__PublishRules *publish = &file->publish;
	if (!publish->rules) {
		session_complain("%s: rules: %s", file->name,
		    session_say(session, "The rules are missing.", "缺少规则。"));
		return EXIT_REFUSED;
	}
	struct rules_mistake *mistakes = NULL;
	size_t count = 0;
	Pb__Outcome outcome = rules_mistakes(publish->rules, &session->arena, &mistakes, &count);
	enum exit_status status = check_programmes(session, file);
	return outcome == PB__OUTCOME__OUTCOME_OK
	    ? status
	    : complain_of_rules(session, file, outcome, mistakes, count);
}

enum exit_status programme_read_valid(
    struct session *session, const char *name, Pb__PublishRules *ret_publish) {
	struct rule_file file = { .name = name };
	enum exit_status status = read_file(session, &file);
	if (status == EXIT_DONE)
		status = check_file(session, &file);
	if (status == EXIT_DONE)
		*ret_publish = file.publish;
	return status;
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
