/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/answer.h"

#include "auth/roles.h"
#include "base/text.h"
#include "record/json.h"
#include "record/outcome.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/compose.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"
#include "voucherctl/show.h"
#include "voucherctl/width.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BODY_SHOWN_BYTES 300

static struct view view_of(struct session *session) {
	return (struct view){ session->settings.lang, &session->arena };
}

static const char *sentence_of(enum lang lang, const Pb__Reply *reply) {
	const char *given = lang == LANG_ZH ? reply->sentence_zh : reply->sentence;
	const struct outcome_info *info = outcome_info(reply->outcome);
	return given[0] ? given : lang_pick(lang, info->sentence, info->sentence_zh);
}

/* --- refusals --- */

/* The parameter by which the user gave a field ("invoices[0].number" is of "--invoice"); NULL:
 * none, or this was no single command. */
static const char *given_by(const struct session *session, const char *field) {
	const struct verb *verb = session->line.verb;
	size_t bytes = strcspn(field, "[");
	for (size_t i = 0; verb->kind == VERB_COMMAND && i < verb->parameter_count; i++) {
		const char *of = verb->parameters[i].field;
		if (of && strlen(of) == bytes && strncmp(of, field, bytes) == 0)
			return verb->parameters[i].name;
	}
	return NULL;
}

static enum err write_field(struct session *session, const char *field, struct buffer *text) {
	const char *name = given_by(session, field);
	const char *safe = width_safe_text(&session->arena, field);
	if (!safe)
		return ERR_MEMORY;
	if (safe[0] && name)
		buffer_printf(
		    text, session_say(session, "  field  %s (%s)\n", "  字段  %s（%s）\n"), safe, name);
	else if (safe[0])
		buffer_printf(text, session_say(session, "  field  %s\n", "  字段  %s\n"), safe);
	return ERR_OK;
}

/* Every rule weighed, as a sentence, in the user's language. */
static enum err write_explanation(
    struct session *session, Pb__Explanation *const *sentences, size_t count, struct buffer *text) {
	for (size_t i = 0; i < count; i++) {
		bool is_zh = session->settings.lang == LANG_ZH && sentences[i]->zh[0];
		const char *safe = width_safe_text(
		    &session->arena, is_zh ? sentences[i]->zh : sentences[i]->en);
		if (!safe)
			return ERR_MEMORY;
		buffer_printf(text, "  - %s\n", safe);
	}
	return ERR_OK;
}

/* What a refusal adds in the ledger's own words, in the user's. */
static const struct {
	const char *detail, *zh;
} details[] = {
	{ "There is none with this id, or this principal may not see it.", "无此编号，或无权查看。" },
	{ "Field party: No party has this code, or this list does not know parties.",
	    "没有此编码的主体，或该列表不按主体筛选。" },
	{ "another house account pays it", "该款项由另一本方账户支付" },
};

/* Details with an amount behind them, in minor units; NULL: this is none. */
static const char *say_amount(struct session *session, const char *detail) {
	static const char reached[] = "the account comes to ";
	struct view view = view_of(session);
	int64_t amount;
	const char *text = detail + strlen(reached);
	if (strncmp(detail, reached, strlen(reached)) != 0 ||
	    text_parse_i64(text, strlen(text), &amount) != ERR_OK)
		return NULL;
	const char *money = view_money(&view, amount);
	return money ? arena_printf(&session->arena,
	                   session_say(session, "by the lines the account comes to %s",
	                       "按流水计算，账户余额应为 %s"),
	                   money)
	             : NULL;
}

/* "line 3" and the like, in Chinese; NULL: this is none. */
static const char *say_number(struct session *session, const char *detail) {
	static const struct {
		const char *what, *zh;
	} known[] = { { "line ", "银行流水" }, { "statement ", "对账单" }, { "claim ", "兑付申请" } };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t bytes = strlen(known[i].what);
		const char *number = detail + bytes;
		if (strncmp(detail, known[i].what, bytes) == 0 && number[0] &&
		    !number[strspn(number, "0123456789")])
			return arena_printf(&session->arena, "%s %s", known[i].zh, number);
	}
	return NULL;
}

static const char *say_detail(struct session *session, const char *detail) {
	const char *amount = say_amount(session, detail);
	if (amount)
		return amount;
	const char *number = session->settings.lang == LANG_ZH ? say_number(session, detail) : NULL;
	if (number)
		return number;
	static const ProtobufCEnumDescriptor *const states[] = { &pb__line_state__descriptor,
		&pb__period_status__descriptor, &pb__payment_status__descriptor,
		&pb__settlement_status__descriptor };
	const enum lang lang = session->settings.lang;
	for (size_t i = 0; lang == LANG_ZH && i < sizeof(details) / sizeof(details[0]); i++)
		if (strcmp(details[i].detail, detail) == 0)
			return details[i].zh;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(
		    states[i], detail);
		const char *name = value ? enum_name(states[i], value->value, &session->arena) : NULL;
		if (name)
			return label_of_value(states[i]->short_name, name, lang);
	}
	return detail;
}

