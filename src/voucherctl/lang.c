/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/lang.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum err lang_parse(const char *text, enum lang *ret_lang) {
	if (text[0] && text[1] && text[2] && !strchr("_-.@", text[2]))
		return ERR_SYNTAX;
	if (strncmp(text, "zh", 2) == 0)
		*ret_lang = LANG_ZH;
	else if (strncmp(text, "en", 2) == 0)
		*ret_lang = LANG_EN;
	else
		return ERR_SYNTAX;
	return ERR_OK;
}

enum lang lang_from_environment(void) {
	static const char *const names[] = { "VOUCHERCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };
	enum lang lang = LANG_EN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (!value || !value[0])
			continue;
		if (lang_parse(value, &lang) != ERR_OK)
			lang = LANG_EN;
		break;
	}
	return lang;
}

const char *lang_pick(enum lang lang, const char *en, const char *zh) {
	return lang == LANG_ZH && zh ? zh : en;
}

const char *lang_errno(enum lang lang, int number) {
	static const struct {
		int number;
		const char *zh;
	} known[] = {
		{ ENOENT, "文件或目录不存在" },
		{ EACCES, "没有权限" },
		{ EPERM, "不允许此操作" },
		{ EISDIR, "这是目录" },
		{ ENOTDIR, "路径中有一段不是目录" },
		{ EROFS, "文件系统只读" },
		{ ENOSPC, "磁盘已满" },
		{ EDQUOT, "超出磁盘配额" },
		{ EFBIG, "文件过大" },
		{ EIO, "读写故障" },
		{ ELOOP, "这是符号链接，或链接过多" },
		{ ENAMETOOLONG, "文件名过长" },
		{ EPIPE, "管道已关闭" },
		{ ETXTBSY, "文件正被使用" },
		{ EBUSY, "文件正被使用" },
	};
	for (size_t i = 0; lang == LANG_ZH && i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].number == number)
			return known[i].zh;
	return strerror(number);
}
