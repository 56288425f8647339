/* SPDX-License-Identifier: Apache-2.0 */
/* Why opening a ledger failed, for a person. */
#ifndef ENGINE_DETAIL_H
#define ENGINE_DETAIL_H

#include "base/err.h"
#include "engine/engine.h"

/* Sets the detail and returns `err`. */
__attribute__((format(printf, 3, 4))) enum err detail_fail(
    char ret_detail[ENGINE_DETAIL_BYTES], enum err err, const char *format, ...);

#endif
