/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/help.h"

#include "auth/roles.h"
#include "voucherctl/actions.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/help_zh.h"
#include "voucherctl/session.h"
#include "voucherctl/table.h"

#include <string.h>

static const char *say(const struct help *help, const char *en, const char *zh) {
	return lang_pick(help->lang, en, zh);
}

static void write_line(const struct help *help, const char *en, const char *zh) {
	buffer_append_text(help->out, say(help, en, zh));
	buffer_append_char(help->out, '\n');
}

/* Two columns, indented. */
static void begin_list(const struct help *help, struct table *list) {
	table_init(list, help->arena);
	table_column(list, "", false);
	table_column(list, "", false);
	list->indent = 2;
	list->has_heading = true;
}

/* --- everything --- */

static enum err write_options(const struct help *help, bool is_command) {
	struct table list;
	begin_list(help, &list);
	for (enum option i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &option_table[i];
		if (!is_command && (i == OPTION_ID || i == OPTION_DRY_RUN))
			continue;
		char letter[] = { '-', info->letter, ',', ' ', '\0' };
		table_cell(&list,
		    arena_printf(help->arena, "%s%s%s%s", info->letter ? letter : "    ", info->name,
		        info->value ? " " : "", info->value ? info->value : ""));
		table_cell(&list, say(help, info->help, info->help_zh));
	}
	return table_write(&list, help->out);
}

static enum err write_nouns(const struct help *help) {
	struct table list;
	begin_list(help, &list);
	for (size_t i = 0; i < command_noun_count; i++) {
		table_cell(&list, command_nouns[i].noun);
		table_cell(&list, say(help, command_nouns[i].help, command_nouns[i].help_zh));
	}
	return table_write(&list, help->out);
}

static void write_first_steps(const struct help *help) {
	write_line(help,
	    "\nFirst steps, with a certificate that the programme office has registered:\n"
	    "  1. Write ~/.config/voucherctl.ini:\n"
	    "       [default]\n"
	    "       server = https://vouchers.example.cn:8443\n"
	    "       ca = ~/vouchers/ca.pem       ; who signed the server's certificate\n"
	    "       cert = ~/vouchers/me.pem     ; or: token_file = ~/vouchers/token\n"
	    "       key = ~/vouchers/me.key\n"
	    "     More sections are chosen with --profile NAME; what they leave out comes from "
	    "[default].\n"
	    "     VOUCHERCTL_SERVER, _CA, _CERT, _KEY, _TOKEN, _PROFILE and _LANG say the same.\n"
	    "  2. voucherctl status             is it there, and who am I?\n"
	    "  3. voucherctl voucher list       and \"voucherctl help voucher\" for what can be done\n"
	    "\nAmounts are in yuan: 1,234.56. Every command prints its id: given again with --id, a\n"
	    "command takes effect once, however often it is sent. --dry-run tries one out.\n"
	    "Exit status: 0 done, 1 refused, 2 wrong usage, 3 server not reached or not trusted,\n"
	    "4 trouble on this machine. See also voucherctl(1).",
	    "\n初次使用（证书须已由科委登记）：\n"
	    "  1. 编写 ~/.config/voucherctl.ini：\n"
	    "       [default]\n"
	    "       server = https://vouchers.example.cn:8443\n"
	    "       ca = ~/vouchers/ca.pem       签发服务器证书的机构\n"
	    "       cert = ~/vouchers/me.pem     （或：token_file = ~/vouchers/token）\n"
	    "       key = ~/vouchers/me.key\n"
	    "     其他小节用 --profile NAME 选用，未写的项目取自 [default]。\n"
	    "     也可用环境变量 VOUCHERCTL_SERVER、_CA、_CERT、_KEY、_TOKEN、_PROFILE、_LANG。\n"
	    "  2. voucherctl status             服务是否可用，我是谁\n"
	    "  3. voucherctl voucher list       并用 \"voucherctl help voucher\" 查看可执行的操作\n"
	    "\n金额以元为单位：1,234.56。每条命令都会显示编号：以 --id 重复同一命令，只生效一次。\n"
	    "--dry-run 为试算。退出码：0 完成，1 被拒绝，2 用法错误，3 服务器不可达或不可信，\n"
	    "4 本机故障。另见 voucherctl(1)。");
}

static enum err write_top(const struct help *help) {
	write_line(help,
	    "voucherctl: innovation vouchers on the command line.\n\n"
	    "Usage: voucherctl [options] NOUN VERB [arguments]\n"
	    "       voucherctl help NOUN [VERB]\n\nNouns:",
	    "voucherctl：创新券命令行工具。\n\n"
	    "用法：voucherctl [选项] 名词 动词 [参数]\n"
	    "      voucherctl help 名词 [动词]\n\n名词：");
	enum err err = write_nouns(help);
	if (err)
		return err;
	write_line(help, "\nOptions, anywhere on the line:", "\n选项（位置不限）：");
	err = write_options(help, true);
	if (!err)
		write_first_steps(help);
	return err;
}

/* --- a noun --- */

const char *help_usage(struct arena *arena, const struct verb *verb) {
	const char *text = arena_printf(arena, "voucherctl %s%s%s", verb->noun, verb->verb ? " " : "",
	    verb->verb ? verb->verb : "");
	bool has_options = false;
	for (size_t i = 0; text && i < verb->parameter_count; i++) {
		const struct parameter *parameter = &verb->parameters[i];
		bool is_required = parameter->flags & PARAMETER_REQUIRED;
		if (parameter_is_argument(parameter))
			text = arena_printf(arena, is_required ? "%s %s%s" : "%s [%s%s]", text, parameter->name,
			    parameter->flags & PARAMETER_REPEATED ? "..." : "");
		else if (is_required)
			text = arena_printf(arena, "%s %s %s", text, parameter->name, parameter->value);
		else
			has_options = true;
	}
	return text && has_options ? arena_printf(arena, "%s [options]", text) : text;
}