/* What stands against it: which field, which rules, in words or at least with their amounts. */
static void complain_of_refusal(struct session *session, const Pb__Refusal *refusal,
    bool with_detail, Pb__Explanation *const *sentences, size_t count) {
	if (!refusal)
		return;
	struct buffer text;
	buffer_init(&text, 0);
	struct view view = view_of(session);
	enum err err = write_field(session, refusal->field, &text);
	Pb__Refusal shown = *refusal;
	shown.detail = (char *)say_detail(session, refusal->detail);
	if (!err && with_detail)
		err = show_fields(&view, &shown.base, "detail", 2, &text);
	if (!err)
		err = write_explanation(session, sentences, count, &text);
	if (!err && refusal->bound && count == 0)
		err = show_fields(
		    &view, &refusal->bound->base, "rule name attribute limit used asked", 2, &text);
	if (!err)
		fwrite(text.data, 1, text.bytes, stderr);
	buffer_done(&text);
}

static void complain_of_roles(struct session *session, Pb__Command__BodyCase body) {
	uint32_t roles = roles_for_command(body);
	const char *list = "";
	for (int role = 1; list && role < 32; role++) {
		if (!(roles & ROLE_BIT(role)))
			continue;
		const char *name = enum_name(&pb__role__descriptor, role, &session->arena);
		list = name ? arena_printf(&session->arena, "%s%s%s", list, list[0] ? ", " : "", name)
		            : NULL;
	}
	if (list && list[0])
		fprintf(stderr,
		    session_say(session, "  Roles that may: %s. \"voucherctl status\" shows yours.\n",
		        "  有权执行的角色：%s。\"voucherctl status\" 可查看自己的角色。\n"),
		    list);
}

static void advise(struct session *session, Pb__Retry retry, const char *id) {
	switch (retry) {
	case PB__RETRY__RETRY_SAME_ID:
		fprintf(stderr,
		    session_say(session, "  Nothing happened. Repeat the same command with --id %s\n",
		        "  未发生任何变更。请以 --id %s 重复同一命令。\n"),
		    id);
		break;
	case PB__RETRY__RETRY_CONFLICT:
		fputs(
		    session_say(session,
		        "  The ledger is not in the state that this command assumes: look, then decide.\n",
		        "  账本当前状态与该命令的前提不符：请先查看，再作决定。\n"),
		    stderr);
		break;
	default: break;
	}
}

/* Where to look, or what to do, after some refusals. */
static const struct {
	Pb__Outcome outcome;
	const char *en, *zh;
} remedies[] = {
	{ PB__OUTCOME__EXCEPTIONS_OPEN,
	    "\"bank-line list --open true\" shows them; --carry-over ACCOUNT:LINE=REASON carries one "
	    "over.",
	    "可用 bank-line list --open true 查看；用 --carry-over 账户:流水=原因 结转。" },
	{ PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN, "\"house-account list\" shows those that there are.",
	    "可用 house-account list 查看本方账户。" },
	{ PB__OUTCOME__BANK_LINE_UNKNOWN, "\"bank-line list --house-account CODE\" shows its lines.",
	    "可用 bank-line list --house-account 账户 查看流水。" },
	{ PB__OUTCOME__BANK_LINE_STATE,
	    "\"bank-line show ACCOUNT LINE\" shows what it is; \"bank-line unmatch\" takes back a "
	    "match.",
	    "可用 bank-line show 账户 流水 查看；已核对或已处理的可用 bank-line unmatch 撤销。" },
	{ PB__OUTCOME__STATEMENT_LINE_TAKEN,
	    "\"payment list\" shows the payments, \"bank-line list --state matched\" which lines are "
	    "matched; \"bank-line unmatch\" takes back a wrong match.",
	    "可用 payment list 查看付款，用 bank-line list --state matched 查看已核对流水；"
	    "核对有误的可用 bank-line unmatch 撤销。" },
	{ PB__OUTCOME__PERIOD_STATE, "\"period list\" shows how far each month is.",
	    "可用 period list 查看各月进度。" },
	{ PB__OUTCOME__PERIOD_UNKNOWN, "\"period prepare MONTH\" comes first.",
	    "请先执行 period prepare 月份。" },
	{ PB__OUTCOME__PERIOD_CHANGED, "\"period prepare\" fixes the figures as they are now.",
	    "请用 period prepare 按当前数据重新编制。" },
	{ PB__OUTCOME__DATE_CLOSED,
	    "\"period list\" shows the closed months; an approver may reopen the newest.",
	    "可用 period list 查看已结账月份；最近一个月可由复核人员反结账（period reopen）。" },
	{ PB__OUTCOME__BALANCE_BROKEN,
	    "A statement before this one may be missing: \"bank-file list\" shows those imported. "
	    "Import the oldest first.",
	    "可能缺少较早的对账单：可用 bank-file list 查看已导入的，请从最早的开始导入。" },
	{ PB__OUTCOME__STATEMENT_DIFFERS,
	    "\"bank-file show\" shows the file, \"bank-line list\" what was imported: ask the bank.",
	    "请用 bank-file show 与 bank-line list 比对，并向银行查询。" },
	{ PB__OUTCOME__PAYMENT_FILE_DIFFERS,
	    "\"settlement show\" has the hash of the one recorded. Send that one, not this.",
	    "可用 settlement show 查看已登记文件的摘要；应发送该文件。" },
};

