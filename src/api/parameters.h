/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-encoding (RFC 3986) and the parameters after "?". */
#ifndef API_PARAMETERS_H
#define API_PARAMETERS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARAMETERS_MAX 8

struct parameters {
	size_t count;
	struct {
		const char *name;
		const char *value;
	} items[PARAMETERS_MAX];
};

/*
 * Splits and decodes "a=1&b=2". `allowed`: the known names, separated by spaces. ERR_SYNTAX with
 * the name at fault in `ret_field` when a name is unknown or comes twice, or the value is not clean
 * UTF-8; ERR_MEMORY. Everything returned lives in `arena`.
 */
enum err parameters_parse(const char *query, const char *allowed, struct arena *arena,
    struct parameters *ret_parameters, const char **ret_field) MUST_CHECK;

/* NULL when it was not given. */
const char *parameters_get(const struct parameters *parameters, const char *name);

/* A number within limits, or `absent` when it was not given. ERR_RANGE, ERR_SYNTAX. */
struct parameter_range {
	uint64_t least, most, absent;
};
enum err parameters_number(const struct parameters *parameters, const char *name,
    const struct parameter_range *range, uint64_t *ret_number) MUST_CHECK;

/* "true" or "false"; false when it was not given. */
enum err parameters_flag(
    const struct parameters *parameters, const char *name, bool *ret_flag) MUST_CHECK;

/* ERR_SYNTAX: a broken escape, or what comes out is not clean UTF-8. */
enum err percent_decode(
    const char *text, size_t bytes, struct arena *arena, const char **ret_text) MUST_CHECK;

/* Appends `text` so that it can stand in a path or a query. */
void percent_encode(const char *text, struct buffer *buffer);

#endif
