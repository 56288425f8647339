/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files and tables of cases, without a server: what is computed, which mistakes are named. */
#include "support/suite.h"
#include "unit/voucherctl/verb_run.h"
#include "voucherctl/actions.h"
#include "voucherctl/file.h"
#include "voucherctl/json_place.h"
#include "voucherctl/session.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In an empty directory in which "programmes" is contrib/programmes. */
static void set_up(void) {
	const char *top = getenv("top_srcdir");
	char *programmes = NULL, *path = NULL;
	ck_assert_int_gt(asprintf(&path, "%s/contrib/programmes", top ? top : ".."), 0);
	programmes = realpath(path, NULL);
	ck_assert_msg(programmes != NULL, "%s", path);
	ck_assert_int_eq(chdir(suite_directory()), 0);
	ck_assert_int_eq(symlink(programmes, "programmes"), 0);
	free(programmes);
	free(path);
}

static void assert_says(const char *text, const char *part) {
	ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in: %s", part, text);
}

/* --- what is right --- */

/* Of every table beside a rule file. */
START_TEST(cases_of_the_programmes_come_out_as_expected) {
	static struct verb_run run;
	size_t files = 0, cases = 0;
	set_up();
	DIR *programmes = opendir("programmes");
	ck_assert_ptr_nonnull(programmes);
	for (const struct dirent *entry; (entry = readdir(programmes));) {
		char line[1000];
		const char *ending = strrchr(entry->d_name, '.');
		if (!ending || strcmp(ending, ".json") != 0)
			continue;
		int bytes = (int)(ending - entry->d_name);
		snprintf(line, sizeof(line), "programme check programmes/%s", entry->d_name);
		verb_run(&run, line);
		ck_assert_msg(run.status == EXIT_DONE, "%s", run.err);
		assert_says(run.out, "may be published");
		bool is_member = strcmp(entry->d_name, "shifan-2026.json") == 0;
		snprintf(line, sizeof(line),
		    "programme try programmes/%.*s.json programmes/%.*s.csv --json%s", bytes, entry->d_name,
		    bytes, entry->d_name, is_member ? " --umbrella programmes/shifan-city-2026.json" : "");
		verb_run(&run, line);
		ck_assert_msg(run.status == EXIT_DONE, "%s: %s%s", entry->d_name, run.out, run.err);
		for (const char *at = run.out; (at = strstr(at, "\"as_expected\":true")); at++)
			cases++;
		files++;
	}
	closedir(programmes);
	ck_assert_uint_ge(files, 14);
	ck_assert_uint_ge(cases, 90);
}
END_TEST

START_TEST(table_names_what_binds_and_what_stands_against) {
	static struct verb_run run;
	set_up();
	verb_run(&run,
	    "programme try programmes/changping-2017.json programmes/changping-2017.csv --lang en");
	ck_assert_int_eq(run.status, EXIT_DONE);
	assert_says(run.out, "tier per year (limit 200,000.00, used 150,000.00)");
	assert_says(run.out, "tier's share of the pool (limit 20,000.00, used 10,000.00)");
	assert_says(run.out, "NOT_ELIGIBLE: staff: asked for less than 100, is 100: not met");
	assert_says(run.out, "RELATED_PARTY");
	ck_assert_ptr_null(strstr(run.out, "expected"));
}
END_TEST

