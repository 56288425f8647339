/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/bank_profiles.h"

#include "voucherctl/file.h"
#include "voucherctl/width.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX          ".ini"
#define DIRECTORIES_MAX 4
#define PATH_BYTES_MAX  4096
#define NAMES_BYTES_MAX 1000

/* --- where they are --- */

/* Of this program's own file: in the build tree the sources are one or two folders above. */
static const char *beside_program(struct arena *arena, const char *there) {
	char path[PATH_BYTES_MAX];
	ssize_t bytes = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (bytes <= 0)
		return NULL;
	path[bytes] = '\0';
	char *slash = strrchr(path, '/');
	return slash ? arena_printf(arena, "%.*s/%s", (int)(slash - path), path, there) : NULL;
}

static size_t list_directories(struct arena *arena, const char *directories[DIRECTORIES_MAX]) {
	const char *const places[] = {
		getenv("VOUCHERCTL_BANK_PROFILES"),
		BANK_PROFILES_DIR,
		beside_program(arena, "../contrib/bank-profiles"),
		beside_program(arena, "../../contrib/bank-profiles"),
	};
	size_t count = 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i])
			directories[count++] = places[i];
	return count;
}

/* "boc ccb cmb icbc": what there is in the first place that has any. */
static const char *list_names(struct arena *arena, const char *const *directories, size_t count) {
	const char *names = "";
	for (size_t i = 0; i < count && names && !names[0]; i++) {
		DIR *directory = opendir(directories[i]);
		struct dirent *entry;
		while (directory && names && (entry = readdir(directory))) {
			size_t bytes = strlen(entry->d_name), suffix = strlen(SUFFIX);
			bool is_one = bytes > suffix && strcmp(entry->d_name + bytes - suffix, SUFFIX) == 0;
			if (is_one && strlen(names) < NAMES_BYTES_MAX)
				names = arena_printf(arena, "%s %.*s", names, (int)(bytes - suffix), entry->d_name);
		}
		if (directory)
			closedir(directory);
	}
	return names;
}

static enum exit_status complain_of_name(
    struct session *session, const char *name, const char *const *directories, size_t count) {
	const char *names = list_names(&session->arena, directories, count);
	if (!names)
		return session_out_of_memory();
	session_complain(session_say(session, "There is no bank profile \"%s\".%s%s",
	                     "没有名为 \"%s\" 的银行配置。%s%s"),
	    name, names[0] ? session_say(session, " There are:", "现有：") : "",
	    names[0] ? names
	             : session_say(session,
	                   " None was found: name its file, or its folder in VOUCHERCTL_BANK_PROFILES.",
	                   "未找到任何配置：请给出文件名，或在 VOUCHERCTL_BANK_PROFILES 中指明目录。"));
	return EXIT_USAGE;
}

/* --- reading --- */

void bank_profiles_complain(
    struct session *session, const char *name, const struct file_mistake *mistake) {
	const char *said = session_say(
	    session, mistake->text, mistake->zh[0] ? mistake->zh : mistake->text);
	const char *text = width_safe_text(&session->arena, said);
	char place[64] = "";
	if (mistake->line > 0 && mistake->column > 0)
		snprintf(place, sizeof(place), "%" PRIu64 ":%" PRIu64 ":", mistake->line, mistake->column);
	else if (mistake->line > 0)
		snprintf(place, sizeof(place), "%" PRIu64 ":", mistake->line);
	session_complain("%s:%s %s", name, place, text ? text : "");
}

static enum exit_status read_profile(
    struct session *session, const char *path, struct bank_profile *ret_profile) {
	struct file_mistake mistake = { 0 };
	struct buffer text;
	buffer_init(&text, BANK_PROFILE_BYTES_MAX);
	FILE *file = file_open(path);
	enum err err = file ? file_read_all(file, &text) : ERR_IO;
	enum exit_status status = EXIT_USAGE;
	if (err == ERR_IO)
		session_complain(session_say(session, "%s cannot be read: %s.", "无法读取 %s：%s。"), path,
		    session_reason(session));
	else if (err == ERR_RANGE)
		session_complain(
		    session_say(session, "%s is too large for a bank profile.", "%s 过大，不是银行配置。"),
		    path);
	else if (!err)
		err = bank_profile_parse(text.data, text.bytes, &session->arena, ret_profile, &mistake);
	if (!err)
		status = EXIT_DONE;
	else if (err == ERR_SYNTAX)
		bank_profiles_complain(session, path, &mistake);
	else if (err == ERR_MEMORY)
		status = session_out_of_memory();
	file_close(file);
	buffer_done(&text);
	return status;
}

enum exit_status bank_profiles_load(
    struct session *session, const char *given, struct bank_profile *ret_profile) {
	const char *directories[DIRECTORIES_MAX];
	if (strpbrk(given, "/."))
		return read_profile(session, given, ret_profile);
	size_t count = list_directories(&session->arena, directories);
	for (size_t i = 0; i < count; i++) {
		const char *path = arena_printf(&session->arena, "%s/%s" SUFFIX, directories[i], given);
		if (!path)
			return session_out_of_memory();
		if (access(path, R_OK) == 0)
			return read_profile(session, path, ret_profile);
	}
	return complain_of_name(session, given, directories, count);
}
