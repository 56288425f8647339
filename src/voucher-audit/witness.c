/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/witness.h"

#include "record/checkpoint.h"
#include "record/witness_request.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HTTP_OK = 200,
	HTTP_BAD = 400,
	HTTP_FORBIDDEN = 403,
	HTTP_NOT_FOUND = 404,
	HTTP_CONFLICT = 409,
	HTTP_UNPROVEN = 422,
	HTTP_FAILED = 500
};

/* --- what was signed last --- */

static bool path_of(const struct witness *witness, const char *origin, char path[PATH_MAX]) {
	uint8_t hash[DIGEST_BYTES];
	digest_sha256(origin, strlen(origin), hash);
	int at = snprintf(path, PATH_MAX, "%s/", witness->directory);
	if (at < 0 || at + 2 * DIGEST_BYTES + 8 >= PATH_MAX)
		return false;
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		snprintf(path + at + 2 * i, 3, "%02x", hash[i]);
	return true;
}

/* Of none that was signed the size is 0. */
static enum err read_last(const char *path, const char *origin, struct checkpoint *ret_last) {
	char text[CHECKPOINT_TEXT_BYTES_MAX + 1];
	struct checkpoint last = { 0 };
	FILE *file = fopen(path, "re");
	if (!file) {
		if (errno == ENOENT)
			*ret_last = last;
		return errno == ENOENT ? ERR_OK : ERR_IO;
	}
	size_t bytes = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (checkpoint_parse(text, bytes, &last) != ERR_OK || strcmp(last.origin, origin) != 0)
		return ERR_CORRUPT;
	*ret_last = last;
	return ERR_OK;
}

static enum err write_whole(const char *path, const struct buffer *text) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_IO;
	bool is_well = write(fd, text->data, text->bytes) == (ssize_t)text->bytes && fsync(fd) == 0;
	return close(fd) == 0 && is_well ? ERR_OK : ERR_IO;
}

static enum err sync_directory(const char *directory) {
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	enum err err = fsync(fd) == 0 ? ERR_OK : ERR_IO;
	close(fd);
	return err;
}

static enum err keep(
    const struct witness *witness, const char *path, const struct checkpoint *checkpoint) {
	char fresh[PATH_MAX + 8];
	struct buffer text;
	buffer_init(&text, 0);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	checkpoint_format(checkpoint, &text);
	enum err err = buffer_error(&text);
	if (!err)
		err = write_whole(fresh, &text);
	if (!err && rename(fresh, path) != 0)
		err = ERR_IO;
	buffer_done(&text);
	return err ? err : sync_directory(witness->directory);
}

/* −1: errno says why. */
static int lock(const struct witness *witness) {
	char path[PATH_MAX];
	int bytes = snprintf(path, sizeof(path), "%s/lock", witness->directory);
	if (bytes < 0 || (size_t)bytes >= sizeof(path))
		return -1;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* --- the request --- */

/* Its first line. False: that is no origin. */
static bool read_origin(const struct witness_request *request, char origin[LIMIT_NAME_BYTES + 1]) {
	const char *end = memchr(request->note, '\n', request->note_bytes);
	size_t bytes = end ? (size_t)(end - request->note) : 0;
	if (bytes == 0 || bytes > LIMIT_NAME_BYTES || !note_is_name(request->note, bytes))
		return false;
	memcpy(origin, request->note, bytes);
	origin[bytes] = '\0';
	return true;
}

static size_t keys_of(const struct witness *witness, const char *origin, struct note_key *keys) {
	size_t count = 0;
	for (size_t i = 0; i < witness->n_keys && count < WITNESS_KEYS_MAX; i++)
		if (strcmp(witness->keys[i].name, origin) == 0)
			keys[count++] = witness->keys[i];
	return count;
}

static int open_note(const struct witness *witness, const struct witness_request *request,
    struct checkpoint *checkpoint, struct note *note) {
	char origin[LIMIT_NAME_BYTES + 1];
	struct note_key keys[WITNESS_KEYS_MAX];
	if (!read_origin(request, origin))
		return HTTP_BAD;
	size_t count = keys_of(witness, origin, keys);
	if (count == 0)
		return HTTP_NOT_FOUND;
	const struct checkpoint_trust trust = { origin, keys, count };
	switch (checkpoint_open(&trust, request->note, request->note_bytes, checkpoint, note)) {
	case ERR_OK: return HTTP_OK;
	case ERR_NOT_FOUND:
	case ERR_DENIED: return HTTP_FORBIDDEN;
	default: return HTTP_BAD;
	}
}

static bool is_proven(const struct witness *witness, const struct witness_request *request,
    const struct checkpoint *last, const struct checkpoint *checkpoint) {
	struct digest *digest;
	if (request->old_size == 0)
		return request->proof.count == 0;
	if (digest_new(witness->is_sm3 ? "SM3" : "SHA256", &digest) != ERR_OK)
		return false;
	bool is_consistent = proof_is_consistent(
	    &request->proof, digest, last->size, last->root, checkpoint->size, checkpoint->root);
	digest_free(digest);
	return is_consistent;
}

static int compare(const struct witness *witness, const struct witness_request *request,
    const struct checkpoint *last, const struct checkpoint *checkpoint, struct buffer *body) {
	bool is_other = checkpoint->size == last->size && last->size > 0 &&
	    memcmp(checkpoint->root, last->root, DIGEST_BYTES) != 0;
	if (request->old_size > checkpoint->size)
		return HTTP_BAD;
	if (request->old_size == last->size && !is_other)
		return is_proven(witness, request, last, checkpoint) ? HTTP_OK : HTTP_UNPROVEN;
	buffer_printf(body, "%" PRIu64 "\n", last->size);
	return HTTP_CONFLICT;
}

/* Under the lock. */
static int go_on(const struct witness *witness, const struct witness_request *request,
    const struct checkpoint *checkpoint, const struct note *note, struct buffer *body) {
	struct checkpoint last;
	char path[PATH_MAX];
	if (!path_of(witness, checkpoint->origin, path) ||
	    read_last(path, checkpoint->origin, &last) != ERR_OK)
		return HTTP_FAILED;
	int status = compare(witness, request, &last, checkpoint, body);
	if (status != HTTP_OK)
		return status;
	if (checkpoint->size > last.size && keep(witness, path, checkpoint) != ERR_OK)
		return HTTP_FAILED;
	enum err err = note_sign_line(
	    note->text, note->text_bytes, witness->signer, witness->now_s, body);
	return err || buffer_error(body) ? HTTP_FAILED : HTTP_OK;
}

int witness_answer(
    const struct witness *witness, const char *request, size_t bytes, struct buffer *body) {
	struct witness_request asked;
	struct checkpoint checkpoint;
	struct note note;
	if (witness_request_parse(request, bytes, &asked) != ERR_OK)
		return HTTP_BAD;
	int status = open_note(witness, &asked, &checkpoint, &note);
	if (status != HTTP_OK)
		return status;
	int fd = lock(witness);
	if (fd < 0)
		return HTTP_FAILED;
	status = go_on(witness, &asked, &checkpoint, &note, body);
	close(fd);
	return status;
}
