/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory: one entry per principal, chained in two hash tables of the same size: by
 * credential for requests, by principal for revocation.
 *
 * Invariant: an entry is in both tables or in neither. Readers and the one writer meet at a
 * read-write lock that prefers the writer, so that no load of requests can hold up a revocation. A
 * credential is itself a hash, so a look-up tells nothing about how much of a secret was right.
 */
#include "auth/directory.h"

#include "base/base64.h"
#include "record/digest.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define BUCKETS_AT_FIRST 64 /* a power of two, as every size */
#define TOKEN_BYTES      32
#define TOKEN_CHARACTERS 43

struct entry {
	struct entry *next_by_credential;
	struct entry *next_by_principal;
	struct identity identity;
	uint8_t credential[CREDENTIAL_BYTES];
	bool by_token;
};

struct directory {
	pthread_rwlock_t lock;
	struct entry **by_credential;
	struct entry **by_principal;
	size_t buckets;
	size_t count;
};

static size_t bucket_of_credential(
    const struct directory *directory, const uint8_t credential[CREDENTIAL_BYTES]) {
	uint64_t hash;
	memcpy(&hash, credential, sizeof(hash));
	return hash & (directory->buckets - 1);
}

/* Fibonacci hashing: ids are mostly small and consecutive. */
static size_t bucket_of_principal(const struct directory *directory, uint64_t principal) {
	return (principal * 0x9e3779b97f4a7c15ULL >> 32) & (directory->buckets - 1);
}

static void link_entry(struct directory *directory, struct entry *entry) {
	struct entry **bucket =
	    &directory->by_credential[bucket_of_credential(directory, entry->credential)];
	entry->next_by_credential = *bucket;
	*bucket = entry;
	bucket = &directory->by_principal[bucket_of_principal(directory, entry->identity.principal)];
	entry->next_by_principal = *bucket;
	*bucket = entry;
	directory->count++;
}

static void unlink_entry(struct directory *directory, struct entry *entry) {
	struct entry **place =
	    &directory->by_credential[bucket_of_credential(directory, entry->credential)];
	while (*place != entry)
		place = &(*place)->next_by_credential;
	*place = entry->next_by_credential;
	place = &directory->by_principal[bucket_of_principal(directory, entry->identity.principal)];
	while (*place != entry)
		place = &(*place)->next_by_principal;
	*place = entry->next_by_principal;
	directory->count--;
}

static struct entry *find_entry(
    const struct directory *directory, const uint8_t credential[CREDENTIAL_BYTES]) {
	struct entry *entry = directory->by_credential[bucket_of_credential(directory, credential)];
	while (entry && memcmp(entry->credential, credential, CREDENTIAL_BYTES) != 0)
		entry = entry->next_by_credential;
	return entry;
}

/* Moves every entry into tables of twice the size. Without memory the old ones stay: slower, not
 * wrong. */
static void grow(struct directory *directory) {
	struct directory larger = *directory;
	larger.buckets *= 2;
	larger.count = 0;
	larger.by_credential = calloc(larger.buckets, sizeof(struct entry *));
	larger.by_principal = calloc(larger.buckets, sizeof(struct entry *));
	if (!larger.by_credential || !larger.by_principal) {
		free(larger.by_credential);
		free(larger.by_principal);
		return;
	}
	for (size_t i = 0; i < directory->buckets; i++) {
		for (struct entry *entry = directory->by_credential[i], *next; entry; entry = next) {
			next = entry->next_by_credential;
			link_entry(&larger, entry);
		}
	}
	free(directory->by_credential);
	free(directory->by_principal);
	directory->by_credential = larger.by_credential;
	directory->by_principal = larger.by_principal;
	directory->buckets = larger.buckets;
}

enum err directory_new(struct directory **ret_directory) {
	struct directory *directory = calloc(1, sizeof(*directory));
	if (!directory)
		return ERR_MEMORY;
	directory->buckets = BUCKETS_AT_FIRST;
	directory->by_credential = calloc(directory->buckets, sizeof(struct entry *));
	directory->by_principal = calloc(directory->buckets, sizeof(struct entry *));
	pthread_rwlockattr_t attributes;
	if (!directory->by_credential || !directory->by_principal ||
	    pthread_rwlockattr_init(&attributes) != 0)
		goto fail;
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	int failed = pthread_rwlock_init(&directory->lock, &attributes);
	pthread_rwlockattr_destroy(&attributes);
	if (failed)
		goto fail;
	*ret_directory = directory;
	return ERR_OK;
fail:
	free(directory->by_credential);
	free(directory->by_principal);
	free(directory);
	return ERR_MEMORY;
}

