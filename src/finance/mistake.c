/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/mistake.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

/* What is cut or strange ends on a whole character. */
__attribute__((format(printf, 2, 0))) static void write_text(
    char room[MISTAKE_BYTES], const char *format, va_list arguments) {
	char whole[2 * MISTAKE_BYTES];
	vsnprintf(whole, sizeof(whole), format, arguments);
	text_show(room, MISTAKE_BYTES, whole);
}

void mistake_say(struct file_mistake *mistake, const char *text, const char *zh, ...) {
	va_list arguments;
	va_start(arguments, zh);
	write_text(mistake->text, text, arguments);
	va_end(arguments);
	va_start(arguments, zh);
	write_text(mistake->zh, zh, arguments);
	va_end(arguments);
}