START_TEST(explanation_is_in_both_languages_or_in_the_one_asked_for) {
	static struct verb_run run;
	set_up();
	verb_run(&run, "programme explain programmes/changping-2017.json");
	ck_assert_int_eq(run.status, EXIT_DONE);
	assert_says(run.out, "registered_capital at most 30,000,000.00 yuan");
	assert_says(run.out, "holder local; provider from outside; 40% of the eligible expense");
	assert_says(run.out, "this tier may use at most 20% of the annual pool");
	assert_says(run.out, "申请主体在外地；服务机构在本地；补贴合格支出的 30%");
	assert_says(run.out, "强制检测、法定检测");
	verb_run(&run, "programme explain programmes/ninghai-2016.json --lang en");
	assert_says(run.out, "companies, makers' spaces and incubators in the region 330226");
	assert_says(run.out, "at most 200,000.00 yuan a holder and year under this tier");
	ck_assert_ptr_null(strstr(run.out, "申请主体"));
	verb_run(&run, "programme explain programmes/ninghai-2016.json --lang zh");
	assert_says(run.out, "由申请主体申请兑付并收款");
	ck_assert_ptr_null(strstr(run.out, "holder"));
}
END_TEST

/* --- wrong rules --- */

/* The rules of Changping with the first `from` made `to`. */
static void write_rules(const char *from, const char *to) {
	static char rules[VERB_RUN_BYTES], changed[2 * VERB_RUN_BYTES];
	verb_read_file("programmes/changping-2017.json", rules);
	const char *at = strstr(rules, from);
	ck_assert_msg(at != NULL, "%s", from);
	int bytes = snprintf(
	    changed, sizeof(changed), "%.*s%s%s", (int)(at - rules), rules, to, at + strlen(from));
	verb_write_file("rules.json", changed, (size_t)bytes);
}

START_TEST(mistakes_in_rules_are_named_with_their_place) {
	static const struct {
		const char *from, *to, *place;
	} mistakes[] = {
		{ "\"ratio_bp\": 3000", "\"ratio_bp\": 30000",
		    "rules.json:59: rules.tiers[2].ratio_bp: A ratio is 1 to" },
		{ "\"ratio_bp\": 3000", "\"ratio_pb\": 3000", "rules.json:59: rules.tiers[2].ratio_pb: " },
		{ "\"ratio_bp\": 3000,", "\"ratio_bp\": 3000", "rules.json:60:" },
		{ "\"version\": 1", "\"version\": 0", "rules.json:4: rules.version: " },
		{ "2017-01-01", "2017-02-30", "rules.json:7: rules.effective_from: " },
		{ "renren-2017", "Renren 2017", "rules.json:2: programme: This is no code" },
		{ "\"LESS\"", "\"LES\"", "rules.json:11: rules.holder.conditions[0].is: " },
		{ "\"id\": 2", "\"id\": 1", "rules.json:47: rules.tiers[1].id: " },
	};
	static struct verb_run run;
	set_up();
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		write_rules(mistakes[i].from, mistakes[i].to);
		verb_run(&run, "programme check rules.json");
		ck_assert_msg(run.status == EXIT_REFUSED, "%s", mistakes[i].to);
		ck_assert_str_eq(run.out, "");
		assert_says(run.err, mistakes[i].place);
		verb_run(&run, "programme explain rules.json");
		ck_assert_int_eq(run.status, EXIT_USAGE);
		verb_run(&run, "programme try rules.json programmes/changping-2017.csv");
		ck_assert_int_eq(run.status, EXIT_USAGE);
	}
	verb_run(&run, "programme check none.json");
	ck_assert_int_eq(run.status, EXIT_USAGE);
}
END_TEST

