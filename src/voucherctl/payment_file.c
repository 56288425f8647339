/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "settlement payment-file": what the bank is asked to pay, as a file. It is written beside its
 * name, recorded in the ledger by its hash, and then takes its name: there is a whole one or none,
 * and one that is there is recorded. The same bytes again are what was recorded; others are
 * refused, and no file is made.
 */
#include "base/check.h"
#include "base/text.h"
#include "base/uuid.h"
#include "finance/pain001.h"
#include "finance/payment_csv.h"
#include "record/digest.h"
#include "record/json.h"
#include "record/pb.h"
#include "voucherctl/actions.h"
#include "voucherctl/answer.h"
#include "voucherctl/bank_profiles.h"
#include "voucherctl/query.h"
#include "voucherctl/send.h"
#include "voucherctl/view.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct writing {
	struct session *session;
	const char *name;   /* of the file */
	const char *beside; /* where it is written first */
	bool is_beside;
	const char *format;
	const Pb__Settlement *settlement;
	struct payments_options options;
	enum pain001_version version;
	const struct bank_profile *profile; /* NULL: pain.001 */
	struct buffer content;
	uint8_t hash[DIGEST_BYTES];
	bool was_recorded; /* before */
};

/* --- what the server knows --- */

static enum exit_status get_settlement(struct writing *writing) {
	struct session *session = writing->session;
	ProtobufCMessage *message = NULL;
	const char *given = options_text(&session->line, "SETTLEMENT");
	uint64_t id;
	if (text_parse_u64(given, strlen(given), &id) != ERR_OK) {
		session_complain(session_say(session, "SETTLEMENT must be a number, not \"%s\".",
		                     "SETTLEMENT 应为结算批次编号，而非 \"%s\"。"),
		    given);
		return EXIT_USAGE;
	}
	const char *target = arena_printf(&session->arena, "/v1/settlements/%" PRIu64, id);
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__settlement__descriptor, &session->arena, &message);
	writing->settlement = (const Pb__Settlement *)message;
	return status;
}

/* The programme knows the calendar, the house account who pays. */
static enum exit_status get_payer(struct writing *writing) {
	struct session *session = writing->session;
	ProtobufCMessage *programme = NULL, *house = NULL;
	const char *target = query_target(session, "/v1/programmes/", writing->settlement->programme);
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__programme__descriptor, &session->arena, &programme);
	target = query_target(session, "/v1/house-accounts/", writing->settlement->house_account);
	if (!target)
		return session_out_of_memory();
	if (status == EXIT_DONE)
		status = session_get(
		    session, target, &pb__house_account__descriptor, &session->arena, &house);
	if (status != EXIT_DONE)
		return status;
	payments_from_house((const Pb__HouseAccount *)house, &writing->options);
	writing->options.utc_offset_minutes = ((const Pb__Programme *)programme)->utc_offset_minutes;
	return EXIT_DONE;
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
	[PAYMENTS_BAD_DEBTOR_NAME] = { "The house account has no holder.", "本方账户没有户名。" },
	[PAYMENTS_BAD_DEBTOR_ACCOUNT] = { "The house account's number is not 1 to 32 digits.",
	    "本方账号不是 1 至 32 位数字。" },
	[PAYMENTS_BAD_DEBTOR_BANK] = { "The house account's bank is not a CNAPS code of 12 digits.",
	    "本方账户的联行号不是 12 位数字。" },
	[PAYMENTS_BAD_CURRENCY] = { "The house account's currency is not one of ISO 4217.",
	    "本方账户的币种不是 ISO 4217 代码。" },
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
	return result->refusal == PAYMENTS_BAD_DATE ? EXIT_USAGE : EXIT_REFUSED;
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

static enum exit_status cannot_write(const struct writing *writing) {
	session_complain(
	    session_say(writing->session, "%s cannot be written: %s.", "无法写入 %s：%s。"),
	    writing->name, session_reason(writing->session));
	return EXIT_LOCAL;
}

