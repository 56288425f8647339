/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/directory.h"

#include "auth/roles.h"
#include "record/digest.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

static struct directory *new_directory(void) {
	struct directory *directory = NULL;
	ck_assert_int_eq(directory_new(&directory), ERR_OK);
	return directory;
}

static void credential_of(uint64_t number, uint8_t ret_credential[CREDENTIAL_BYTES]) {
	digest_sha256(&number, sizeof(number), ret_credential);
}

static struct identity person(uint64_t principal, const char *name) {
	struct identity identity = { .principal = principal, .party = principal / 2, .roles = 4 };
	strncpy(identity.person, name, sizeof(identity.person) - 1);
	return identity;
}

static void put(struct directory *directory, uint64_t number, bool by_token, const char *name) {
	uint8_t credential[CREDENTIAL_BYTES];
	credential_of(number, credential);
	struct identity identity = person(number, name);
	ck_assert_int_eq(directory_put(directory, credential, by_token, &identity), ERR_OK);
}

static enum err find(struct directory *directory, uint64_t number, struct identity *ret_identity) {
	uint8_t credential[CREDENTIAL_BYTES];
	credential_of(number, credential);
	return directory_find_key(directory, credential, ret_identity);
}

START_TEST(a_key_finds_its_principal_and_no_other) {
	struct directory *directory = new_directory();
	put(directory, 1, false, "S-1");
	put(directory, 2, false, "S-2");
	struct identity found;
	ck_assert_int_eq(find(directory, 2, &found), ERR_OK);
	ck_assert_uint_eq(found.principal, 2);
	ck_assert_uint_eq(found.party, 1);
	ck_assert_uint_eq(found.roles, 4);
	ck_assert_str_eq(found.person, "S-2");
	found.principal = 77;
	ck_assert_int_eq(find(directory, 3, &found), ERR_NOT_FOUND);
	ck_assert_uint_eq(found.principal, 77);
	directory_free(directory);
}
END_TEST

START_TEST(a_revoked_principal_is_not_found) {
	struct directory *directory = new_directory();
	put(directory, 1, false, "S-1");
	put(directory, 2, false, "S-2");
	uint8_t key[CREDENTIAL_BYTES];
	ck_assert_int_eq(directory_key_of(directory, 1, key), ERR_OK);
	ck_assert_int_eq(directory_key_of(directory, 99, key), ERR_NOT_FOUND);
	ck_assert(directory_revoke(directory, 1));
	ck_assert_int_eq(directory_key_of(directory, 1, key), ERR_NOT_FOUND);
	ck_assert(!directory_revoke(directory, 1));
	ck_assert(!directory_revoke(directory, 99));
	struct identity found;
	ck_assert_int_eq(find(directory, 1, &found), ERR_NOT_FOUND);
	ck_assert_int_eq(find(directory, 2, &found), ERR_OK);
	directory_free(directory);
}
END_TEST

START_TEST(putting_a_credential_again_replaces) {
	struct directory *directory = new_directory();
	uint8_t credential[CREDENTIAL_BYTES];
	credential_of(5, credential);
	struct identity first = person(10, "S-10"), second = person(11, "S-11"), found;
	ck_assert_int_eq(directory_put(directory, credential, false, &first), ERR_OK);
	ck_assert_int_eq(directory_put(directory, credential, false, &second), ERR_OK);
	ck_assert_int_eq(directory_find_key(directory, credential, &found), ERR_OK);
	ck_assert_uint_eq(found.principal, 11);
	ck_assert(!directory_revoke(directory, 10));
	ck_assert(directory_revoke(directory, 11));
	directory_free(directory);
}
END_TEST

START_TEST(revoking_takes_every_credential_of_the_principal) {
	struct directory *directory = new_directory();
	struct identity identity = person(7, "S-7"), found;
	uint8_t credential[2][CREDENTIAL_BYTES];
	for (uint64_t i = 0; i < 2; i++) {
		credential_of(i, credential[i]);
		ck_assert_int_eq(directory_put(directory, credential[i], false, &identity), ERR_OK);
	}
	ck_assert(directory_revoke(directory, 7));
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(directory_find_key(directory, credential[i], &found), ERR_NOT_FOUND);
	directory_free(directory);
}
END_TEST

START_TEST(thousands_are_found_after_growing) {
	struct directory *directory = new_directory();
	enum { COUNT = 5000 };
	for (uint64_t i = 1; i <= COUNT; i++)
		put(directory, i, false, "S");
	for (uint64_t i = 3; i <= COUNT; i += 3)
		ck_assert(directory_revoke(directory, i));
	struct identity found;
	for (uint64_t i = 1; i <= COUNT; i++) {
		enum err err = find(directory, i, &found);
		ck_assert_int_eq(err, i % 3 == 0 ? ERR_NOT_FOUND : ERR_OK);
		if (err == ERR_OK)
			ck_assert_uint_eq(found.principal, i);
	}
	directory_free(directory);
}
END_TEST

