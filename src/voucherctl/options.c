/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/options.h"

#include "voucherctl/suggest.h"

#include <string.h>

/* clang-format off */
const struct option_info option_table[OPTION_COUNT] = {
	[OPTION_SERVER] = { "--server", 0, "URL", "https://host:port of voucherd",
		"voucherd 的 https://主机:端口" },
	[OPTION_CA] = { "--ca", 0, "FILE", "who signed the server's certificate, PEM",
		"签发服务器证书的机构，PEM" },
	[OPTION_CERT] = { "--cert", 0, "FILE", "your certificate, PEM",
		"本人证书，PEM" },
	[OPTION_KEY] = { "--key", 0, "FILE", "its private key, PEM",
		"证书私钥，PEM" },
	[OPTION_TOKEN_FILE] = { "--token-file", 0, "FILE", "your access token, if you have no key",
		"访问令牌文件（无证书时）" },
	[OPTION_PROFILE] = { "--profile", 'p', "NAME", "section of the configuration; else default",
		"配置文件的小节，默认 default" },
	[OPTION_CONFIG] = { "--config", 0, "FILE", "configuration; else ~/.config/voucherctl.ini",
		"配置文件，默认 ~/.config/voucherctl.ini" },
	[OPTION_TIMEOUT] = { "--timeout", 0, "SECONDS", "for a reply, repetitions included; else 30",
		"等待答复的秒数（含重试），默认 30" },
	[OPTION_RETRIES] = { "--retries", 0, "COUNT", "repetitions after a lost reply; else 4",
		"答复丢失后的重试次数，默认 4" },
	[OPTION_LANG] = { "--lang", 0, "zh|en", "language of messages; else that of LANG",
		"提示语言，默认取自 LANG" },
	[OPTION_ID] = { "--id", 0, "UUID", "repeat the command that has this id",
		"重复具有此编号的命令" },
	[OPTION_RECEIPT] = { "--receipt", 0, "FILE", "write a receipt of the command there",
		"将该命令的入账凭据写入文件" },
	[OPTION_DRY_RUN] = { "--dry-run", 'n', NULL, "decide and explain, change nothing",
		"试算并说明，不作变更" },
	[OPTION_JSON] = { "--json", 'j', NULL, "print the server's JSON, amounts in minor units",
		"输出服务器的 JSON，金额以分计" },
	[OPTION_QUIET] = { "--quiet", 'q', NULL, "print only numbers: of what is made or listed",
		"只输出新建或所列对象的编号" },
	[OPTION_YES] = { "--yes", 'y', NULL, "do not ask",
		"不再询问" },
	[OPTION_HELP] = { "--help", 'h', NULL, "explain the noun or verb",
		"查看名词或动词的说明" },
	[OPTION_VERSION] = { "--version", 'V', NULL, "print the version",
		"显示版本" },
};
/* clang-format on */

struct parser {
	struct arena *arena;
	struct command_line *line;
	const char *message;
	size_t filled; /* arguments that were given by their place */
	bool only_words;
};

/* A sentence instead of a result, in English or Chinese; the first one stands. */
#define FAIL(parser, en, zh, ...)                                                                  \
	((parser)->message = arena_printf(                                                             \
	     (parser)->arena, lang_pick((parser)->line->lang, en, zh), ##__VA_ARGS__),                 \
	    (parser)->message ? ERR_CONFIG : ERR_MEMORY)

enum option option_find(const char *text, size_t bytes) {
	for (enum option i = 0; i < OPTION_COUNT; i++) {
		const struct option_info *info = &option_table[i];
		if (strlen(info->name) == bytes && memcmp(info->name, text, bytes) == 0)
			return i;
		if (info->letter && bytes == 2 && text[0] == '-' && text[1] == info->letter)
			return i;
	}
	return OPTION_COUNT;
}

static const char *meant(struct parser *parser, const struct suggestion *suggestion) {
	const char *text = "";
	if (suggestion->word)
		text = arena_printf(parser->arena,
		    lang_pick(parser->line->lang, " Did you mean \"%s\"?", "是否为 \"%s\"？"),
		    suggestion->word);
	return text ? text : "";
}

static enum err unknown_noun(struct parser *parser, const char *word) {
	struct suggestion suggestion;
	suggest_begin(&suggestion, word);
	for (size_t i = 0; i < command_noun_count; i++)
		suggest_offer(&suggestion, command_nouns[i].noun);
	return FAIL(parser, "There is no \"%s\".%s \"voucherctl help\" lists what there is.",
	    "没有 \"%s\"。%s\"voucherctl help\" 列出全部名词。", word, meant(parser, &suggestion));
}

static enum err unknown_verb(struct parser *parser, const char *word) {
	const char *noun = parser->line->noun->noun;
	struct suggestion suggestion;
	suggest_begin(&suggestion, word);
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++)
		if (strcmp(verb->noun, noun) == 0 && verb->verb)
			suggest_offer(&suggestion, verb->verb);
	return FAIL(parser, "\"%s\" has no verb \"%s\".%s \"voucherctl help %s\" lists its verbs.",
	    "\"%s\" 没有动词 \"%s\"。%s\"voucherctl help %s\" 列出其动词。", noun, word,
	    meant(parser, &suggestion), noun);
}

