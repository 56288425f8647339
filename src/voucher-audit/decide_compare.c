/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/decide_compare.h"

#include <stdio.h>
#include <string.h>

/* --- messages --- */

static bool differ(
    const ProtobufCMessage *want, const ProtobufCMessage *have, struct difference *difference);

static size_t size_of(const ProtobufCFieldDescriptor *field) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64: return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_BOOL: return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_STRING: return sizeof(char *);
	case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_MESSAGE: return sizeof(ProtobufCMessage *);
	default: return sizeof(uint32_t);
	}
}

/* Signed numbers of 64 bits are amounts, but those of moments. */
static void note_number(const ProtobufCFieldDescriptor *field, const void *want, const void *have,
    struct difference *difference) {
	size_t length = strlen(field->name);
	bool is_moment = length > 3 && strcmp(field->name + length - 3, "_us") == 0;
	difference->is_money = !is_moment &&
	    (field->type == PROTOBUF_C_TYPE_INT64 || field->type == PROTOBUF_C_TYPE_SINT64);
	if (!difference->is_money)
		return;
	memcpy(&difference->want, want, sizeof(difference->want));
	memcpy(&difference->have, have, sizeof(difference->have));
}

static bool values_differ(const ProtobufCFieldDescriptor *field, const void *want, const void *have,
    struct difference *difference) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return differ(
		    *(ProtobufCMessage *const *)want, *(ProtobufCMessage *const *)have, difference);
	case PROTOBUF_C_TYPE_STRING: {
		const char *a = *(const char *const *)want, *b = *(const char *const *)have;
		return a != b && strcmp(a ? a : "", b ? b : "") != 0;
	}
	case PROTOBUF_C_TYPE_BYTES: {
		const ProtobufCBinaryData *a = want, *b = have;
		return a->len != b->len || (a->len && memcmp(a->data, b->data, a->len) != 0);
	}
	case PROTOBUF_C_TYPE_BOOL:
		return !*(const protobuf_c_boolean *)want != !*(const protobuf_c_boolean *)have;
	default:
		if (memcmp(want, have, size_of(field)) == 0)
			return false;
		note_number(field, want, have, difference);
		return true;
	}
}

/* Puts a name before the path. */
static void prefix(struct difference *difference, const char *name) {
	char path[DIFFERENCE_PATH_BYTES];
	const char *dot = difference->path[0] && difference->path[0] != '[' ? "." : "";
	int bytes = snprintf(path, sizeof(path), "%s%s%s", name, dot, difference->path);
	if (bytes > 0)
		memcpy(difference->path, path, sizeof(path));
}

static bool lists_differ(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *want,
    const ProtobufCMessage *have, struct difference *difference) {
	const char *a = (const char *)want, *b = (const char *)have;
	size_t count_a = *(const size_t *)(const void *)(a + field->quantifier_offset);
	size_t count_b = *(const size_t *)(const void *)(b + field->quantifier_offset);
	const char *list_a = *(const char *const *)(const void *)(a + field->offset);
	const char *list_b = *(const char *const *)(const void *)(b + field->offset);
	size_t count = count_a < count_b ? count_a : count_b, size = size_of(field), at = 0;
	while (at < count && !values_differ(field, list_a + at * size, list_b + at * size, difference))
		at++;
	if (at == count_a && at == count_b)
		return false;
	char place[24];
	snprintf(place, sizeof(place), "[%zu]", at);
	prefix(difference, place);
	return true;
}

static bool differ(
    const ProtobufCMessage *want, const ProtobufCMessage *have, struct difference *difference) {
	if (!want || !have)
		return want != have;
	for (unsigned i = 0; i < want->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &want->descriptor->fields[i];
		const char *a = (const char *)want + field->offset, *b = (const char *)have + field->offset;
		bool is_other = field->label == PROTOBUF_C_LABEL_REPEATED
		    ? lists_differ(field, want, have, difference)
		    : values_differ(field, a, b, difference);
		if (is_other) {
			prefix(difference, field->name);
			return true;
		}
	}
	return false;
}

bool compare_messages(
    const ProtobufCMessage *want, const ProtobufCMessage *have, struct difference *ret_difference) {
	struct difference difference = { .path = "" };
	if (!differ(want, have, &difference))
		return false;
	*ret_difference = difference;
	return true;
}

/* --- postings --- */

static bool is_same_account(const struct posting *want, const Pb__Posting *have) {
	return want->kind == have->account && want->owner == have->owner &&
	    want->party == have->party && want->currency == have->currency;
}

static bool is_of(const struct posting *one, const struct posting *other) {
	return one->kind == other->kind && one->owner == other->owner && one->party == other->party &&
	    one->currency == other->currency;
}

/* All postings that had to be made, and behind them, with the other sign, all that were made. */
static struct posting posting_at(const struct deciding *d, size_t at) {
	if (at < d->n_postings)
		return d->postings[at];
	const Pb__Posting *made = d->entry->postings[at - d->n_postings];
	return (struct posting){ made->account, made->currency, made->owner, made->party,
		amount_subtract(0, made->amount) };
}

/* How much money lies in other accounts than it must. Square, but only where something is wrong. */
static int64_t misplaced(const struct deciding *d) {
	size_t count = d->n_postings + d->entry->n_postings;
	__int128 more = 0, less = 0;
	for (size_t i = 0; i < count; i++) {
		const struct posting posting = posting_at(d, i);
		__int128 sum = 0;
		bool is_first = true;
		for (size_t n = 0; n < count; n++) {
			const struct posting other = posting_at(d, n);
			if (!is_of(&other, &posting))
				continue;
			is_first = is_first && n >= i;
			sum += other.amount;
		}
		if (is_first)
			*(sum > 0 ? &more : &less) += sum > 0 ? sum : -sum;
	}
	return amount_narrow(more > less ? more : less);
}

void compare_postings(struct look *look, const struct deciding *d) {
	const Pb__JournalEntry *entry = d->entry;
	size_t at = 0;
	while (at < d->n_postings && at < entry->n_postings &&
	    is_same_account(&d->postings[at], entry->postings[at]) &&
	    d->postings[at].amount == entry->postings[at]->amount)
		at++;
	if (at == d->n_postings && at == entry->n_postings)
		return;
	int64_t money = misplaced(d);
	if (money)
		look_money(look, FINDING_POSTINGS, d->decision.programme, money, "postings[%zu]", at);
	else
		look_found(look, FINDING_POSTINGS, d->decision.programme, "postings[%zu]: order", at);
}
