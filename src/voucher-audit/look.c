/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/look.h"

#include <stdarg.h>
#include <stdio.h>

static uint64_t distance(int64_t a, int64_t b) {
	return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static void add(struct look *look, struct finding *finding, const char *format, va_list arguments) {
	finding->seq = look->seq;
	vsnprintf(finding->where, sizeof(finding->where), format, arguments);
	findings_add(look->findings, finding);
	look->is_wrong = true;
}

void look_found(
    struct look *look, enum finding_kind kind, uint64_t object, const char *where, ...) {
	va_list arguments;
	va_start(arguments, where);
	add(look, &(struct finding){ .kind = kind, .object = object }, where, arguments);
	va_end(arguments);
}

void look_money(struct look *look, enum finding_kind kind, uint64_t object, int64_t money,
    const char *where, ...) {
	va_list arguments;
	va_start(arguments, where);
	add(look, &(struct finding){ .kind = kind, .object = object, .money = distance(money, 0) },
	    where, arguments);
	va_end(arguments);
}

static void add_numbers(struct look *look, const struct finding *numbers, const char *where) {
	struct finding finding = *numbers;
	finding.seq = look->seq;
	finding.has_numbers = 1;
	snprintf(finding.where, sizeof(finding.where), "%s", where);
	findings_add(look->findings, &finding);
	look->is_wrong = true;
}

bool look_same(
    struct look *look, enum finding_kind kind, const char *where, int64_t want, int64_t have) {
	if (want == have)
		return true;
	const struct finding finding = {
		.kind = kind, .want = want, .have = have, .money = distance(want, have)
	};
	add_numbers(look, &finding, where);
	return false;
}

bool look_same_number(
    struct look *look, enum finding_kind kind, const char *where, uint64_t want, uint64_t have) {
	if (want == have)
		return true;
	const struct finding finding = { .kind = kind, .want = (int64_t)want, .have = (int64_t)have };
	add_numbers(look, &finding, where);
	return false;
}