void directory_free(struct directory *directory) {
	if (!directory)
		return;
	for (size_t i = 0; i < directory->buckets; i++) {
		for (struct entry *entry = directory->by_credential[i], *next; entry; entry = next) {
			next = entry->next_by_credential;
			free(entry);
		}
	}
	free(directory->by_credential);
	free(directory->by_principal);
	pthread_rwlock_destroy(&directory->lock);
	free(directory);
}

enum err directory_put(struct directory *directory, const uint8_t credential[CREDENTIAL_BYTES],
    bool by_token, const struct identity *identity) {
	struct entry *entry = malloc(sizeof(*entry));
	if (!entry)
		return ERR_MEMORY;
	entry->identity = *identity;
	memcpy(entry->credential, credential, CREDENTIAL_BYTES);
	entry->by_token = by_token;

	pthread_rwlock_wrlock(&directory->lock);
	struct entry *old = find_entry(directory, credential);
	if (old)
		unlink_entry(directory, old);
	if (directory->count >= directory->buckets)
		grow(directory);
	link_entry(directory, entry);
	pthread_rwlock_unlock(&directory->lock);
	free(old);
	return ERR_OK;
}

bool directory_revoke(struct directory *directory, uint64_t principal) {
	struct entry *revoked = NULL; /* freed when the lock has been given back */
	pthread_rwlock_wrlock(&directory->lock);
	struct entry *entry = directory->by_principal[bucket_of_principal(directory, principal)];
	for (struct entry *next; entry; entry = next) {
		next = entry->next_by_principal;
		if (entry->identity.principal != principal)
			continue;
		unlink_entry(directory, entry);
		entry->next_by_principal = revoked;
		revoked = entry;
	}
	pthread_rwlock_unlock(&directory->lock);

	bool was_there = revoked != NULL;
	for (struct entry *next; revoked; revoked = next) {
		next = revoked->next_by_principal;
		free(revoked);
	}
	return was_there;
}

enum err directory_key_of(
    struct directory *directory, uint64_t principal, uint8_t ret_spki_sha256[CREDENTIAL_BYTES]) {
	enum err err = ERR_NOT_FOUND;
	pthread_rwlock_rdlock(&directory->lock);
	const struct entry *entry = directory->by_principal[bucket_of_principal(directory, principal)];
	for (; entry && err; entry = entry->next_by_principal) {
		if (entry->identity.principal != principal || entry->by_token)
			continue;
		memcpy(ret_spki_sha256, entry->credential, CREDENTIAL_BYTES);
		err = ERR_OK;
	}
	pthread_rwlock_unlock(&directory->lock);
	return err;
}

static enum err find(struct directory *directory, const uint8_t credential[CREDENTIAL_BYTES],
    bool by_token, struct identity *ret_identity) {
	pthread_rwlock_rdlock(&directory->lock);
	const struct entry *entry = find_entry(directory, credential);
	bool is_found = entry && entry->by_token == by_token;
	if (is_found)
		*ret_identity = entry->identity;
	pthread_rwlock_unlock(&directory->lock);
	return is_found ? ERR_OK : ERR_NOT_FOUND;
}

enum err directory_find_key(struct directory *directory,
    const uint8_t spki_sha256[CREDENTIAL_BYTES], struct identity *ret_identity) {
	return find(directory, spki_sha256, false, ret_identity);
}

static bool is_base64url(char c) {
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

enum err directory_find_token(
    struct directory *directory, const char *token, size_t bytes, struct identity *ret_identity) {
	if (bytes != TOKEN_CHARACTERS)
		return ERR_SYNTAX;
	for (size_t i = 0; i < bytes; i++)
		if (!is_base64url(token[i]))
			return ERR_SYNTAX;
	uint8_t hash[CREDENTIAL_BYTES];
	digest_sha256(token, bytes, hash);
	return find(directory, hash, true, ret_identity);
}

enum err token_new(char ret_token[TOKEN_TEXT_BYTES], uint8_t ret_hash[CREDENTIAL_BYTES]) {
	uint8_t secret[TOKEN_BYTES];
	for (size_t filled = 0; filled < sizeof(secret);) {
		ssize_t got = getrandom(secret + filled, sizeof(secret) - filled, 0);
		if (got < 0 && errno != EINTR)
			return ERR_IO;
		filled += got > 0 ? (size_t)got : 0;
	}
	base64url_encode(secret, sizeof(secret), ret_token);
	explicit_bzero(secret, sizeof(secret));
	digest_sha256(ret_token, TOKEN_CHARACTERS, ret_hash);
	return ERR_OK;
}
