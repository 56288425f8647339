/* SPDX-License-Identifier: Apache-2.0 */
/* Eight leaves of the tests of Certificate Transparency logs (google/certificate-transparency). */
#ifndef TESTS_UNIT_RECORD_KNOWN_LEAVES_H
#define TESTS_UNIT_RECORD_KNOWN_LEAVES_H

#include <stddef.h>

static const struct {
	const char *data;
	size_t bytes;
} known_leaves[] = {
	{ "", 0 },
	{ "\x00", 1 },
	{ "\x10", 1 },
	{ "\x20\x21", 2 },
	{ "\x30\x31", 2 },
	{ "\x40\x41\x42\x43", 4 },
	{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
	{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 },
};

#endif
