/* SPDX-License-Identifier: Apache-2.0 */
/* From the command line to the message: what is sent, and what is found wrong before that. */
#include "voucherctl/compose.h"

#include "record/field.h"
#include "record/json.h"
#include "support/suite.h"
#include "unit/client/pki.h"
#include "unit/voucherctl/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ID      "0190a1b2-0000-7000-8000-000000000001"
#define HASH    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* of "abc" */
#define INVOICE "24112000000012345678"

/* Goes into a directory with the files that the lines name. */
static void make_files(void) {
	ck_assert_int_eq(chdir(suite_directory()), 0);
	FILE *file = fopen("report.pdf", "w");
	ck_assert_ptr_nonnull(file);
	fputs("abc", file);
	fclose(file);
	ck_assert_int_eq(symlink("report.pdf", "payments-60.xml"), 0);
	struct pki pki;
	pki_make(&pki);
	ck_assert_int_eq(symlink(pki.client, "finance.pem"), 0);
}

static enum err compose(
    const char *text, struct arena *arena, Pb__Command **ret_command, const char **ret_message) {
	struct words words;
	struct command_line line = words_parse(&words, text, arena);
	return compose_command(&line, arena, ret_command, ret_message);
}

/* The JSON of the command without its id. */
static void check_json(const char *line, const char *expected) {
	struct arena arena;
	struct buffer json;
	arena_init(&arena, 0);
	buffer_init(&json, 0);
	Pb__Command *command = NULL;
	const char *message = "";
	ck_assert_msg(compose(line, &arena, &command, &message) == ERR_OK, "%s: %s", line, message);
	command->id = NULL;
	json_encode(&command->base, JSON_COMPACT, &json);
	ck_assert_str_eq(buffer_string(&json), expected);
	buffer_done(&json);
	arena_done(&arena);
}

