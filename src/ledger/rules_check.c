/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/rules_check.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"
#include "ledger/identifier.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SENTENCE_BYTES 512

/* --- places --- */

struct place place_of(const char *path) {
	struct place place;
	snprintf(place.text, sizeof(place.text), "%s", path);
	return place;
}

struct place place_in(const struct place *place, const char *field) {
	struct place inner = *place;
	size_t bytes = strlen(inner.text);
	snprintf(inner.text + bytes, sizeof(inner.text) - bytes, ".%s", field);
	return inner;
}

struct place place_at(const struct place *list, size_t index) {
	struct place element = *list;
	size_t bytes = strlen(element.text);
	snprintf(element.text + bytes, sizeof(element.text) - bytes, "[%zu]", index);
	return element;
}

/* --- mistakes --- */

__attribute__((format(printf, 2, 0))) static const char *format_sentence(
    struct arena *arena, const char *format, va_list args) {
	char text[SENTENCE_BYTES];
	char shown[SENTENCE_BYTES];
	vsnprintf(text, sizeof(text), format, args);
	text_show(shown, sizeof(shown), text); /* what the rules say may be anything */
	return arena_string(arena, shown, strlen(shown));
}

void fault(struct review *review, const struct place *place, const char *en, const char *zh, ...) {
	if (review->count == RULES_MISTAKES_MAX)
		return;
	va_list args, again;
	va_start(args, zh);
	va_copy(again, args);
	struct rules_mistake mistake = {
		.path = arena_string(review->arena, place->text, strlen(place->text)),
		.en = format_sentence(review->arena, en, args),
		.zh = format_sentence(review->arena, zh, again),
	};
	va_end(again);
	va_end(args);
	if (mistake.path && mistake.en && mistake.zh)
		review->mistakes[review->count++] = mistake;
	else
		review->has_failed = true;
}

/* --- what many fields have in common --- */

void check_text(
    struct review *review, const struct place *place, const char *text, size_t bytes_max) {
	size_t bytes = strlen(text);
	if (bytes > bytes_max)
		fault(
		    review, place, "The text is longer than %zu bytes.", "文字超过 %zu 字节。", bytes_max);
	else if (!text_is_clean_utf8(text, bytes))
		fault(review, place, "The text is not UTF-8 without control characters.",
		    "文字须为不含控制字符的 UTF-8。");
}

void check_name(struct review *review, const struct place *place, const char *text) {
	if (!text[0])
		fault(review, place, "A name is missing.", "缺少名称。");
	check_text(review, place, text, LIMIT_NAME_BYTES);
}

void check_code(struct review *review, const struct place *place, const char *code) {
	if (!identifier_is_code(code))
		fault(review, place, "A code is 1 to 32 characters of a–z 0–9 . _ -.",
		    "编码须为 1 至 32 个字符，取自 a–z 0–9 . _ -。");
}

void check_not_negative(struct review *review, const struct place *place, int64_t amount) {
	if (amount < 0)
		fault(review, place, "An amount must not be negative.", "金额不得为负数。");
}

void check_days(struct review *review, const struct place *place, uint32_t days) {
	if (days > LIMIT_RULE_DAYS)
		fault(review, place, "At most %d days are allowed.", "最多 %d 天。", LIMIT_RULE_DAYS);
}

void check_enum(struct review *review, const struct place *place,
    const ProtobufCEnumDescriptor *values, int value) {
	char names[SENTENCE_BYTES / 2] = "";
	size_t bytes = 0;
	for (unsigned i = 0; i < values->n_values; i++) {
		int known = values->values[i].value;
		if (known != 0 && known == value)
			return;
		if (known != 0 && bytes < sizeof(names))
			bytes += (size_t)snprintf(names + bytes, sizeof(names) - bytes, "%s%s",
			    bytes ? ", " : "", values->values[i].name);
	}
	fault(review, place, "This must be stated as one of: %s.", "须明确为下列之一：%s。", names);
}

