/* SPDX-License-Identifier: Apache-2.0 */
/* write_samples DIRECTORY: payment files of both versions, for judges from outside. */
#include "finance/pain001.h"
#include "unit/finance/payments.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static char longest_name[3 * 200 + 1];

/* The same with everything as long and as odd as it may be. */
static void make_odd(struct sample *sample) {
	for (size_t i = 0; i < 200; i++)
		memcpy(longest_name + 3 * i, "㈱", 4);
	sample->accounts[0].holder_name = longest_name;
	sample->accounts[0].number = "01234567890123456789012345678901";
	sample->accounts[1].holder_name = " \"'<>&]]>\t\r\n\xEF\xBF\xBE\xF0\xA0\x80\x80";
	sample->settlement.amount += INT64_C(999999999999999999) - sample->settlement.amount;
	sample->payments[2].amount = sample->settlement.amount - sample->payments[0].amount -
	    sample->payments[1].amount;
	sample->options.debtor_name = longest_name;
	sample->options.execution_date = "2026-12-01";
	sample->options.utc_offset_minutes = -210;
}

static int write_file(
    const char *directory, const char *name, struct sample *sample, enum pain001_version version) {
	struct buffer buffer;
	struct payments_result result;
	char path[1000];
	buffer_init(&buffer, 0);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	bool is_written = file &&
	    pain001_write(&sample->settlement, &sample->options, version, &buffer, &result) == ERR_OK &&
	    fwrite(buffer.data, 1, buffer.bytes, file) == buffer.bytes;
	if (file && fclose(file) != 0)
		is_written = false;
	if (!is_written)
		fprintf(stderr, "%s was not written\n", path);
	buffer_done(&buffer);
	return is_written ? 0 : 1;
}

int main(int argc, char **argv) {
	struct sample sample, odd;
	if (argc != 2)
		return 2;
	sample_make(&sample);
	sample_make(&odd);
	make_odd(&odd);
	return write_file(argv[1], "pain.001.001.09.xml", &sample, PAIN001_09) ||
	    write_file(argv[1], "pain.001.001.03.xml", &sample, PAIN001_03) ||
	    write_file(argv[1], "pain.001.001.09.odd.xml", &odd, PAIN001_09) ||
	    write_file(argv[1], "pain.001.001.03.odd.xml", &odd, PAIN001_03);
}
