/* SPDX-License-Identifier: Apache-2.0 */
/* The language in which people are spoken to: English or Chinese. Never that of --json. */
#ifndef VOUCHERCTL_LANG_H
#define VOUCHERCTL_LANG_H

#include "base/err.h"

enum lang { LANG_EN, LANG_ZH };

/* "en" or "zh", perhaps with a region ("zh_CN.UTF-8"). ERR_SYNTAX for any other. */
enum err lang_parse(const char *text, enum lang *ret_lang) MUST_CHECK;

/* From VOUCHERCTL_LANG, else from LC_ALL, LC_MESSAGES or LANG: the first that is set, as
 * setlocale(3) takes them. */
enum lang lang_from_environment(void);

/* `zh` may be NULL where there is no translation. Both may be formats. */
__attribute__((format_arg(2), format_arg(3))) const char *lang_pick(
    enum lang lang, const char *en, const char *zh);

/* What strerror(3) says of `number`, in Chinese where that is one of those that people meet. */
const char *lang_errno(enum lang lang, int number);

#endif