START_TEST(every_mistake_is_named_in_the_language_asked_for) {
	static const char rules[] =
	    "{\"version\": 1, \"title\": \"t\",\n"
	    " \"effective_from\": \"2026-02-30\",\n"
	    " \"tiers\": [ {\"id\": 1, \"name\": \"a]}\\\"\", \"ratio_bp\": 1},\n"
	    "   {\"id\": 2, \"name\": \"b\",\n"
	    "    \"ratio_bp\": 10001} ],\n"
	    " \"payee\": \"PAYEE_PROVIDER\"}\n";
	static const struct {
		const char *lang;
		const char *places[6];
	} cases[] = {
		{ "en",
		    { "rules.json:2: effective_from: This is not a date",
		        "rules.json:5: tiers[1].ratio_bp: A ratio is", "rules.json:1: instrument: ",
		        "rules.json:1: when_capped: ", "rules.json:1: review: ",
		        "rules.json:1: use_within_days: The last day of use is missing" } },
		{ "zh",
		    { "rules.json:2: effective_from: 须为", "rules.json:5: tiers[1].ratio_bp: 比例",
		        "rules.json:1: instrument: ", "rules.json:1: when_capped: ",
		        "rules.json:1: review: ", "rules.json:1: use_within_days: 缺少使用期限" } },
	};
	static struct verb_run run;
	set_up();
	verb_write_file("rules.json", rules, strlen(rules));
	for (size_t i = 0; i < 2; i++) {
		char line[100];
		snprintf(line, sizeof(line), "programme check rules.json --lang %s", cases[i].lang);
		verb_run(&run, line);
		ck_assert_int_eq(run.status, EXIT_REFUSED);
		for (size_t k = 0; k < 6; k++)
			assert_says(run.err, cases[i].places[k]);
	}
}
END_TEST

START_TEST(mistakes_of_a_rule_set_by_itself_are_its_own) {
	static struct verb_run run;
	static const char wrong[] = "{\"version\": 1, \"tiers\": [{\"id\": \"x\"}]}";
	static const char empty[] = "{\"programme\": \"p\"}";
	set_up();
	verb_write_file("rules.json", wrong, strlen(wrong));
	verb_run(&run, "programme check rules.json");
	ck_assert_int_eq(run.status, EXIT_REFUSED);
	assert_says(run.err, "rules.json:1: tiers[0].id: ");
	verb_write_file("rules.json", empty, strlen(empty));
	verb_run(&run, "programme check rules.json");
	ck_assert_int_eq(run.status, EXIT_REFUSED);
	assert_says(run.err, "rules.json: rules: The rules are missing");
}
END_TEST