static enum err write_noun(const struct help *help, const struct noun *noun) {
	struct table list;
	begin_list(help, &list);
	buffer_printf(help->out, "%s\n\n", say(help, noun->help, noun->help_zh));
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++) {
		if (strcmp(verb->noun, noun->noun) != 0)
			continue;
		table_cell(&list,
		    arena_printf(help->arena, "%s%s%s", noun->noun, verb->verb ? " " : "",
		        verb->verb ? verb->verb : ""));
		table_cell(&list, say(help, verb->help, help_zh_of_verb(verb)));
	}
	enum err err = table_write(&list, help->out);
	buffer_printf(help->out, "\n\"voucherctl help %s VERB\" %s\n", noun->noun,
	    say(help, "explains one of them.", "查看某个动词的说明。"));
	return err;
}

/* --- a verb --- */

static enum err write_parameters(const struct help *help, const struct verb *verb, bool arguments) {
	struct table list;
	begin_list(help, &list);
	for (size_t i = 0; i < verb->parameter_count; i++) {
		const struct parameter *parameter = &verb->parameters[i];
		if (parameter_is_argument(parameter) != arguments)
			continue;
		const char *note = "";
		if (!arguments && (parameter->flags & PARAMETER_REQUIRED))
			note = " (required)";
		else if (parameter->flags & PARAMETER_REPEATED)
			note = " (may be repeated)";
		table_cell(&list,
		    arena_printf(help->arena, "%s%s%s", parameter->name, parameter->value ? " " : "",
		        parameter->value ? parameter->value : ""));
		table_cell(&list, arena_printf(help->arena, "%s%s", parameter->help, note));
	}
	if (table_is_empty(&list))
		return ERR_OK;
	if (arguments)
		write_line(help, "\nArguments:", "\n参数：");
	else
		write_line(help, "\nOptions:", "\n选项：");
	return table_write(&list, help->out);
}

static enum err write_roles(const struct help *help, const struct verb *verb) {
	if (verb->kind != VERB_COMMAND)
		return ERR_OK;
	uint32_t roles = roles_for_command(verb->body);
	buffer_append_text(help->out, say(help, "\nFor the roles:", "\n适用角色："));
	for (int role = 1; role < 32; role++) {
		if (!(roles & ROLE_BIT(role)))
			continue;
		const char *name = enum_name(&pb__role__descriptor, role, help->arena);
		if (!name)
			return ERR_MEMORY;
		buffer_printf(help->out, " %s", name);
	}
	buffer_append_char(help->out, '\n');
	return ERR_OK;
}

static enum err write_verb(const struct help *help, const struct verb *verb) {
	const char *usage = help_usage(help->arena, verb);
	if (!usage)
		return ERR_MEMORY;
	buffer_printf(help->out, "%s\n\n%s %s\n", say(help, verb->help, help_zh_of_verb(verb)),
	    say(help, "Usage:", "用法："), usage);
	enum err err = write_parameters(help, verb, true);
	if (!err)
		err = write_parameters(help, verb, false);
	if (!err)
		err = write_roles(help, verb);
	buffer_printf(
	    help->out, "\n%s\n  voucherctl %s\n", say(help, "Example:", "示例："), verb->example);
	write_line(help,
	    verb->kind == VERB_COMMAND
	        ? "\nWith any command: --dry-run, --id UUID, --json, --quiet, --lang; \"voucherctl "
	          "--help\"."
	        : "\nWith any verb: --json, --lang and others; \"voucherctl --help\" lists them.",
	    verb->kind == VERB_COMMAND
	        ? "\n通用选项：--dry-run、--id、--json、--quiet、--lang，见 \"voucherctl --help\"。"
	        : "\n通用选项：--json、--lang 等，见 \"voucherctl --help\"。");
	return err;
}

enum err help_write(const struct help *help, const struct noun *noun, const struct verb *verb) {
	enum err err;
	if (verb)
		err = write_verb(help, verb);
	else if (noun)
		err = write_noun(help, noun);
	else
		err = write_top(help);
	return err ? err : buffer_error(help->out);
}

/* --- the noun "help" --- */

/* "help voucher isue" is as wrong as "voucher isue", and is answered by the same sentence. */
static enum exit_status find(
    struct session *session, const struct noun **ret_noun, const struct verb **ret_verb) {
	const char *noun = options_text(&session->line, "NOUN");
	const char *verb = options_text(&session->line, "VERB");
	const char *words[] = { "voucherctl", noun, verb, "--help" };
	if (!verb)
		words[2] = "--help";
	struct command_line line;
	const char *message = "";
	enum err err = options_parse(verb ? 4 : 3, words, &session->arena, &line, &message);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err) {
		session_complain("%s", message);
		return EXIT_USAGE;
	}
	*ret_noun = line.noun;
	*ret_verb = line.verb;
	return EXIT_DONE;
}

enum exit_status action_help(struct session *session) {
	const struct noun *noun = NULL;
	const struct verb *verb = NULL;
	if (options_text(&session->line, "NOUN")) {
		enum exit_status status = find(session, &noun, &verb);
		if (status != EXIT_DONE)
			return status;
	}
	struct help help = { session->settings.lang, &session->arena, &session->out };
	if (help_write(&help, noun, verb) != ERR_OK)
		return session_out_of_memory();
	return session_print(session);
}