static void advise_remedy(struct session *session, Pb__Outcome outcome) {
	for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++)
		if (remedies[i].outcome == outcome)
			fprintf(stderr, "  %s\n", session_say(session, remedies[i].en, remedies[i].zh));
}

static enum exit_status refused(
    struct session *session, const Pb__Command *command, const Pb__Reply *reply) {
	struct view view = view_of(session);
	session_complain("%s%s: %s", session_say(session, "refused: ", "被拒绝："),
	    outcome_info(reply->outcome)->name,
	    width_safe_text(&session->arena, sentence_of(session->settings.lang, reply)));
	complain_of_refusal(session, reply->refusal, true, reply->explanation, reply->n_explanation);
	if (reply->outcome == PB__OUTCOME__ROLE_NOT_ALLOWED)
		complain_of_roles(session, command->body_case);
	const char *id = view_value(&view, &command->base, "id");
	advise(session, reply->retry, id ? id : "");
	advise_remedy(session, reply->outcome);
	return EXIT_REFUSED;
}

const char *answer_briefly(enum lang lang, const Pb__Reply *reply, struct arena *arena) {
	struct view view = { lang, arena };
	const char *name = outcome_info(reply->outcome)->name;
	const char *text = arena_printf(arena, "%s: %s", name, sentence_of(lang, reply));
	const Pb__Refusal *refusal = reply->refusal;
	if (text && refusal && refusal->field[0])
		text = arena_printf(arena, "%s [%s]", text, refusal->field);
	if (text && refusal && refusal->detail[0])
		text = arena_printf(arena, "%s (%s)", text, refusal->detail);
	if (text && refusal && refusal->bound) {
		const char *limit = view_value(&view, &refusal->bound->base, "limit");
		const char *used = view_value(&view, &refusal->bound->base, "used");
		const char *asked = view_value(&view, &refusal->bound->base, "asked");
		if (!limit || !used || !asked)
			return NULL;
		text = arena_printf(arena,
		    lang_pick(lang, "%s limit %s, used %s, asked %s", "%s 上限 %s，已用 %s，申请 %s"), text,
		    limit, used, asked);
	}
	return text ? width_safe_text(arena, text) : NULL;
}

/* --- problems of whole requests --- */

static enum exit_status status_of(const struct voucher_reply *reply) {
	return voucher_reply_status(reply) >= 500 ? EXIT_NO_SERVER : EXIT_REFUSED;
}

/* Some proxy, or another service on this port. */
static void complain_of_stranger(struct session *session, const struct voucher_reply *reply) {
	const char *body = voucher_reply_body(reply);
	size_t bytes = strlen(body);
	const char *shown = arena_string(
	    &session->arena, body, bytes < BODY_SHOWN_BYTES ? bytes : BODY_SHOWN_BYTES);
	shown = shown ? width_safe_text(&session->arena, shown) : NULL;
	session_complain("%s HTTP %u. %s", session_say(session, "The server answered", "服务器返回"),
	    voucher_reply_status(reply), shown ? shown : "");
}

static void complain_of_problem(struct session *session, const Pb__Problem *problem) {
	const char *title = session->settings.lang == LANG_ZH && problem->title_zh[0]
	    ? problem->title_zh
	    : problem->title;
	const char *detail = say_detail(session, problem->detail);
	bool has_name = problem->outcome != 0;
	const char *separator = has_name ? " " : ": "; /* an outcome's title is a sentence */
	session_complain("%s%s%s%s%s%s (HTTP %u)", session_say(session, "refused: ", "被拒绝："),
	    has_name ? outcome_info(problem->outcome_name)->name : "", has_name ? ": " : "",
	    width_safe_text(&session->arena, title), detail[0] ? separator : "",
	    width_safe_text(&session->arena, detail), problem->status);
	complain_of_refusal(
	    session, problem->refusal, !detail[0], problem->explanation, problem->n_explanation);
	bool has_identity = session->settings.certificate_file || session->settings.token;
	if (problem->status == 401 && !has_identity)
		fputs(session_say(session,
		          "  You came without an identity: give --cert and --key, or --token-file; or "
		          "write them into the configuration.\n",
		          "  未提供身份：请用 --cert 和 --key，或 --token-file；也可写入配置文件。\n"),
		    stderr);
	else if (problem->status == 401)
		fputs(session_say(session,
		          "  The server does not know this certificate or token: is it registered "
		          "(principal register), and not revoked?\n",
		          "  服务器不认识该证书或令牌：是否已登记（principal register）且未被撤销？\n"),
		    stderr);
}