/* Readable by its owner only: it has people's accounts in it. */
static enum exit_status write_beside(struct writing *writing) {
	writing->beside = arena_printf(&writing->session->arena, "%s.new", writing->name);
	if (!writing->beside)
		return session_out_of_memory();
	int file = open(writing->beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool is_written = file >= 0 && fchmod(file, 0600) == 0 &&
	    write_all(file, writing->content.data, writing->content.bytes);
	int reason = errno;
	writing->is_beside = file >= 0;
	if (file >= 0 && close(file) != 0) {
		is_written = false;
		reason = errno;
	}
	errno = reason;
	return is_written ? EXIT_DONE : cannot_write(writing);
}

static enum exit_status take_name(const struct writing *writing) {
	return rename(writing->beside, writing->name) == 0 ? EXIT_DONE : cannot_write(writing);
}

/* --- recording --- */

/* The command's id is new each time: whether these bytes were recorded is for the ledger to say. */
static Pb__Command *make_record(const struct writing *writing) {
	struct arena *arena = &writing->session->arena;
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, arena);
	Pb__RecordPaymentFile *record = PB_NEW(Pb__RecordPaymentFile, pb__record_payment_file, arena);
	Pb__Digest *file = PB_NEW(Pb__Digest, pb__digest, arena);
	Pb__Uuid *id = PB_NEW(Pb__Uuid, pb__uuid, arena);
	if (!command || !record || !file || !id)
		return NULL;
	struct uuid uuid = uuid_new();
	id->high = uuid.high;
	id->low = uuid.low;
	file->value.data = (uint8_t *)writing->hash;
	file->value.len = DIGEST_BYTES;
	record->settlement = writing->settlement->id;
	record->format = writing->format;
	record->file = file;
	command->id = id;
	command->body_case = PB__COMMAND__BODY_RECORD_PAYMENT_FILE;
	command->record_payment_file = record;
	return command;
}

static enum exit_status record_file(struct writing *writing) {
	struct session *session = writing->session;
	Pb__Command *command = make_record(writing);
	if (!command)
		return session_out_of_memory();
	Pb__Batch batch = PB__BATCH__INIT;
	Pb__BatchReply *answer = NULL;
	batch.n_commands = 1;
	batch.commands = &command;
	batch.dry_run = session->line.options[OPTION_DRY_RUN] != NULL;
	enum exit_status status = send_batch(session, &batch, &session->arena, &answer);
	if (status != EXIT_DONE)
		return status;
	const Pb__Reply *reply = answer->replies[0];
	writing->was_recorded = reply->outcome == PB__OUTCOME__PAYMENT_FILE_KNOWN;
	if (writing->was_recorded || reply->outcome == PB__OUTCOME__OUTCOME_OK)
		return EXIT_DONE;
	return answer_reply(session, command, reply);
}

/* A bank that gets two files of the same payments pays them twice. */
static void warn_of_others(const struct writing *writing) {
	const struct session *session = writing->session;
	struct view view = { session->settings.lang, &writing->session->arena };
	for (size_t i = 0; i < writing->settlement->n_files; i++) {
		const Pb__PaymentFile *file = writing->settlement->files[i];
		if (strcmp(file->format, writing->format) == 0)
			continue;
		const char *time = view_time(&view, file->time_us);
		fprintf(stderr,
		    session_say(session,
		        "  Careful: the same payments were recorded as a file before: %s, %s, by %s. Give "
		        "the bank only one of the two, or it pays twice.\n",
		        "  注意：同一批付款此前已登记过另一文件：%s，%s，%s。"
		        "只能向银行提交其中一份，否则会重复付款。\n"),
		    file->format, time ? time : "", file->person);
	}
}

/* --- all of it --- */

