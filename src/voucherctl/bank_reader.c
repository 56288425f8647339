/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/bank_reader.h"

#include "finance/bank_csv.h"
#include "finance/camt053.h"
#include "voucherctl/bank_profiles.h"
#include "voucherctl/file.h"

#include <string.h>

#define FILE_BYTES_MAX ((size_t)256 << 20)

static enum err read_xml(struct session *session, const struct buffer *data,
    struct bank_content *content, struct file_mistake *mistake) {
	struct camt053 report;
	if (content->kind == BANK_FILE_STATUS_REPORT)
		return pain002_read(data->data, data->bytes, &session->arena, &content->report, mistake);
	enum err err = camt053_read(data->data, data->bytes, &session->arena, &report, mistake);
	if (err)
		return err;
	content->message_id = report.message_id;
	content->statements = report.statements;
	content->count = report.count;
	return ERR_OK;
}

static enum exit_status explain_xml(
    struct session *session, const char *name, enum err err, const struct file_mistake *mistake) {
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	bank_profiles_complain(session, name, mistake);
	session_complain("%s",
	    session_say(session,
	        "A file of the bank is XML of ISO 20022, whole and without DOCTYPE: a status report "
	        "(pain.002.001.03, .10, .11) or a statement (camt.052 or .053.001.02, .08); or it is "
	        "the bank's CSV. Nothing was done. Ask the bank for one.",
	        "银行文件须为完整的 ISO 20022 XML，不得含 DOCTYPE：付款状态报告（pain.002.001.03、.10、"
	        ".11）或对账单（camt.052、camt.053.001.02、.08）；或为银行 CSV。未执行任何操作。"
	        "请向银行索取。"));
	return EXIT_REFUSED;
}

static enum exit_status read_table(
    struct session *session, const struct buffer *data, struct bank_content *content) {
	const char *given = options_text(&session->line, "--bank-profile");
	struct bank_profile profile;
	struct file_mistake mistake = { 0 };
	if (!given) {
		session_complain(session_say(session,
		                     "%s is no XML. If it is a table (CSV) of the bank, say of which: "
		                     "--bank-profile icbc.",
		                     "%s 不是 XML。如为银行 CSV，请指明银行：--bank-profile icbc。"),
		    content->name);
		return EXIT_REFUSED;
	}
	enum exit_status status = bank_profiles_load(session, given, &profile);
	if (status != EXIT_DONE)
		return status;
	content->statements = ARENA_NEW(&session->arena, struct statement);
	if (!content->statements)
		return session_out_of_memory();
	content->count = 1;
	enum err err = bank_csv_read(
	    &profile, data->data, data->bytes, &session->arena, content->statements, &mistake);
	if (!err)
		return EXIT_DONE;
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	bank_profiles_complain(session, content->name, &mistake);
	session_complain(session_say(session,
	                     "It was read as a table of \"%s\". Nothing was done. Export it again from "
	                     "the bank, whole "
	                     "and as CSV. If a spreadsheet must save it, make all columns text first.",
	                     "已按 \"%s\" 的格式读取。未执行任何操作。请从网银重新导出完整的 CSV 文件；"
	                     "如须用表格软件另存，请先将各列设为文本。"),
	    profile.name);
	return EXIT_REFUSED;
}

static enum exit_status read_content(
    struct session *session, const struct buffer *data, struct bank_content *content) {
	struct file_mistake mistake = { 0 };
	enum err err = bank_file_recognise(data->data, data->bytes, &content->kind, &mistake);
	if (!err && content->kind == BANK_FILE_TABLE)
		return read_table(session, data, content);
	if (!err)
		err = read_xml(session, data, content, &mistake);
	return err ? explain_xml(session, content->name, err, &mistake) : EXIT_DONE;
}

enum exit_status bank_reader_read(struct session *session, struct bank_content *ret_content) {
	struct bank_content content = { .name = options_text(&session->line, "FILE"),
		.message_id = "" };
	struct buffer data;
	buffer_init(&data, FILE_BYTES_MAX);
	FILE *file = file_open(content.name);
	enum err err = file ? file_read_all(file, &data) : ERR_IO;
	enum exit_status status = EXIT_USAGE;
	if (err == ERR_OK) {
		digest_sha256(data.data, data.bytes, content.hash);
		status = read_content(session, &data, &content);
	} else if (err == ERR_IO) {
		session_complain(session_say(session, "%s cannot be read: %s.", "无法读取 %s：%s。"),
		    content.name, session_reason(session));
	} else if (err == ERR_RANGE) {
		session_complain(session_say(session, "%s is larger than any file of a bank.",
		                     "%s 过大，不是银行文件。"),
		    content.name);
	} else {
		status = session_out_of_memory();
	}
	file_close(file);
	buffer_done(&data);
	if (status == EXIT_DONE)
		*ret_content = content;
	return status;
}