enum exit_status answer_problem(struct session *session, const struct voucher_reply *reply) {
	if (session_is_json(session)) {
		buffer_append_text(&session->out, voucher_reply_body(reply));
		buffer_append_char(&session->out, '\n');
		enum exit_status status = session_print(session);
		return status == EXIT_DONE ? status_of(reply) : status;
	}
	ProtobufCMessage *message = NULL;
	struct json_error error;
	enum err err = json_decode(&pb__problem__descriptor, voucher_reply_body(reply),
	    voucher_reply_bytes(reply), &session->arena, &message, &error);
	if (err)
		complain_of_stranger(session, reply);
	else
		complain_of_problem(session, (const Pb__Problem *)message);
	return status_of(reply);
}

/* --- acceptances --- */

static enum err say_done(struct session *session, const struct verb *verb, const Pb__Reply *reply) {
	struct buffer *out = &session->out;
	const char *made = "";
	if (session->line.options[OPTION_DRY_RUN]) {
		buffer_append_text(out,
		    session_say(session, "It would be accepted; nothing was changed.\n",
		        "可以执行；本次为试算，未发生任何变更。\n"));
		return ERR_OK;
	}
	if (verb && verb->makes)
		made = label_of_field(NULL, verb->makes, session->settings.lang, &session->arena);
	if (!made)
		return ERR_MEMORY;
	buffer_append_text(out,
	    reply->replayed
	        ? session_say(session, "Done before, as it says here", "此前已执行，原回执如下")
	        : session_say(session, "Done", "已完成"));
	if (made[0])
		buffer_printf(out, session_say(session, ": %s %" PRIu64 "\n", "：%s %" PRIu64 "\n"), made,
		    reply->seq);
	else
		buffer_append_text(out, session_say(session, ".\n", "。\n"));
	return ERR_OK;
}

/* What was decided, without the things that the user named, or that only say who may read it. */
static enum err say_decision(struct session *session, const Pb__Reply *reply) {
	const Pb__Decision *decision = reply->decision;
	if (!decision)
		return ERR_OK;
	struct view view = view_of(session);
	Pb__Decision shown = *decision;
	shown.programme = shown.holder = shown.provider = shown.payee = shown.subject = 0;
	shown.house_account = 0;
	shown.period = NULL; /* "period show" lays it out */
	shown.holder_region = (char *)protobuf_c_empty_string;
	if (reply->n_explanation > 0)
		shown.n_bounds = 0; /* they are in words */
	enum err err = show_message(&view, &shown.base, 2, &session->out);
	return err
	    ? err
	    : write_explanation(session, reply->explanation, reply->n_explanation, &session->out);
}

static enum exit_status accepted(
    struct session *session, const Pb__Command *command, const Pb__Reply *reply) {
	struct view view = view_of(session);
	struct buffer *out = &session->out;
	if (session_is_quiet(session)) {
		buffer_printf(out, "%" PRIu64 "\n", reply->seq);
		return session_print(session);
	}
	if (say_done(session, compose_verb(command), reply) != ERR_OK ||
	    say_decision(session, reply) != ERR_OK)
		return session_out_of_memory();
	const char *time = view_time(&view, reply->time_us);
	const char *id = view_value(&view, &command->base, "id");
	if (!time || !id)
		return session_out_of_memory();
	if (!session->line.options[OPTION_DRY_RUN])
		buffer_printf(out,
		    session_say(session, "  journal entry %" PRIu64 ", %s, command id %s\n",
		        "  账本序号 %" PRIu64 "，%s，命令编号 %s\n"),
		    reply->seq, time, id);
	return session_print(session);
}

enum exit_status answer_reply(
    struct session *session, const Pb__Command *command, const Pb__Reply *reply) {
	bool is_accepted = reply->outcome == PB__OUTCOME__OUTCOME_OK;
	if (session_is_json(session)) {
		json_encode(&reply->base, JSON_COMPACT, &session->out);
		buffer_append_char(&session->out, '\n');
		enum exit_status status = session_print(session);
		return status == EXIT_DONE && !is_accepted ? EXIT_REFUSED : status;
	}
	return is_accepted ? accepted(session, command, reply) : refused(session, command, reply);
}