START_TEST(a_token_is_43_characters_and_finds_its_principal) {
	struct directory *directory = new_directory();
	char token[TOKEN_TEXT_BYTES], other[TOKEN_TEXT_BYTES];
	uint8_t hash[CREDENTIAL_BYTES], other_hash[CREDENTIAL_BYTES];
	ck_assert_int_eq(token_new(token, hash), ERR_OK);
	ck_assert_int_eq(token_new(other, other_hash), ERR_OK);
	ck_assert_uint_eq(strlen(token), 43);
	ck_assert_uint_eq(
	    strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
	ck_assert_str_ne(token, other);

	struct identity identity = person(3, "S-3"), found;
	ck_assert_int_eq(directory_put(directory, hash, true, &identity), ERR_OK);
	ck_assert_int_eq(directory_find_token(directory, token, 43, &found), ERR_OK);
	ck_assert_uint_eq(found.principal, 3);
	ck_assert_int_eq(directory_find_token(directory, other, 43, &found), ERR_NOT_FOUND);
	directory_free(directory);
}
END_TEST

START_TEST(a_token_and_a_key_are_never_taken_for_each_other) {
	struct directory *directory = new_directory();
	char token[TOKEN_TEXT_BYTES];
	uint8_t hash[CREDENTIAL_BYTES];
	ck_assert_int_eq(token_new(token, hash), ERR_OK);
	struct identity identity = person(3, "S-3"), found;
	ck_assert_int_eq(directory_put(directory, hash, true, &identity), ERR_OK);
	ck_assert_int_eq(directory_find_key(directory, hash, &found), ERR_NOT_FOUND);
	ck_assert_int_eq(directory_put(directory, hash, false, &identity), ERR_OK);
	ck_assert_int_eq(directory_find_token(directory, token, 43, &found), ERR_NOT_FOUND);
	directory_free(directory);
}
END_TEST

START_TEST(what_is_not_a_token_is_refused) {
	struct directory *directory = new_directory();
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq";
	static const struct {
		const char *text;
		size_t bytes;
		enum err err;
	} cases[] = {
		{ good, 43, ERR_NOT_FOUND },
		{ good, 42, ERR_SYNTAX },
		{ good, 44, ERR_SYNTAX }, /* with its NUL */
		{ "", 0, ERR_SYNTAX },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop=", 43, ERR_SYNTAX },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno q", 43, ERR_SYNTAX },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn\xc3\xa9q", 43, ERR_SYNTAX },
	};
	struct identity found;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_int_eq(
		    directory_find_token(directory, cases[i].text, cases[i].bytes, &found), cases[i].err);
	directory_free(directory);
}
END_TEST

/* Readers look up the first principal, which stays, while the writer adds and revokes others. */
struct race {
	struct directory *directory;
	atomic_bool is_over;
	atomic_int wrong;
};

static void *read_all_the_time(void *arg) {
	struct race *race = arg;
	struct identity found;
	do {
		if (find(race->directory, 1, &found) != ERR_OK || found.principal != 1)
			atomic_fetch_add(&race->wrong, 1);
	} while (!atomic_load(&race->is_over));
	return NULL;
}

START_TEST(readers_see_whole_entries_while_one_writes) {
	struct race race = { .directory = new_directory() };
	put(race.directory, 1, false, "S-1");
	pthread_t readers[3];
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&readers[i], NULL, read_all_the_time, &race), 0);
	for (uint64_t i = 2; i < 3000; i++) {
		put(race.directory, i, false, "S");
		if (i % 2)
			ck_assert(directory_revoke(race.directory, i));
	}
	atomic_store(&race.is_over, true);
	for (int i = 0; i < 3; i++)
		pthread_join(readers[i], NULL);
	ck_assert_int_eq(atomic_load(&race.wrong), 0);
	directory_free(race.directory);
}
END_TEST

START_TEST(nothing_can_be_freed) {
	directory_free(NULL);
}
END_TEST

SUITE_MAIN("directory", a_key_finds_its_principal_and_no_other, a_revoked_principal_is_not_found,
    putting_a_credential_again_replaces, revoking_takes_every_credential_of_the_principal,
    thousands_are_found_after_growing, a_token_is_43_characters_and_finds_its_principal,
    a_token_and_a_key_are_never_taken_for_each_other, what_is_not_a_token_is_refused,
    readers_see_whole_entries_while_one_writes, nothing_can_be_freed)
