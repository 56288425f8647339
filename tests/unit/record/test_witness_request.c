/* SPDX-License-Identifier: Apache-2.0 */
#include "record/witness_request.h"

#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The example of C2SP tlog-witness. */
#define HASHES                                                                                     \
	"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"                                               \
	"jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"                                               \
	"5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"                                               \
	"/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
#define NOTE                                                                                       \
	"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"      \
	"— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"    \
	"Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"

START_TEST(the_example_is_read_and_written_as_it_is) {
	static const char body[] = "old 20852014\n" HASHES "\n" NOTE;
	struct witness_request request;
	struct buffer again;
	ck_assert_int_eq(witness_request_parse(body, strlen(body), &request), ERR_OK);
	ck_assert_uint_eq(request.old_size, 20852014);
	ck_assert_uint_eq(request.proof.count, 4);
	ck_assert_mem_eq(request.proof.hashes[3], "\xff\xa5\x95\x84", 4);
	ck_assert_uint_eq(request.note_bytes, strlen(NOTE));
	ck_assert_mem_eq(request.note, NOTE, strlen(NOTE));
	buffer_init(&again, 0);
	witness_request_format(&request, &again);
	ck_assert_str_eq(buffer_string(&again), body);
	buffer_done(&again);
}
END_TEST

START_TEST(a_first_request_has_no_hashes) {
	static const char body[] = "old 0\n\n" NOTE;
	struct witness_request request;
	ck_assert_int_eq(witness_request_parse(body, strlen(body), &request), ERR_OK);
	ck_assert_uint_eq(request.old_size, 0);
	ck_assert_uint_eq(request.proof.count, 0);
	ck_assert_uint_eq(request.note_bytes, strlen(NOTE));
}
END_TEST

START_TEST(what_is_no_request_is_refused) {
	static const char *const wrong[] = { "", "\n", "old 0\n", "old 0", "old\n\n", "old 00\n\n",
		"old 01\n\n", "old -1\n\n", "old 18446744073709551616\n\n", "new 0\n\n", "old 0\nx\n\n",
		"old 0 \n\n", "old  0\n\n", "old 0\n" HASHES, "\nold 0\n\n" };
	struct witness_request request = { .old_size = 99 };
	struct buffer body;
	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(witness_request_parse(wrong[i], strlen(wrong[i]), &request) == ERR_SYNTAX,
		    "%s", wrong[i]);
	buffer_init(&body, 0);
	buffer_append_text(&body, "old 1\n");
	for (int i = 0; i < 16; i++)
		buffer_append_text(&body, HASHES); /* 64; the specification allows 63 */
	buffer_append_text(&body, "\n" NOTE);
	ck_assert_int_eq(witness_request_parse(body.data, body.bytes, &request), ERR_SYNTAX);
	ck_assert_uint_eq(request.old_size, 99);
	buffer_done(&body);
}
END_TEST

START_TEST(the_size_that_a_witness_has_is_one_line) {
	static const char *const wrong[] = { "", "5", "5\n\n", "05\n", "x\n", "\n", " 5\n", "5\r\n" };
	uint64_t size = 99;
	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(
		    witness_size_parse(wrong[i], strlen(wrong[i]), &size) == ERR_SYNTAX, "%s", wrong[i]);
	ck_assert_uint_eq(size, 99);
	ck_assert_int_eq(witness_size_parse("20852014\n", 9, &size), ERR_OK);
	ck_assert_uint_eq(size, 20852014);
}
END_TEST

SUITE_MAIN("witness_request", the_example_is_read_and_written_as_it_is,
    a_first_request_has_no_hashes, what_is_no_request_is_refused,
    the_size_that_a_witness_has_is_one_line)