bool check_count(struct review *review, const struct place *list, size_t count, size_t max) {
	if (count <= max)
		return true;
	fault(review, list, "At most %zu entries are allowed.", "最多 %zu 项。", max);
	return false;
}

bool has_word_among(const char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

void check_words(
    struct review *review, const struct place *list, const char *const *words, size_t count) {
	if (!check_count(review, list, count, LIMIT_WORDS))
		return;
	for (size_t i = 0; i < count; i++) {
		struct place place = place_at(list, i);
		if (!words[i][0])
			fault(review, &place, "An entry must not be empty.", "该项不得为空。");
		else if (has_word_among(words, i, words[i]))
			fault(review, &place, "“%s” stands here twice.", "“%s”重复出现。", words[i]);
		check_text(review, &place, words[i], LIMIT_WORD_BYTES);
	}
}

bool is_voucher(const Pb__RuleSet *rules) {
	return rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
}

bool is_grant(const Pb__RuleSet *rules) {
	return rules->instrument == PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY ||
	    rules->instrument == PB__INSTRUMENT__INSTRUMENT_GRANT ||
	    rules->instrument == PB__INSTRUMENT__INSTRUMENT_AWARD;
}

/* --- all of it --- */

static void check_head(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place title = place_of("rules.title");
	struct place document = place_of("rules.document");
	int32_t day;
	if (rules->version == 0)
		FAULT_IN(review, "version", "Versions begin with 1.", "版本号从 1 开始。");
	check_text(review, &title, rules->title, LIMIT_NAME_BYTES);
	check_text(review, &document, rules->document, LIMIT_TEXT_BYTES);
	if (date_parse(rules->effective_from, &day))
		FAULT_IN(review, "effective_from", "This is not a date YYYY-MM-DD.",
		    "须为 YYYY-MM-DD 格式的日期。");
}

static Pb__Outcome begin(struct review *review, const Pb__RuleSet *rules, struct arena *arena) {
	*review = (struct review){ .rules = rules, .arena = arena };
	review->mistakes = arena_alloc(arena, RULES_MISTAKES_MAX * sizeof(review->mistakes[0]));
	return review->mistakes ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__UNAVAILABLE;
}

static Pb__Outcome conclude(
    const struct review *review, struct rules_mistake **ret_mistakes, size_t *ret_count) {
	if (review->has_failed)
		return PB__OUTCOME__UNAVAILABLE;
	*ret_mistakes = review->mistakes;
	*ret_count = review->count;
	return review->count ? PB__OUTCOME__RULES_INVALID : PB__OUTCOME__OUTCOME_OK;
}

Pb__Outcome rules_mistakes(const Pb__RuleSet *rules, struct arena *arena,
    struct rules_mistake **ret_mistakes, size_t *ret_count) {
	struct review review;
	if (begin(&review, rules, arena))
		return PB__OUTCOME__UNAVAILABLE;
	if (pb__rule_set__get_packed_size(rules) > LIMIT_ROW_BYTES) {
		struct place place = place_of("rules");
		fault(&review, &place, "The rule set is larger than %d bytes.", "规则超过 %d 字节。",
		    LIMIT_ROW_BYTES);
		Pb__Outcome outcome = conclude(&review, ret_mistakes, ret_count);
		return outcome == PB__OUTCOME__UNAVAILABLE ? outcome : PB__OUTCOME__TOO_LARGE;
	}
	check_head(&review);
	check_process(&review);
	check_who(&review);
	check_what(&review);
	check_tiers(&review);
	check_combinations(&review);
	check_money(&review);
	check_times(&review);
	return conclude(&review, ret_mistakes, ret_count);
}

Pb__Outcome rules_terms_mistakes(const Pb__RuleSet *rules, const Pb__Tier *terms,
    struct arena *arena, struct rules_mistake **ret_mistakes, size_t *ret_count) {
	struct review review;
	struct place place = place_of("terms");
	if (begin(&review, rules, arena))
		return PB__OUTCOME__UNAVAILABLE;
	check_terms(&review, &place, terms);
	return conclude(&review, ret_mistakes, ret_count);
}
