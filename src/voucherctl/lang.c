/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/lang.h"

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
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
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