static enum err unknown_option(struct parser *parser, const char *word) {
	const struct verb *verb = parser->line->verb;
	struct suggestion suggestion;
	suggest_begin(&suggestion, word);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		suggest_offer(&suggestion, option_table[i].name);
	for (size_t i = 0; verb && i < verb->parameter_count; i++)
		if (!parameter_is_argument(&verb->parameters[i]))
			suggest_offer(&suggestion, verb->parameters[i].name);
	if (!verb)
		return FAIL(parser, "\"%s\" is no option that may stand here.%s", "此处没有选项 \"%s\"。%s",
		    word, meant(parser, &suggestion));
	return FAIL(parser, "\"%s %s\" has no option \"%s\".%s", "\"%s %s\" 没有选项 \"%s\"。%s",
	    verb->noun, verb->verb ? verb->verb : "", word, meant(parser, &suggestion));
}

/* --- words --- */

static enum err take_noun(struct parser *parser, const char *word) {
	parser->line->noun = command_find_noun(word);
	if (!parser->line->noun)
		return unknown_noun(parser, word);
	parser->line->verb = command_find_verb(word, NULL);
	return ERR_OK;
}

static enum err take_verb(struct parser *parser, const char *word) {
	parser->line->verb = command_find_verb(parser->line->noun->noun, word);
	return parser->line->verb ? ERR_OK : unknown_verb(parser, word);
}

static bool is_given(const struct command_line *line, const struct parameter *parameter) {
	for (size_t i = 0; i < line->argument_count; i++)
		if (line->arguments[i].parameter == parameter)
			return true;
	return false;
}

static enum err take_value(
    struct parser *parser, const struct parameter *parameter, const char *text) {
	struct command_line *line = parser->line;
	if (is_given(line, parameter) && !(parameter->flags & PARAMETER_REPEATED))
		return FAIL(parser, "%s is given twice.", "%s 给了两次。", parameter->name);
	line->arguments[line->argument_count++] = (struct argument){ parameter, text };
	return ERR_OK;
}

static enum err take_argument(struct parser *parser, const char *word) {
	const struct verb *verb = parser->line->verb;
	for (; parser->filled < verb->parameter_count; parser->filled++) {
		const struct parameter *parameter = &verb->parameters[parser->filled];
		bool is_full = is_given(parser->line, parameter) &&
		    !(parameter->flags & PARAMETER_REPEATED);
		if (parameter_is_argument(parameter) && !is_full)
			return take_value(parser, parameter, word);
	}
	return FAIL(parser,
	    "\"%s\" is one argument too many. \"voucherctl help %s%s%s\" shows the form.",
	    "参数 \"%s\" 多余。\"voucherctl help %s%s%s\" 说明用法。", word, verb->noun,
	    verb->verb ? " " : "", verb->verb ? verb->verb : "");
}

static enum err take_word(struct parser *parser, const char *word) {
	if (!parser->line->noun)
		return take_noun(parser, word);
	if (!parser->line->verb)
		return take_verb(parser, word);
	return take_argument(parser, word);
}

/* --- options --- */

static const struct parameter *find_option(const struct command_line *line, const char *name) {
	for (size_t i = 0; line->verb && i < line->verb->parameter_count; i++)
		if (parameter_is_named(&line->verb->parameters[i], name))
			return &line->verb->parameters[i];
	return NULL;
}

/* Takes the option at argv[*at], and moves *at to its value when that stands by itself. */
static enum err take_option(struct parser *parser, int argc, const char *const *argv, int *at) {
	const char *word = argv[*at];
	size_t bytes = strcspn(word, "=");
	const char *name = arena_string(parser->arena, word, bytes);
	if (!name)
		return ERR_MEMORY;
	const struct parameter *parameter = find_option(parser->line, name);
	enum option option = parameter ? OPTION_COUNT : option_find(name, bytes);
	if (!parameter && option == OPTION_COUNT)
		return unknown_option(parser, name);
	bool is_flag = parameter ? parameter->type == PARAMETER_FLAG : !option_table[option].value;
	const char *value = word[bytes] == '=' ? word + bytes + 1 : NULL;
	if (is_flag && value)
		return FAIL(parser, "%s takes no value.", "%s 不带值。", name);
	if (!is_flag && !value && *at + 1 < argc)
		value = argv[++*at];
	if (!is_flag && !value)
		return FAIL(parser, "%s wants a value.", "%s 须带值。", name);
	if (parameter)
		return take_value(parser, parameter, is_flag ? "" : value);
	if (parser->line->options[option] && !is_flag)
		return FAIL(parser, "%s is given twice.", "%s 给了两次。", name);
	parser->line->options[option] = is_flag ? "" : value;
	return ERR_OK;
}