static const struct {
	const char *line;
	const char *json;
} commands[] = {
	{ "fund create cp2017 --name \"昌平 2017\"",
	    "{\"create_fund\":{\"code\":\"cp2017\",\"name\":\"昌平 2017\"}}" },
	{ "fund appropriate cp2017 5,000,000.00 --document D1",
	    "{\"appropriate\":{\"fund\":\"cp2017\",\"amount\":\"500000000\",\"document\":\"D1\"}"
	    "}" },
	{ "fund appropriate cp2017 ５，０００．５ --document D1",
	    "{\"appropriate\":{\"fund\":\"cp2017\",\"amount\":\"500050\",\"document\":\"D1\"}}" },
	{ "programme create cp --name n --region 110114",
	    "{\"create_programme\":{\"code\":\"cp\",\"name\":\"n\",\"region\":\"110114\","
	    "\"utc_offset_minutes\":480}}" },
	{ "programme create cp --name n --region 110114 --utc-offset -03:30 --currency EUR",
	    "{\"create_programme\":{\"code\":\"cp\",\"name\":\"n\",\"region\":\"110114\","
	    "\"utc_offset_minutes\":-210,\"currency\":\"EUR\"}}" },
	{ "programme admit cp P1 --category 样品测试检验 --category b",
	    "{\"admit_provider\":{\"programme\":\"cp\",\"party\":\"P1\","
	    "\"categories\":[\"样品测试检验\",\"b\"]}}" },
	{ "party register C1 --kind company --name n --region 110114 --number staff=42 "
	  "--money revenue=8,000.00 --status s --related R1 --related R2 --account 123 "
	  "--bank-code 102100000030 --account-name h",
	    "{\"register_party\":{\"code\":\"C1\",\"kind\":\"PARTY_KIND_COMPANY\",\"name\":\"n\","
	    "\"region\":\"110114\",\"attributes\":[{\"name\":\"staff\",\"value\":\"42\"},"
	    "{\"name\":\"revenue\",\"value\":\"800000\"}],\"statuses\":[\"s\"],"
	    "\"related\":[\"R1\",\"R2\"],\"bank_account\":{\"number\":\"123\","
	    "\"bank_code\":\"102100000030\",\"holder_name\":\"h\"}}}" },
	{ "principal register --person S1 --role finance --role ROLE_AUDITOR --spki " HASH,
	    "{\"register_principal\":{\"person\":\"S1\",\"roles\":[\"ROLE_FINANCE\","
	    "\"ROLE_AUDITOR\"],\"certificate_spki\":\"" HASH "\"}}" },
	{ "application approve 20",
	    "{\"review_application\":{\"application\":\"20\",\"verdict\":\"VERDICT_APPROVE\"}}" },
	{ "application reject 20 --reason r",
	    "{\"review_application\":{\"application\":\"20\",\"verdict\":\"VERDICT_REJECT\","
	    "\"reason\":\"r\"}}" },
	{ "claim submit 43 1 --invoice " INVOICE ":3.00:2026-11-01:0.17 "
	  "--invoice 1100000001:00000002:0.05:2026-11-02:0.01",
	    "{\"submit_claim\":{\"reservation\":\"43\",\"amount\":\"100\",\"invoices\":[{"
	    "\"number\":\"" INVOICE "\",\"amount\":\"300\",\"date\":\"2026-11-01\","
	    "\"vat\":\"17\"},{\"code\":\"1100000001\",\"number\":\"00000002\","
	    "\"amount\":\"5\",\"date\":\"2026-11-02\",\"vat\":\"1\"}]}}" },
	{ "application submit cp --document 认定文件:京科〔2026〕1号:2026-01-02:report.pdf "
	  "--document 证书:2 --units 3 --beneficiary B1",
	    "{\"apply\":{\"programme\":\"cp\",\"documents\":[{\"kind\":\"认定文件\","
	    "\"number\":\"京科〔2026〕1号\",\"date\":\"2026-01-02\",\"digest\":\"" HASH
	    "\"},{\"kind\":\"证书\",\"number\":\"2\"}],\"units\":3,\"beneficiary\":\"B1\"}}" },
	{ "party assess cp C1 2026 --passed",
	    "{\"assess_party\":{\"programme\":\"cp\",\"party\":\"C1\",\"year\":2026,"
	    "\"passed\":true}}" },
	{ "party assess cp C1 2026 --reason r",
	    "{\"assess_party\":{\"programme\":\"cp\",\"party\":\"C1\",\"year\":2026,"
	    "\"reason\":\"r\"}}" },
	{ "party register T-1 --kind team --name n --region 110114 --contact 张三 --telephone 1",
	    "{\"register_party\":{\"code\":\"T-1\",\"kind\":\"PARTY_KIND_TEAM\",\"name\":\"n\","
	    "\"region\":\"110114\",\"personal\":{\"name\":\"张三\",\"telephone\":\"1\"}}}" },
	{ "house-account register icbc --name n --account 12 --bank-code 102100099996 "
	  "--account-name h --opening-balance -1,000.50",
	    "{\"register_house_account\":{\"code\":\"icbc\",\"name\":\"n\",\"account\":{"
	    "\"number\":\"12\",\"bank_code\":\"102100099996\",\"holder_name\":\"h\"},"
	    "\"opening_balance\":\"-100050\"}}" },
	{ "bank-line match icbc 17 18 --payment 60-2 --payment V0190a1b2-61-3 --payment 62 "
	  "--return 60-1 --clawback 70:5.00",
	    "{\"reconcile\":{\"house_account\":\"icbc\",\"lines\":[\"17\",\"18\"],\"targets\":["
	    "{\"settlement\":\"60\",\"payment\":2},{\"settlement\":\"61\",\"payment\":3},"
	    "{\"settlement\":\"62\"},{\"settlement\":\"60\",\"payment\":1,\"is_return\":true},"
	    "{\"clawback\":\"70\",\"amount\":\"500\"}]}}" },
	{ "bank-line resolve icbc 18 --kind interest --reason r",
	    "{\"resolve_line\":{\"house_account\":\"icbc\",\"line\":\"18\","
	    "\"kind\":\"LINE_INTEREST\",\"reason\":\"r\"}}" },
	{ "period prepare 2026-11 --carry-over icbc:17=待银行回复=是 --carry-over ccb:1=r",
	    "{\"prepare_period\":{\"period\":\"2026-11\",\"carry_over\":["
	    "{\"house_account\":\"icbc\",\"line\":\"17\",\"reason\":\"待银行回复=是\"},"
	    "{\"house_account\":\"ccb\",\"line\":\"1\",\"reason\":\"r\"}]}}" },
	{ "settlement record-file 60 --format \"csv icbc\" --file report.pdf",
	    "{\"record_payment_file\":{\"settlement\":\"60\",\"format\":\"csv icbc\","
	    "\"file\":\"" HASH "\"}}" },
	{ "clawback order 50 1.00 --ground misuse --reason r",
	    "{\"order_clawback\":{\"claim\":\"50\",\"amount\":\"100\","
	    "\"ground\":\"CLAWBACK_MISUSE\",\"reason\":\"r\"}}" },
	{ "reservation redeem 43 100000 --evidence report.pdf --evidence sha256:" HASH,
	    "{\"redeem\":{\"reservation\":\"43\",\"amount\":\"10000000\",\"evidence\":[\"" HASH
	    "\",\"" HASH "\"]}}" },
	{ "claim submit 43 1.00 --invoice " INVOICE ":300,000.00:2026-11-01 "
	  "--invoice 1100000001:00000002:0.05:2026-11-02 --replaces 41",
	    "{\"submit_claim\":{\"reservation\":\"43\",\"amount\":\"100\",\"invoices\":[{"
	    "\"number\":\"" INVOICE "\",\"amount\":\"30000000\",\"date\":\"2026-11-01\"},{"
	    "\"code\":\"1100000001\",\"number\":\"00000002\",\"amount\":\"5\","
	    "\"date\":\"2026-11-02\"}],\"replaces\":\"41\"}}" },
	{ "settlement record-payment 60 1 --status Failed --reason r",
	    "{\"record_payment\":{\"settlement\":\"60\",\"payment\":1,"
	    "\"status\":\"PAYMENT_FAILED\",\"reason\":\"r\"}}" },
	{ "settlement approve 60 --digest " HASH,
	    "{\"approve_settlement\":{\"settlement\":\"60\",\"payments_digest\":\"" HASH "\"}}" },
};

