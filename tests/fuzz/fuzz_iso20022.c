/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML from banks: what is taken holds together, what is refused is explained with its place.
 */
#include "finance/bank_file.h"
#include "finance/camt053.h"
#include "finance/pain002.h"
#include "unit/finance/bank_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void read_statements(const char *text, size_t bytes) {
	struct arena arena;
	struct camt053 report;
	struct file_mistake mistake = { 0 };
	arena_init(&arena, 0);
	if (camt053_read(text, bytes, &arena, &report, &mistake) == ERR_OK)
		for (size_t i = 0; i < report.count; i++)
			bank_check_statement(&report.statements[i]);
	else
		bank_check_mistake(&mistake);
	arena_done(&arena);
}

static void read_report(const char *text, size_t bytes) {
	struct arena arena;
	struct pain002 report;
	struct file_mistake mistake = { 0 };
	arena_init(&arena, 0);
	if (pain002_read(text, bytes, &arena, &report, &mistake) != ERR_OK)
		bank_check_mistake(&mistake);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	const char *text = (const char *)data;
	struct file_mistake mistake = { 0 };
	enum bank_file file;
	if (bank_file_recognise(text, bytes, &file, &mistake) != ERR_OK) {
		bank_check_mistake(&mistake);
		return 0;
	}
	if (file == BANK_FILE_STATEMENT)
		read_statements(text, bytes);
	if (file == BANK_FILE_STATUS_REPORT)
		read_report(text, bytes);
	return 0;
}
