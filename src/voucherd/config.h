/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: read into settings, or refused with file, line and name. */
#ifndef VOUCHERD_CONFIG_H
#define VOUCHERD_CONFIG_H

#include "base/err.h"
#include "voucherd/options.h"

/*
 * ERR_CONFIG with `ret_reason` as "FILE:LINE: [section] name: what is wrong" (the line is left out
 * where none is at fault). `ret_settings` is untouched on failure.
 */
enum err config_read(const char *file, struct settings *ret_settings, char *ret_reason,
    size_t reason_bytes) MUST_CHECK;

#endif