/* --- the whole line --- */

static enum err check_complete(struct parser *parser) {
	const struct command_line *line = parser->line;
	if (line->options[OPTION_HELP] || line->options[OPTION_VERSION] || !line->noun)
		return ERR_OK;
	const char *noun = line->noun->noun;
	if (!line->verb)
		return FAIL(parser, "\"%s\" needs a verb. \"voucherctl help %s\" lists its verbs.",
		    "\"%s\" 之后须有动词。\"voucherctl help %s\" 列出其动词。", noun, noun);
	bool is_command = line->verb->kind == VERB_COMMAND;
	if (line->options[OPTION_ID] && !is_command)
		return FAIL(
		    parser, "--id is for commands that change something.", "--id 只用于作变更的命令。");
	if (line->options[OPTION_DRY_RUN] && !is_command && line->verb->kind != VERB_SENDER)
		return FAIL(parser, "--dry-run is for commands that change something.",
		    "--dry-run 只用于作变更的命令。");
	for (size_t i = 0; i < line->verb->parameter_count; i++) {
		const struct parameter *parameter = &line->verb->parameters[i];
		if ((parameter->flags & PARAMETER_REQUIRED) && !is_given(line, parameter))
			return FAIL(parser, "%s is missing: %s. \"voucherctl help %s%s%s\" shows the form.",
			    "缺少 %s（%s）。\"voucherctl help %s%s%s\" 说明用法。", parameter->name,
			    parameter->help, noun, line->verb->verb ? " " : "",
			    line->verb->verb ? line->verb->verb : "");
	}
	return ERR_OK;
}

static enum err take_all(struct parser *parser, int argc, const char *const *argv) {
	for (int i = 1; i < argc; i++) {
		enum err err;
		if (!parser->only_words && strcmp(argv[i], "--") == 0) {
			parser->only_words = true;
			continue;
		}
		/* A lone "-" is standard input. */
		if (!parser->only_words && argv[i][0] == '-' && argv[i][1])
			err = take_option(parser, argc, argv, &i);
		else
			err = take_word(parser, argv[i]);
		if (err)
			return err;
	}
	return check_complete(parser);
}

/* Before anything can be wrong: of --lang, if it is right. */
static enum lang find_lang(int argc, const char *const *argv) {
	enum lang lang = lang_from_environment();
	const char *name = option_table[OPTION_LANG].name;
	size_t bytes = strlen(name);
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *value = NULL;
		if (strcmp(argv[i], name) == 0 && i + 1 < argc)
			value = argv[i + 1];
		else if (strncmp(argv[i], name, bytes) == 0 && argv[i][bytes] == '=')
			value = argv[i] + bytes + 1;
		if (value && lang_parse(value, &lang) == ERR_OK)
			break;
	}
	return lang;
}

enum err options_parse(int argc, const char *const *argv, struct arena *arena,
    struct command_line *ret_line, const char **ret_message) {
	struct command_line line = { 0 };
	size_t room = argc > 0 ? (size_t)argc : 1;
	line.arguments = arena_zalloc(arena, room * sizeof(line.arguments[0]));
	if (!line.arguments)
		return ERR_MEMORY;
	line.lang = find_lang(argc, argv);
	struct parser parser = { .arena = arena, .line = &line };
	enum err err = take_all(&parser, argc, argv);
	if (err == ERR_OK)
		*ret_line = line;
	else if (parser.message)
		*ret_message = parser.message;
	return err;
}

const char *options_text(const struct command_line *line, const char *name) {
	for (size_t i = 0; i < line->argument_count; i++)
		if (strcmp(line->arguments[i].parameter->name, name) == 0)
			return line->arguments[i].text;
	const struct parameter *parameter = command_find_parameter(line->verb, name);
	return parameter ? parameter->preset : NULL;
}

bool options_has(const struct command_line *line, const char *name) {
	for (size_t i = 0; i < line->argument_count; i++)
		if (strcmp(line->arguments[i].parameter->name, name) == 0)
			return true;
	return false;
}
