/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/witness_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "record/witness_request.h"
#include "voucher-audit/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEM_BYTES_MAX    4096
#define HEADER_BYTES_MAX 16384

struct witness_options {
	const char *directory, *signer, *name;
	struct note_key keys[WITNESS_KEYS_MAX];
	size_t n_keys;
	bool is_key_asked, is_sm3;
};

static enum exit_status complain(
    enum exit_status status, const char *what, const char *why, const char *why_zh) {
	fprintf(stderr, "voucher-audit witness: %s: %s / %s\n", what, why, why_zh);
	return status;
}

/* --- the key --- */

static enum exit_status write_key(const char *path, const struct note_signer *signer) {
	struct buffer pem;
	buffer_init(&pem, 0);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_well = fd >= 0 && note_signer_pem(signer, &pem) == ERR_OK &&
	    write(fd, pem.data, pem.bytes) == (ssize_t)pem.bytes && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	if (pem.bytes)
		explicit_bzero(pem.data, pem.bytes);
	buffer_done(&pem);
	return is_well ? EXIT_CLEAN
	               : complain(EXIT_AUDIT_FAILED, path, "the key cannot be written", "无法写入密钥");
}

static enum exit_status read_key(
    const struct witness_options *o, FILE *file, struct note_signer **signer) {
	struct stat status;
	char pem[PEM_BYTES_MAX];
	if (fstat(fileno(file), &status) != 0 || (status.st_mode & 077) != 0)
		return complain(EXIT_AUDIT_FAILED, o->signer,
		    "others may read the key: make it readable by its owner alone (chmod 600)",
		    "密钥可被他人读取，请改为仅所有者可读（chmod 600）");
	size_t bytes = fread(pem, 1, sizeof(pem), file);
	enum err err = note_signer_read(NOTE_COSIGNATURE, o->name, pem, bytes, signer);
	explicit_bzero(pem, sizeof(pem));
	return err ? complain(EXIT_AUDIT_FAILED, o->signer,
	                 "it is no Ed25519 key as PEM, or --name is no name",
	                 "不是 PEM 格式的 Ed25519 私钥，或 --name 不合规")
	           : EXIT_CLEAN;
}

static enum exit_status find_key(const struct witness_options *o, struct note_signer **signer) {
	FILE *file = fopen(o->signer, "re");
	if (file) {
		enum exit_status status = read_key(o, file, signer);
		fclose(file);
		return status;
	}
	if (errno != ENOENT)
		return complain(EXIT_AUDIT_FAILED, o->signer, strerror(errno), "无法读取");
	if (note_signer_generate(NOTE_COSIGNATURE, o->name, signer) != ERR_OK)
		return complain(EXIT_AUDIT_USAGE, o->name, "not the name of a key", "不是密钥名称");
	return write_key(o->signer, *signer);
}

/* --- HTTP: one request, and the connection ends --- */

/* Up to the empty line; false: there is none, or it is too long. */
static bool read_header(char header[HEADER_BYTES_MAX + 1]) {
	size_t bytes = 0;
	int byte;
	while (bytes < HEADER_BYTES_MAX && (byte = getchar()) != EOF) {
		header[bytes++] = (char)byte;
		if (bytes >= 4 && memcmp(header + bytes - 4, "\r\n\r\n", 4) == 0) {
			header[bytes - 2] = '\0';
			return memchr(header, '\0', bytes - 2) == NULL;
		}
	}
	return false;
}

/* The value of the one line with this name; NULL: there is none, or several. */
static const char *find_field(const char *header, const char *name) {
	const char *found = NULL;
	size_t bytes = strlen(name);
	for (const char *line = strstr(header, "\r\n"); line; line = strstr(line, "\r\n")) {
		line += 2;
		if (strncasecmp(line, name, bytes) != 0 || line[bytes] != ':')
			continue;
		if (found)
			return NULL;
		found = line + bytes + 1;
		found += strspn(found, " \t");
	}
	return found;
}

static int read_length(const char *header, uint64_t *ret_length) {
	static const char target[] = "/add-checkpoint HTTP/1.1\r\n";
	const char *end = strstr(header, "\r\n");
	if (strncmp(header, "POST ", 5) != 0)
		return 405;
	if (!end || (size_t)(end + 2 - header) < sizeof(target) ||
	    memcmp(end + 2 - (sizeof(target) - 1), target, sizeof(target) - 1) != 0)
		return 404;
	const char *length = find_field(header, "Content-Length");
	if (!length || find_field(header, "Transfer-Encoding") ||
	    text_parse_u64(length, strcspn(length, "\r"), ret_length) != ERR_OK)
		return 411;
	return *ret_length > WITNESS_REQUEST_BYTES_MAX ? 413 : 0;
}

