/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "settlement payment-file": what the bank is asked to pay, as a file. The file is written beside
 * its name and then takes it: there is a whole one or none.
 */
#include "base/check.h"
#include "base/text.h"
#include "finance/pain001.h"
#include "record/digest.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- what the server knows --- */

static enum exit_status get_settlement(
    struct session *session, const Pb__Settlement **ret_settlement) {
	ProtobufCMessage *message = NULL;
	const char *given = options_text(&session->line, "SETTLEMENT");
	uint64_t id;
	if (text_parse_u64(given, strlen(given), &id) != ERR_OK) {
		session_complain("SETTLEMENT must be a number, not \"%s\".", given);
		return EXIT_USAGE;
	}
	const char *target = arena_printf(&session->arena, "/v1/settlements/%" PRIu64, id);
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__settlement__descriptor, &session->arena, &message);
	if (status == EXIT_DONE)
		*ret_settlement = (const Pb__Settlement *)message;
	return status;
}

/* The programme: its currency and calendar. */
static enum exit_status get_programme(
    struct session *session, const char *code, const Pb__Programme **ret_programme) {
	ProtobufCMessage *message = NULL;
	const char *escaped = session_escape(&session->arena, code);
	const char *target = escaped ? arena_printf(&session->arena, "/v1/programmes/%s", escaped)
	                             : NULL;
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__programme__descriptor, &session->arena, &message);
	if (status == EXIT_DONE)
		*ret_programme = (const Pb__Programme *)message;
	return status;
}

/* --- refusals --- */

/* A sentence about the whole, or what follows "Payment 2 to 91350100M000100Y43 ". */
static const struct {
	const char *en, *zh;
} refusals[] = {
	[PAYMENTS_NOT_APPROVED] = { "This settlement is not approved: nothing may be paid yet.",
	    "该结算单未经批准，尚不得付款。" },
	[PAYMENTS_NONE] = { "Nothing is to be paid by this settlement: it has no payments, or all were "
	                    "set off.",
	    "该结算单无须付款：没有付款，或已全部抵扣。" },
	[PAYMENTS_BAD_DEBTOR_NAME] = { "--debtor-name must be a name.",
	    "--debtor-name 应为付款户名。" },
	[PAYMENTS_BAD_DEBTOR_ACCOUNT] = { "--debtor-account must be 1 to 32 digits.",
	    "--debtor-account 应为 1 至 32 位数字。" },
	[PAYMENTS_BAD_DEBTOR_BANK] = { "--debtor-bank must be a CNAPS code of 12 digits.",
	    "--debtor-bank 应为 12 位联行号。" },
	[PAYMENTS_BAD_CURRENCY] = { "The programme's currency is not one of ISO 4217.",
	    "项目币种不是 ISO 4217 代码。" },
	[PAYMENTS_BAD_DATE] = { "--execution-date must be a day, YYYY-MM-DD, not before the approval.",
	    "--execution-date 应为不早于批准日的日期（YYYY-MM-DD）。" },
	[PAYMENTS_BAD_COUNT] = { "The server shows another number of payments than the settlement has. "
	                         "Nothing was written; tell the auditor.",
	    "服务器给出的付款笔数与结算单不符。未写入文件，请告知审计人员。" },
	[PAYMENTS_BAD_SUM] = { "The payments do not come to the settlement's amount. Nothing was "
	                       "written; tell the auditor.",
	    "付款合计与结算单金额不符。未写入文件，请告知审计人员。" },
	[PAYMENTS_NO_ACCOUNT] = { "has no bank account that you may see.", "没有可查看的收款账户。" },
	[PAYMENTS_BAD_ACCOUNT] = { "has an account or CNAPS code that no bank takes.",
	    "的账号或联行号不合规定。" },
	[PAYMENTS_BAD_NAME] = { "has an account without a holder.", "的收款账户没有户名。" },
	[PAYMENTS_BAD_AMOUNT] = { "has an amount that no bank takes.", "的金额不合规定。" },
	[PAYMENTS_BAD_REFERENCE] = { "has a reference that is not that of this settlement.",
	    "的付款编号不属于该结算单。" },
	[PAYMENTS_BAD_CHARACTERS] = { "has a character in its account holder's name that the bank's "
	                              "encoding lacks.",
	    "的户名中有银行编码所没有的字符。" },
	[PAYMENTS_NO_FORM] = { "The bank's profile does not say how payments are written.",
	    "该银行配置没有付款文件格式（[payment]）。" },
};

static bool is_about_options(enum payments_refusal refusal) {
	return refusal == PAYMENTS_BAD_DEBTOR_NAME || refusal == PAYMENTS_BAD_DEBTOR_ACCOUNT ||
	    refusal == PAYMENTS_BAD_DEBTOR_BANK || refusal == PAYMENTS_BAD_DATE;
}