START_TEST(place_of_a_path_is_its_line) {
	static const char text[] = "{ \"a\": [ 1, [2,\n3], {\"b\":\n \"}]\\\"\",\n\"c\": {\n} } ],\n"
	                           "\"d\":true,\"e\"\n:\n-1.5 }\n";
	static const struct {
		const char *path;
		unsigned line;
	} cases[] = {
		{ "", 1 },
		{ "a", 1 },
		{ "a[0]", 1 },
		{ "a[1]", 1 },
		{ "a[1][1]", 2 },
		{ "a[2]", 2 },
		{ "a[2].b", 2 },
		{ "a[2].c", 4 },
		{ "a[2].c.x", 4 }, /* not there: where it would be */
		{ "a[9]", 1 },
		{ "a[2].b.x", 2 },
		{ "d", 6 },
		{ "e", 6 },
		{ "f", 1 },
		{ "a[", 1 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(json_place_line(text, cases[i].path) == cases[i].line, "%s: %u",
		    cases[i].path, json_place_line(text, cases[i].path));
	ck_assert_uint_eq(json_place_line("[", "[0]"), 1);
	ck_assert_uint_eq(json_place_line("{\"a", "a.b"), 1);
	ck_assert_uint_eq(json_place_line("", "a"), 1);
}
END_TEST

/* --- cases --- */

#define HEAD "holder_region,category,eligible,expected\n"

START_TEST(mistakes_in_cases_are_named_with_line_and_column) {
	static const struct {
		const char *text, *place;
	} mistakes[] = {
		{ "", "c.csv:1:1: The file has no heading" },
		{ "case,category\n", "c.csv:1:1: The column \"eligible\" is missing" },
		{ "case,eligible,case\n", "c.csv:1:15: \"case\" stands here twice" },
		{ "case,,eligible\n", "c.csv:1:6: This column has no name" },
		{ "eligible,holder_usd\n", "c.csv:1:10: There is no column \"holder_usd\". Did you mean" },
		{ HEAD, "c.csv:1:1: The file has no cases" },
		{ HEAD "330226,设备购置,12x,\n", "c.csv:2:13: eligible: \"12x\" is no amount" },
		{ HEAD "# note\n\n330226,设备购置,,\n", "c.csv:4:13: eligible: is missing" },
		{ HEAD "330226,设备购置,0.00,\n", "c.csv:2:13: eligible: must be more than 0" },
		{ HEAD "330226,设备购置,-5,\n", "c.csv:2:13: eligible: \"-5\" is negative" },
		{ HEAD "3302,设备购置,5,\n", "c.csv:2:1: holder_region: \"3302\" is no division" },
		{ HEAD "330226,设备购置,5,NOPE\n", "c.csv:2:15: expected: \"NOPE\"" },
		{ HEAD "330226,设备购置,5\n", "c.csv:2:13: The line has 3 cells and the heading 4" },
		{ HEAD "330226,\"设备购置,5,\n", "c.csv:2:8: The quote is not closed" },
		{ HEAD "330226,\"设备\"购置,5,\n", "c.csv:2:12: A cell must end after its closing quote" },
		{ HEAD "330226,设\"备,5,\n", "c.csv:2:9: A cell with a quote" },
		{ HEAD "330226,\xC9\xE8,5,\n", "c.csv:2:8: This is not UTF-8" },
		{ HEAD "330226,\x1B,5,\n", "c.csv:2:8: A control character" },
		{ "eligible,related\n5,maybe\n", "c.csv:2:3: related: \"maybe\" is neither" },
		{ "eligible,kind\n5,person\n", "c.csv:2:3: kind: \"person\" is none of" },
		{ "eligible,staff\n5,many\n", "c.csv:2:3: staff: \"many\" is no number" },
		{ "eligible,pool\n5,99999999999999999999\n", "c.csv:2:3: pool: " },
		{ "eligible,date\n5,2026-02-29\n", "c.csv:2:3: date: \"2026-02-29\" is no day" },
		{ "eligible,year\n5,26\n", "c.csv:2:3: year: \"26\" is no year" },
		{ "eligible,units\n5,-1\n", "c.csv:2:3: units: \"-1\" is no number" },
		{ "eligible,fund:moon\n5,1\n", "c.csv:2:3: fund:moon: no fund of the rules" },
		{ "eligible,joint_holder_grants\n5,x\n", "c.csv:2:3: joint_holder_grants: " },
		{ "eligible,provider_uesd\n", "Did you mean \"provider_used\"?" },
	};
	static struct verb_run run;
	set_up();
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		verb_write_file("c.csv", mistakes[i].text, strlen(mistakes[i].text));
		verb_run(&run, "programme try programmes/ninghai-2016.json c.csv");
		ck_assert_msg(run.status == EXIT_USAGE, "%s", mistakes[i].text);
		ck_assert_str_eq(run.out, "");
		assert_says(run.err, mistakes[i].place);
	}
	verb_run(&run, "programme try programmes/ninghai-2016.json none.csv");
	ck_assert_int_eq(run.status, EXIT_USAGE);
}
END_TEST

START_TEST(line_with_too_many_cells_is_a_mistake) {
	static struct verb_run run;
	char line[400];
	set_up();
	memset(line, ',', sizeof(line));
	verb_write_file("c.csv", line, sizeof(line));
	verb_run(&run, "programme try programmes/ninghai-2016.json c.csv");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	assert_says(run.err, "c.csv:1:97: More than 96 cells");
}
END_TEST

START_TEST(case_that_is_not_as_expected_makes_the_status_1) {
	static const struct {
		const char *expected;
		enum exit_status status;
	} cases[] = {
		{ "30", EXIT_DONE },
		{ "30.00", EXIT_DONE },
		{ "", EXIT_DONE },
		{ "30.01", EXIT_REFUSED },
		{ "refused", EXIT_REFUSED },
		{ "NOT_ELIGIBLE", EXIT_REFUSED },
	};
	static struct verb_run run;
	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200];
		snprintf(text, sizeof(text), HEAD "330226,设备购置,100,%s\n", cases[i].expected);
		verb_write_file("c.csv", text, strlen(text));
		verb_run(&run, "programme try programmes/ninghai-2016.json c.csv --lang en");
		ck_assert_msg(run.status == cases[i].status, "%s", cases[i].expected);
		bool is_named = strstr(run.out, "not as expected") != NULL;
		ck_assert_int_eq(is_named, cases[i].status == EXIT_REFUSED);
	}
}
END_TEST