static enum exit_status say_written(const struct writing *writing) {
	struct session *session = writing->session;
	char hex[2 * DIGEST_BYTES + 1], amount[TEXT_MONEY_BYTES];
	struct payments_facts facts = { 0 };
	struct payments_result result;
	check(payments_check(writing->settlement, &writing->options, &facts, &result) == ERR_OK);
	text_hex(writing->hash, sizeof(writing->hash), hex);
	text_money(facts.sum, amount);
	bool is_trial = session->line.options[OPTION_DRY_RUN];
	const char *recorded = is_trial ? session_say(session, "nothing was written", "试算，未写入")
	    : writing->was_recorded     ? session_say(session, "already recorded", "此前已登记")
	                                : session_say(session, "recorded", "已登记");
	if (session_is_json(session)) {
		buffer_append_text(&session->out, "{\"format\":");
		json_append_string(&session->out, writing->format);
		buffer_printf(&session->out,
		    ",\"payments\":%u,\"amount\":\"%" PRId64
		    "\",\"sha256\":\"%s\",\"already_recorded\":%s}\n",
		    facts.count, facts.sum, hex, writing->was_recorded ? "true" : "false");
	} else if (session_is_quiet(session))
		buffer_printf(&session->out, "%s\n", hex);
	else
		buffer_printf(&session->out,
		    session_say(session, "%s: %u payment%s, %s in all; %s. SHA-256 %s\n",
		        "%s：%u 笔付款%s，合计 %s；%s。SHA-256 %s\n"),
		    writing->name, facts.count, session_say(session, facts.count == 1 ? "" : "s", ""),
		    amount, recorded, hex);
	if (!session_is_json(session) && !session_is_quiet(session))
		warn_of_others(writing);
	return session_print(session);
}

static enum exit_status read_form(struct writing *writing, struct bank_profile *room) {
	struct session *session = writing->session;
	const char *profile = options_text(&session->line, "--bank-profile");
	const char *version = options_text(&session->line, "--message-version");
	if (profile && version) {
		session_complain("%s",
		    session_say(session, "--message-version is for pain.001, not for a bank's CSV.",
		        "--message-version 用于 pain.001，不用于银行 CSV。"));
		return EXIT_USAGE;
	}
	if (profile) {
		enum exit_status status = bank_profiles_load(session, profile, room);
		if (status != EXIT_DONE)
			return status;
		writing->profile = room;
		writing->format = arena_printf(&session->arena, "csv %s", room->name);
		return writing->format ? EXIT_DONE : session_out_of_memory();
	}
	if (version && strcmp(version, "09") != 0 && strcmp(version, "03") != 0) {
		session_complain(session_say(session, "--message-version must be 09 or 03, not \"%s\".",
		                     "--message-version 应为 09 或 03，而非 \"%s\"。"),
		    version);
		return EXIT_USAGE;
	}
	writing->version = version && strcmp(version, "03") == 0 ? PAIN001_03 : PAIN001_09;
	writing->format = writing->version == PAIN001_03 ? "pain.001.001.03" : "pain.001.001.09";
	return EXIT_DONE;
}

static enum exit_status build(struct writing *writing) {
	struct payments_result result;
	enum err err = writing->profile ? payment_csv_write(writing->settlement, &writing->options,
	                                      writing->profile, &writing->content, &result)
	                                : pain001_write(writing->settlement, &writing->options,
	                                      writing->version, &writing->content, &result);
	if (err != ERR_OK)
		return err == ERR_DENIED ? explain(writing->session, &result) : session_out_of_memory();
	digest_sha256(writing->content.data, writing->content.bytes, writing->hash);
	return EXIT_DONE;
}

static enum exit_status write_and_record(struct writing *writing) {
	bool is_trial = writing->session->line.options[OPTION_DRY_RUN];
	enum exit_status status = is_trial ? EXIT_DONE : write_beside(writing);
	if (status == EXIT_DONE)
		status = record_file(writing);
	if (status == EXIT_DONE && !is_trial)
		status = take_name(writing);
	if (status != EXIT_DONE && writing->is_beside)
		unlink(writing->beside);
	return status == EXIT_DONE ? say_written(writing) : status;
}

enum exit_status action_payment_file(struct session *session) {
	struct writing writing = { .session = session };
	struct bank_profile profile;
	writing.name = options_text(&session->line, "--output");
	writing.options.execution_date = options_text(&session->line, "--execution-date");
	buffer_init(&writing.content, 0);
	enum exit_status status = read_form(&writing, &profile);
	if (status == EXIT_DONE)
		status = get_settlement(&writing);
	if (status == EXIT_DONE)
		status = get_payer(&writing);
	if (status == EXIT_DONE)
		status = build(&writing);
	if (status == EXIT_DONE)
		status = write_and_record(&writing);
	buffer_done(&writing.content);
	return status;
}