START_TEST(lines_become_commands) {
	make_files();
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		check_json(commands[i].line, commands[i].json);
}
END_TEST

START_TEST(mistakes_are_found_before_anything_is_sent) {
	static const struct {
		const char *line;
		const char *message; /* part of it */
	} cases[] = {
		{ "fund appropriate f 1,00.5 --document d", "AMOUNT must be an amount in yuan" },
		{ "fund appropriate f 1.005 --document d", "AMOUNT must be an amount in yuan" },
		{ "fund appropriate f 5万 --document d", "AMOUNT must be an amount in yuan" },
		{ "fund appropriate f 5万 --document d --lang zh", "AMOUNT 应为以元计的金额" },
		{ "fund appropriate f 99999999999999999999 --document d", "more than any ledger can hold" },
		{ "voucher issue x 5", "APPLICATION must be a number such as 42, not \"x\"" },
		{ "voucher issue 18446744073709551616 5", "APPLICATION must be a number" },
		{ "settlement record-payment 1 4294967296 --status paid", "PAYMENT must be a number" },
		{ "bank-line match icbc 1 --payment 60-0", "--payment must be a payment such as 60-2" },
		{ "bank-line match icbc 1 --payment 60-x", "or 60 for all of a settlement" },
		{ "bank-line match icbc 1 --payment V0190a1b2", "--payment must be a payment" },
		{ "bank-line match icbc 1 --payment 60-4294967296", "--payment must be a payment" },
		{ "bank-line match icbc 1 --return 60", "--return must be a payment such as 60-2" },
		{ "bank-line match icbc 1 --clawback 70", "--clawback must be CLAWBACK:AMOUNT" },
		{ "bank-line match icbc 1 --clawback 70:x", "--clawback must be an amount in yuan" },
		{ "bank-line match icbc x --payment 60", "LINE must be a number" },
		{ "bank-line resolve icbc 1 --kind gift --reason r", "one of deposit, fee, interest" },
		{ "period prepare 2026-13", "PERIOD must be a month as YYYY-MM, not \"2026-13\"" },
		{ "period prepare 2026-11-01", "PERIOD must be a month" },
		{ "period prepare 2026-11 --carry-over icbc:17", "ACCOUNT:LINE=REASON" },
		{ "period prepare 2026-11 --carry-over icbc=17:x", "ACCOUNT:LINE=REASON" },
		{ "period prepare 2026-11 --carry-over icbc:x=r", "ACCOUNT:LINE=REASON" },
		{ "party register C --kind firm --name n --region r", "one of company, team, provider" },
		{ "party register C --kind unspecified --name n --region r", "one of company" },
		{ "party register C --kind company --name n --region r --number staff",
		    "--number must be NAME=VALUE" },
		{ "party register C --kind company --name n --region r --number staff=4.5",
		    "no whole number" },
		{ "party register C --kind company --name n --region r --money m=x", "amount in yuan" },
		{ "party register C --kind company --name \"a\x01"
		  "b\" --region r",
		    "control characters" },
		{ "party register C --kind company --name \"a\xff\" --region r", "not UTF-8" },
		{ "programme create c --name n --region r --utc-offset 8", "offset from UTC" },
		{ "programme create c --name n --region r --utc-offset +15:00", "offset from UTC" },
		{ "reservation redeem 1 2 --evidence missing.pdf", "\"missing.pdf\" cannot be read" },
		{ "reservation redeem 1 2 --evidence sha256:12", "64 hexadecimal digits" },
		{ "principal register --person p --role admin --certificate report.pdf",
		    "no certificate in \"report.pdf\"" },
		{ "principal register --person p --role admin --certificate none.pem",
		    "\"none.pem\" cannot be read" },
		{ "claim submit 1 2 --invoice 123:5", "NUMBER:AMOUNT:DATE" },
		{ "claim submit 1 2 --invoice 1:2:3:4:5:6", "NUMBER:AMOUNT:DATE" },
		{ "claim submit 1 2 --invoice 1:2:2026-01-01:x", "must be an amount" },
		{ "application submit cp --document 认定文件", "KIND:NUMBER" },
		{ "application submit cp --document 认定文件:1:gestern", "YYYY-MM-DD" },
		{ "application submit cp --document 认定文件:1::none.pdf", "\"none.pdf\" cannot be read" },
		{ "party assess cp C 2147483648", "YEAR must be a number" },
		{ "claim submit 1 2 --invoice 1:2:2026-02-30", "a day as YYYY-MM-DD" },
		{ "settlement record-payment 1 1 --status paid --value-date 1.2.2026", "YYYY-MM-DD" },
		{ "voucher return 1 --id 12", "--id must be a UUID" },
	};
	make_files();
	setenv("VOUCHERCTL_LANG", "en", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		arena_init(&arena, 0);
		Pb__Command *command = NULL;
		const char *message = "";
		enum err err = compose(cases[i].line, &arena, &command, &message);
		ck_assert_msg(err == ERR_CONFIG && strstr(message, cases[i].message), "%s: %s",
		    cases[i].line, message);
		ck_assert_ptr_null(command);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(id_is_new_or_the_one_given) {
	struct arena arena;
	arena_init(&arena, 0);
	Pb__Command *first = NULL, *second = NULL;
	const char *message = "";
	ck_assert_int_eq(compose("voucher return 1", &arena, &first, &message), ERR_OK);
	ck_assert_int_eq(compose("voucher return 1", &arena, &second, &message), ERR_OK);
	ck_assert(first->id->high != second->id->high || first->id->low != second->id->low);
	ck_assert_int_eq(compose("voucher return 1 --id " ID, &arena, &first, &message), ERR_OK);
	ck_assert_uint_eq(first->id->high, 0x0190a1b200007000);
	ck_assert_uint_eq(first->id->low, 0x8000000000000001);
	arena_done(&arena);
}
END_TEST

START_TEST(every_command_of_the_schema_has_a_verb) {
	const ProtobufCMessageDescriptor *type = &pb__command__descriptor;
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		/* Reminders are the daemon's own; statements are made of files. */
		bool is_found = !field_is_oneof(field) || field->id == PB__COMMAND__BODY_REMIND ||
		    field->id == PB__COMMAND__BODY_IMPORT_STATEMENT;
		const struct verb *verb;
		for (size_t k = 0; (verb = command_verb(k)); k++)
			is_found |= verb->kind == VERB_COMMAND && verb->body == field->id;
		ck_assert_msg(is_found, "no verb sends %s", field->name);
	}
}
END_TEST

/* A field that no parameter reaches could never be given. */
START_TEST(every_field_of_a_command_can_be_given) {
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++) {
		if (verb->kind != VERB_COMMAND || verb->body == PB__COMMAND__BODY_PUBLISH_RULES)
			continue;
		const ProtobufCMessageDescriptor *type = protobuf_c_message_descriptor_get_field(
		    &pb__command__descriptor, verb->body)
		                                             ->descriptor;
		for (unsigned k = 0; k < type->n_fields; k++) {
			const char *name = type->fields[k].name;
			bool is_found = verb->fixed && strcmp(verb->field, name) == 0;
			for (size_t p = 0; p < verb->parameter_count; p++) {
				const char *field = verb->parameters[p].field;
				is_found |= field && strncmp(field, name, strcspn(field, ".")) == 0;
			}
			/* Commitments to what is personal are set by the server. */
			is_found |= strncmp(name, "personal_", strlen("personal_")) == 0;
			/* The public key is read from the file of the secret one. */
			is_found |= verb->body == PB__COMMAND__BODY_ROTATE_CHECKPOINT_KEY &&
			    strcmp(name, "key") == 0;
			/* An approval has no need of a reason. */
			is_found |= verb->fixed && strcmp(verb->verb, "approve") == 0;
			ck_assert_msg(is_found, "%s %s: %s", verb->noun, verb->verb, name);
		}
	}
}
END_TEST

START_TEST(every_example_is_right) {
	make_files();
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++) {
		struct arena arena;
		struct words words;
		arena_init(&arena, 0);
		struct command_line line = words_parse(&words, verb->example, &arena);
		ck_assert_msg(line.verb == verb, "%s", verb->example);
		Pb__Command *command = NULL;
		const char *message = "";
		if (line.verb->kind == VERB_COMMAND) {
			enum err err = compose_command(&line, &arena, &command, &message);
			ck_assert_msg(err == ERR_OK, "%s: %s", verb->example, message);
			ck_assert_ptr_eq(compose_verb(command), verb);
		}
		arena_done(&arena);
	}
}
END_TEST

SUITE_MAIN("compose", lines_become_commands, mistakes_are_found_before_anything_is_sent,
    id_is_new_or_the_one_given, every_command_of_the_schema_has_a_verb,
    every_field_of_a_command_can_be_given, every_example_is_right)
