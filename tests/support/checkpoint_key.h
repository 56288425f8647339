/* SPDX-License-Identifier: Apache-2.0 */
/* The log that tests sign checkpoints of: its name, and its key, that of RFC 8032, 7.1, TEST 1. */
#ifndef TESTS_SUPPORT_CHECKPOINT_KEY_H
#define TESTS_SUPPORT_CHECKPOINT_KEY_H

#include "voucher/v1/journal.pb-c.h"

#define TEST_ORIGIN "test.example/ledger"

#define TEST_CHECKPOINT_PUBLIC "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" /* base64 */
#define TEST_CHECKPOINT_PEM                                                                        \
	"-----BEGIN PRIVATE KEY-----\n"                                                                \
	"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"                           \
	"-----END PRIVATE KEY-----\n"

/* Its fields of a genesis, as JSON. */
#define TEST_LOG_JSON                                                                              \
	"\"origin\": \"" TEST_ORIGIN "\", \"checkpoint_key\": {\"ed25519\": "                          \
	"\"" TEST_CHECKPOINT_PUBLIC "\"}"

/* The same into a genesis; what it then refers to is static. */
static inline void test_name_log(Pb__Genesis *genesis) {
	static uint8_t public_key[] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b,
		0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf,
		0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a };
	static Pb__CheckpointKey key = PB__CHECKPOINT_KEY__INIT;
	key.ed25519 = (ProtobufCBinaryData){ sizeof(public_key), public_key };
	genesis->origin = TEST_ORIGIN;
	genesis->checkpoint_key = &key;
}

#endif