static enum exit_status explain(struct session *session, const struct payments_result *result) {
	check(result->refusal < sizeof(refusals) / sizeof(refusals[0]));
	char payee[100];
	const char *sentence = session_say(
	    session, refusals[result->refusal].en, refusals[result->refusal].zh);
	if (result->payee[0])
		session_complain(
		    session_say(session, "Payment %u to %s %s", "付给 %2$s 的第 %1$u 笔款项%3$s"),
		    result->payment, text_show(payee, sizeof(payee), result->payee), sentence);
	else
		session_complain("%s", sentence);
	return is_about_options(result->refusal) ? EXIT_USAGE : EXIT_REFUSED;
}

/* --- the file --- */

static bool write_all(int file, const char *data, size_t bytes) {
	while (bytes > 0) {
		ssize_t count = write(file, data, bytes);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		data += count;
		bytes -= (size_t)count;
	}
	return fsync(file) == 0;
}

/* Readable by its owner only: it has people's accounts in it. */
static enum exit_status write_file(
    struct session *session, const char *name, const struct buffer *content) {
	const char *beside = arena_printf(&session->arena, "%s.new", name);
	if (!beside)
		return session_out_of_memory();
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool is_written = file >= 0 && fchmod(file, 0600) == 0 &&
	    write_all(file, content->data, content->bytes);
	if (file >= 0 && close(file) != 0)
		is_written = false;
	if (is_written && rename(beside, name) == 0)
		return EXIT_DONE;
	session_complain(session_say(session, "%s cannot be written: %s.", "无法写入 %s：%s。"), name,
	    strerror(errno));
	if (file >= 0)
		unlink(beside);
	return EXIT_LOCAL;
}

static enum exit_status say_written(struct session *session, const char *name,
    const struct buffer *content, const Pb__Settlement *settlement) {
	uint8_t hash[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1], amount[TEXT_MONEY_BYTES];
	digest_sha256(content->data, content->bytes, hash);
	text_hex(hash, sizeof(hash), hex);
	text_money(settlement->amount, amount);
	if (session_is_json(session))
		buffer_printf(&session->out,
		    "{\"payments\":%u,\"amount\":\"%" PRId64 "\",\"sha256\":\"%s\"}\n",
		    settlement->payments_count, settlement->amount, hex);
	else if (session_is_quiet(session))
		buffer_printf(&session->out, "%s\n", hex);
	else
		buffer_printf(&session->out,
		    session_say(session, "%s: %u payment%s, %s in all. SHA-256 %s\n",
		        "%s：%u 笔付款%s，合计 %s。SHA-256 %s\n"),
		    name, settlement->payments_count,
		    session_say(session, settlement->payments_count == 1 ? "" : "s", ""), amount, hex);
	return session_print(session);
}

/* "09" or "03". */
static enum exit_status read_version(struct session *session, enum pain001_version *ret_version) {
	const char *text = options_text(&session->line, "--message-version");
	if (strcmp(text, "09") != 0 && strcmp(text, "03") != 0) {
		session_complain("--message-version must be 09 or 03, not \"%s\".", text);
		return EXIT_USAGE;
	}
	*ret_version = strcmp(text, "03") == 0 ? PAIN001_03 : PAIN001_09;
	return EXIT_DONE;
}

static enum exit_status build_and_write(struct session *session, const Pb__Settlement *settlement,
    const struct payments_options *options, enum pain001_version version) {
	const char *name = options_text(&session->line, "--output");
	struct payments_result result;
	struct buffer content;
	buffer_init(&content, 0);
	enum exit_status status;
	enum err err = pain001_write(settlement, options, version, &content, &result);
	if (err == ERR_OK)
		status = write_file(session, name, &content);
	else
		status = err == ERR_DENIED ? explain(session, &result) : session_out_of_memory();
	if (status == EXIT_DONE)
		status = say_written(session, name, &content, settlement);
	buffer_done(&content);
	return status;
}

enum exit_status action_payment_file(struct session *session) {
	const struct command_line *line = &session->line;
	const Pb__Settlement *settlement = NULL;
	const Pb__Programme *programme = NULL;
	struct payments_options options = {
		.debtor_name = options_text(line, "--debtor-name"),
		.debtor_account = options_text(line, "--debtor-account"),
		.debtor_bank = options_text(line, "--debtor-bank"),
		.execution_date = options_text(line, "--execution-date"),
	};
	enum pain001_version version;
	enum exit_status status = read_version(session, &version);
	if (status == EXIT_DONE)
		status = get_settlement(session, &settlement);
	if (status == EXIT_DONE)
		status = get_programme(session, settlement->programme, &programme);
	if (status != EXIT_DONE)
		return status;
	options.currency = programme->currency;
	options.utc_offset_minutes = programme->utc_offset_minutes;
	return build_and_write(session, settlement, &options, version);
}