START_TEST(spreadsheets_may_write_in_their_own_way) {
	static const char text[] = "\xEF\xBB\xBF expected , \"category\",eligible,holder_region\r\n"
	                           "\"30.00\" ,设备购置,\t１００.００ ,330226\r\n"
	                           "拒绝,\"x \"\"y\"\"\",5,330226";
	static struct verb_run run;
	set_up();
	verb_write_file("c.csv", text, strlen(text));
	verb_run(&run, "programme try programmes/ninghai-2016.json c.csv");
	ck_assert_msg(run.status == EXIT_DONE, "%s%s", run.out, run.err);
}
END_TEST

/* 10,000,000.00 is the bound of revenue, which the rules write in fen. */
START_TEST(attribute_with_a_point_or_comma_is_in_yuan) {
#define CHANGPING                                                                                  \
	"eligible,staff,registered_capital,revenue_year_before_last,revenue_last_year,expected\n"
	static const struct {
		const char *text;
		enum exit_status status;
	} cases[] = {
		{ CHANGPING "100,1,1,1,\"9,999,999.99\",50\n", EXIT_DONE },
		{ CHANGPING "100,1,1,1,9999999.99,50\n", EXIT_DONE },
		{ CHANGPING "100,1,1,1,\"10,000,000\",NOT_ELIGIBLE\n", EXIT_DONE },
		{ CHANGPING "100,1,1,1,999999999,50\n", EXIT_DONE },
		{ CHANGPING "100,1,1,1,1000000000,NOT_ELIGIBLE\n", EXIT_DONE },
		{ CHANGPING "100,1,1,1,,NOT_ELIGIBLE\n", EXIT_DONE },
	};
	static struct verb_run run;
	set_up();
	write_rules("\"holder\": \"LOCALITY_LOCAL\",\n        \"provider\": \"LOCALITY_LOCAL\",",
	    "\"holder\": \"LOCALITY_OUTSIDE\", \"provider\": \"LOCALITY_OUTSIDE\",");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		verb_write_file("c.csv", cases[i].text, strlen(cases[i].text));
		verb_run(&run, "programme try rules.json c.csv --region 110114");
		ck_assert_msg(run.status == cases[i].status, "%s%s%s", cases[i].text, run.out, run.err);
	}
}
END_TEST

/* A line that names its holder stands behind those above it: in its year, pool and funds. */
START_TEST(cases_that_name_their_holder_follow_each_other) {
#define FOLLOWING "holder,controller,holder_region,category,year,pool_left,eligible,expected\n"
	static const struct {
		const char *text;
		const char *last; /* of the line that is not as expected */
	} cases[] = {
		{ FOLLOWING
		    "A,,330226,设备购置,2016,,500000,150000\nA,,330226,设备购置,2016,,500000,50000\n",
		    NULL },
		{ FOLLOWING
		    "A,,330226,设备购置,2016,,500000,150000\nA,,330226,设备购置,2017,,500000,150000\n",
		    NULL },
		{ FOLLOWING
		    "A,,330226,设备购置,2016,,500000,150000\nB,,330226,设备购置,2016,,500000,150000\n",
		    NULL },
		{ FOLLOWING
		    ",,330226,设备购置,2016,,500000,150000\n,,330226,设备购置,2016,,500000,150000\n",
		    NULL },
		{ FOLLOWING
		    "A,,330226,设备购置,2016,200000,500000,150000\n"
		    "B,,330226,设备购置,2016,,500000,50000\nC,,330226,设备购置,2016,,1,POOL_EMPTY\n",
		    NULL },
		{ FOLLOWING
		    "A,,330226,设备购置,2016,,500000,150000\nA,,330226,设备购置,2016,,500000,150000\n",
		    "150000" },
	};
	static struct verb_run run;
	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		verb_write_file("c.csv", cases[i].text, strlen(cases[i].text));
		verb_run(&run, "programme try programmes/ninghai-2016.json c.csv --lang en");
		ck_assert_msg(
		    run.status == (cases[i].last ? EXIT_REFUSED : EXIT_DONE), "%zu: %s", i, run.out);
		if (cases[i].last)
			assert_says(run.out, cases[i].last);
	}
}
END_TEST