static int answer(const struct witness *witness, struct buffer *body) {
	char header[HEADER_BYTES_MAX + 1];
	static char request[WITNESS_REQUEST_BYTES_MAX];
	uint64_t length;
	if (!read_header(header))
		return 400;
	int status = read_length(header, &length);
	if (status)
		return status;
	if (fread(request, 1, length, stdin) != length)
		return 400;
	return witness_answer(witness, request, length, body);
}

static const char *phrase_of(int status) {
	switch (status) {
	case 200: return "OK";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 409: return "Conflict";
	case 411: return "Length Required";
	case 413: return "Content Too Large";
	case 422: return "Unprocessable Content";
	case 500: return "Internal Server Error";
	default: return "Bad Request";
	}
}

static enum exit_status serve(const struct witness_options *o, const struct note_signer *signer) {
	const struct witness witness = { .directory = o->directory,
		.signer = signer,
		.keys = o->keys,
		.n_keys = o->n_keys,
		.now_s = (uint64_t)(clock_wall_us() / US_PER_S),
		.is_sm3 = o->is_sm3 };
	struct buffer body;
	buffer_init(&body, 0);
	int status = answer(&witness, &body);
	if (status != 200 && status != 409)
		buffer_clear(&body);
	printf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
	    status, phrase_of(status), status == 409 ? WITNESS_SIZE_TYPE : "text/plain; charset=utf-8",
	    body.bytes);
	if (body.bytes)
		fwrite(body.data, 1, body.bytes, stdout);
	buffer_done(&body);
	bool is_well = fflush(stdout) == 0;
	return is_well && status == 200 ? EXIT_CLEAN : is_well ? EXIT_FINDINGS : EXIT_AUDIT_FAILED;
}

/* --- the command line --- */

enum { OPT_STATE = 256, OPT_SIGNER, OPT_NAME, OPT_KEY, OPT_HASH, OPT_PRINT };

static const struct option LONG_OPTIONS[] = {
	{ "state", required_argument, NULL, OPT_STATE },
	{ "signer", required_argument, NULL, OPT_SIGNER },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "hash", required_argument, NULL, OPT_HASH },
	{ "print-key", no_argument, NULL, OPT_PRINT },
	{ 0 },
};

static bool take_option(struct witness_options *o, int option) {
	switch (option) {
	case OPT_STATE: o->directory = optarg; return true;
	case OPT_SIGNER: o->signer = optarg; return true;
	case OPT_NAME: o->name = optarg; return true;
	case OPT_HASH:
		o->is_sm3 = strcmp(optarg, "SM3") == 0;
		if (o->is_sm3 || strcmp(optarg, "SHA256") == 0)
			return true;
		complain(EXIT_AUDIT_USAGE, optarg, "not SHA256 or SM3", "须为 SHA256 或 SM3");
		return false;
	case OPT_PRINT: o->is_key_asked = true; return true;
	case OPT_KEY:
		if (o->n_keys < WITNESS_KEYS_MAX &&
		    note_key_parse(optarg, strlen(optarg), &o->keys[o->n_keys]) == ERR_OK) {
			o->n_keys++;
			return true;
		}
		complain(EXIT_AUDIT_USAGE, optarg, "not a verifier key", "不是验证公钥");
		return false;
	default: return false;
	}
}

static enum exit_status print_key(const struct note_signer *signer) {
	char text[NOTE_VKEY_BYTES_MAX];
	note_key_format(note_signer_key(signer), text);
	return puts(text) >= 0 && fflush(stdout) == 0 ? EXIT_CLEAN : EXIT_AUDIT_FAILED;
}

enum exit_status witness_command(int argc, char **argv) {
	static struct witness_options o;
	struct note_signer *signer = NULL;
	int option;
	while ((option = getopt_long(argc, argv, "", LONG_OPTIONS, NULL)) != -1)
		if (!take_option(&o, option))
			return EXIT_AUDIT_USAGE;
	if (!o.signer || !o.name || (!o.is_key_asked && (!o.directory || o.n_keys == 0)))
		return complain(EXIT_AUDIT_USAGE, "usage",
		    "--state DIR --signer FILE --name NAME --key KEY… [--hash SM3]",
		    "用法：--state 目录 --signer 文件 --name 名称 --key 公钥… [--hash SM3]");
	if (o.directory && mkdir(o.directory, 0700) != 0 && errno != EEXIST)
		return complain(EXIT_AUDIT_FAILED, o.directory, strerror(errno), "无法创建目录");
	enum exit_status status = find_key(&o, &signer);
	if (status == EXIT_CLEAN)
		status = o.is_key_asked ? print_key(signer) : serve(&o, signer);
	note_signer_free(signer);
	return status;
}
