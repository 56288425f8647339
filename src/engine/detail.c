/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/detail.h"

#include <stdarg.h>
#include <stdio.h>

enum err detail_fail(char ret_detail[ENGINE_DETAIL_BYTES], enum err err, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vsnprintf(ret_detail, ENGINE_DETAIL_BYTES, format, args);
	va_end(args);
	return err;
}