START_TEST(umbrellas_are_rule_files_and_two_at_most) {
	static const struct {
		const char *umbrellas;
		enum exit_status status;
		const char *message;
	} cases[] = {
		{ "", EXIT_REFUSED, "1 of 1 cases" },
		{ "--umbrella programmes/shifan-city-2026.json", EXIT_DONE, "" },
		{ "--umbrella none.json", EXIT_USAGE, "none.json cannot be read" },
		{ "--umbrella c.csv", EXIT_USAGE, "c.csv:1:" },
		{ "--umbrella programmes/shifan-city-2026.json --umbrella programmes/shifan-city-2026.json "
		  "--umbrella programmes/shifan-city-2026.json",
		    EXIT_USAGE, "--umbrella: at most 2" },
	};
	static const char text[] = "holder_region,granted,joint_holder_used,expected\n"
	                           "990101,10,\"249,999.99\",0.01\n";
	static struct verb_run run;
	set_up();
	verb_write_file("c.csv", text, strlen(text));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[400];
		snprintf(line, sizeof(line),
		    "programme try programmes/shifan-top-up-2026.json c.csv %s --lang en",
		    cases[i].umbrellas);
		verb_run(&run, line);
		ck_assert_msg(run.status == cases[i].status, "%zu: %s%s", i, run.out, run.err);
		assert_says(run.err, cases[i].message);
	}
}
END_TEST

START_TEST(case_must_state_what_its_tier_needs) {
	static const char case_text[] = CHANGPING "100,1,1,1,1,20\n";
	static struct verb_run run;
	set_up();
	verb_write_file("c.csv", case_text, strlen(case_text));
	verb_run(&run, "programme try programmes/changping-2017.json c.csv");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	assert_says(run.err, "c.csv:2:1: programme_region: is missing");
	verb_run(&run, "programme try programmes/changping-2017.json c.csv --region 110114");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	assert_says(run.err, "c.csv:2:1: pool: is missing");
	verb_run(&run, "programme try programmes/changping-2017.json c.csv --region 11");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	assert_says(run.err, "--region: \"11\" is no division");
}
END_TEST

SUITE_MAIN("programme", cases_of_the_programmes_come_out_as_expected,
    table_names_what_binds_and_what_stands_against,
    explanation_is_in_both_languages_or_in_the_one_asked_for,
    mistakes_in_rules_are_named_with_their_place, every_mistake_is_named_in_the_language_asked_for,
    mistakes_of_a_rule_set_by_itself_are_its_own, place_of_a_path_is_its_line,
    mistakes_in_cases_are_named_with_line_and_column, line_with_too_many_cells_is_a_mistake,
    case_that_is_not_as_expected_makes_the_status_1, spreadsheets_may_write_in_their_own_way,
    attribute_with_a_point_or_comma_is_in_yuan, cases_that_name_their_holder_follow_each_other,
    umbrellas_are_rule_files_and_two_at_most, case_must_state_what_its_tier_needs)
