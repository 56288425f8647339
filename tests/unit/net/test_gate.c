/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gate.h"

#include "support/suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static struct gate_key key_of(const char *text) {
	struct sockaddr_storage address = { 0 };
	struct sockaddr_in *v4 = (void *)&address;
	struct sockaddr_in6 *v6 = (void *)&address;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		address.ss_family = AF_INET;
	} else {
		address.ss_family = AF_INET6;
		ck_assert_int_eq(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
	}
	return gate_key(&address);
}

static bool is_same(const char *a, const char *b) {
	struct gate_key key_a = key_of(a), key_b = key_of(b);
	return !memcmp(&key_a, &key_b, sizeof(key_a));
}

START_TEST(an_address_is_an_ipv4_address_or_a_64_of_ipv6) {
	ck_assert(is_same("192.0.2.1", "192.0.2.1"));
	ck_assert(!is_same("192.0.2.1", "192.0.2.2"));
	ck_assert(is_same("192.0.2.1", "::ffff:192.0.2.1"));
	ck_assert(!is_same("::ffff:192.0.2.1", "::ffff:192.0.2.2"));
	ck_assert(is_same("2001:db8:1:2::1", "2001:db8:1:2:ffff::7"));
	ck_assert(!is_same("2001:db8:1:2::1", "2001:db8:1:3::1"));
}
END_TEST

START_TEST(both_caps_are_kept) {
	struct gate gate;
	struct gate_key a = key_of("192.0.2.1"), b = key_of("192.0.2.2");
	ck_assert_int_eq(gate_init(&gate, 3, 2), ERR_OK);
	ck_assert_int_eq(gate_enter(&gate, &a), ERR_OK);
	ck_assert_int_eq(gate_enter(&gate, &a), ERR_OK);
	ck_assert_int_eq(gate_enter(&gate, &a), ERR_FULL);
	ck_assert(gate_has_room(&gate));
	ck_assert_int_eq(gate_enter(&gate, &b), ERR_OK);
	ck_assert_uint_eq(gate_count(&gate), 3);
	ck_assert(!gate_has_room(&gate));
	ck_assert(gate_leave(&gate, &a)); /* somebody waits: told once */
	ck_assert(!gate_leave(&gate, &b));
	ck_assert(gate_has_room(&gate));
	ck_assert(!gate_leave(&gate, &a));
	ck_assert_uint_eq(gate_count(&gate), 0);
	ck_assert_int_eq(gate_enter(&gate, &a), ERR_OK);
	ck_assert(!gate_leave(&gate, &a));
	gate_done(&gate);
}
END_TEST

START_TEST(many_addresses_are_told_apart) {
	enum { ADDRESSES = 5000 };
	struct gate gate;
	ck_assert_int_eq(gate_init(&gate, ADDRESSES, 1), ERR_OK);
	struct sockaddr_storage address = { .ss_family = AF_INET };
	struct sockaddr_in *v4 = (void *)&address;
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		v4->sin_addr.s_addr = htonl(0x0a000000 + i);
		struct gate_key key = gate_key(&address);
		ck_assert_int_eq(gate_enter(&gate, &key), ERR_OK);
		ck_assert_int_eq(gate_enter(&gate, &key), ERR_FULL);
	}
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		v4->sin_addr.s_addr = htonl(0x0a000000 + i);
		struct gate_key key = gate_key(&address);
		gate_leave(&gate, &key);
	}
	ck_assert_uint_eq(gate_count(&gate), 0);
	gate_done(&gate);
}
END_TEST

SUITE_MAIN("gate", an_address_is_an_ipv4_address_or_a_64_of_ipv6, both_caps_are_kept,
    many_addresses_are_told_apart)
