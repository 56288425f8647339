/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/complete.h"

#include "voucherctl/compose.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/options.h"
#include "voucherctl/resource_table.h"
#include "voucherctl/settings.h"

#include <string.h>

struct completion {
	struct buffer *out;
	const char *typed; /* the word so far */
	const struct noun *noun;
	const struct verb *verb;
	const struct parameter *wanted; /* the option whose value is being typed */
	enum option wanted_option;      /* or this one; OPTION_COUNT: none */
	size_t arguments;               /* given by their place */
	const char *config;             /* the value of --config, or NULL */
};

static void offer(struct completion *completion, const char *word) {
	if (strncmp(word, completion->typed, strlen(completion->typed)) != 0)
		return;
	buffer_append_text(completion->out, word);
	buffer_append_char(completion->out, '\n');
}

static void offer_files(struct completion *completion) {
	buffer_append_text(completion->out, ":file\n");
}

/* --- what has been typed --- */

static void take_option(struct completion *completion, const char *word) {
	if (strchr(word, '='))
		return;
	for (size_t i = 0; completion->verb && i < completion->verb->parameter_count; i++) {
		const struct parameter *parameter = &completion->verb->parameters[i];
		if (parameter_is_named(parameter, word)) {
			if (parameter->type != PARAMETER_FLAG)
				completion->wanted = parameter;
			return;
		}
	}
	enum option option = option_find(word, strlen(word));
	if (option < OPTION_COUNT && option_table[option].value)
		completion->wanted_option = option;
}

static void take_word(struct completion *completion, const char *word) {
	if (completion->wanted || completion->wanted_option < OPTION_COUNT) {
		if (completion->wanted_option == OPTION_CONFIG)
			completion->config = word;
		completion->wanted = NULL;
		completion->wanted_option = OPTION_COUNT;
	} else if (word[0] == '-' && word[1]) {
		take_option(completion, word);
	} else if (!completion->noun) {
		completion->noun = command_find_noun(word);
		completion->verb = command_find_verb(word, NULL);
	} else if (!completion->verb) {
		completion->verb = command_find_verb(completion->noun->noun, word);
	} else {
		completion->arguments++;
	}
}

/* --- what may follow --- */

static bool is_file(enum parameter_type type) {
	return type == PARAMETER_FILE || type == PARAMETER_EVIDENCE || type == PARAMETER_CERTIFICATE;
}

/* The enum of which a parameter takes a value, or NULL: of a command's field, or of a field of what
 * is listed. */
static const ProtobufCEnumDescriptor *enum_of(
    const struct verb *verb, const struct parameter *parameter) {
	if (verb->kind == VERB_LIST && parameter->field)
		return resource_enum(resource_find(verb->noun), parameter->field);
	if (verb->kind != VERB_COMMAND || parameter->type != PARAMETER_ENUM)
		return NULL;
	const ProtobufCMessageDescriptor *message =
	    protobuf_c_message_descriptor_get_field(&pb__command__descriptor, verb->body)->descriptor;
	return protobuf_c_message_descriptor_get_field_by_name(message, parameter->field)->descriptor;
}

static void offer_values(struct completion *completion, const struct parameter *parameter) {
	const ProtobufCEnumDescriptor *values = enum_of(completion->verb, parameter);
	if (is_file(parameter->type))
		offer_files(completion);
	if (!values)
		return;
	struct arena arena;
	arena_init(&arena, 0);
	for (unsigned i = 0; i < values->n_values; i++) {
		const char *name = enum_name(values, values->values[i].value, &arena);
		if (name && values->values[i].value != 0)
			offer(completion, name);
	}
	arena_done(&arena);
}

static void offer_profiles(struct completion *completion) {
	struct arena arena;
	arena_init(&arena, 0);
	const char *list = settings_profiles(completion->config, &arena);
	for (size_t bytes; *list; list += bytes + (list[bytes] == ' ')) {
		bytes = strcspn(list, " ");
		const char *profile = arena_string(&arena, list, bytes);
		if (profile)
			offer(completion, profile);
	}
	arena_done(&arena);
}

static void offer_option_values(struct completion *completion) {
	switch (completion->wanted_option) {
	case OPTION_CA:
	case OPTION_CERT:
	case OPTION_KEY:
	case OPTION_TOKEN_FILE:
	case OPTION_CONFIG: offer_files(completion); break;
	case OPTION_PROFILE: offer_profiles(completion); break;
	case OPTION_LANG:
		offer(completion, "en");
		offer(completion, "zh");
		break;
	default: break;
	}
}

static void offer_options(struct completion *completion) {
	for (size_t i = 0; completion->verb && i < completion->verb->parameter_count; i++)
		if (!parameter_is_argument(&completion->verb->parameters[i]))
			offer(completion, completion->verb->parameters[i].name);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		offer(completion, option_table[i].name);
}

static void offer_verbs(struct completion *completion, const char *noun) {
	const struct verb *verb;
	for (size_t i = 0; (verb = command_verb(i)); i++)
		if (verb->verb && strcmp(verb->noun, noun) == 0)
			offer(completion, verb->verb);
}

static void offer_nouns(struct completion *completion) {
	for (size_t i = 0; i < command_noun_count; i++)
		offer(completion, command_nouns[i].noun);
}

static void offer_argument(struct completion *completion) {
	size_t place = 0;
	for (size_t i = 0; i < completion->verb->parameter_count; i++) {
		const struct parameter *parameter = &completion->verb->parameters[i];
		if (parameter_is_argument(parameter) && place++ == completion->arguments &&
		    is_file(parameter->type))
			offer_files(completion);
	}
}

static void offer_next(struct completion *completion) {
	if (completion->wanted)
		offer_values(completion, completion->wanted);
	else if (completion->wanted_option < OPTION_COUNT)
		offer_option_values(completion);
	else if (completion->typed[0] == '-')
		offer_options(completion);
	else if (!completion->noun)
		offer_nouns(completion);
	else if (!completion->verb)
		offer_verbs(completion, completion->noun->noun);
	else
		offer_argument(completion);
}

void complete(int count, const char *const *words, struct buffer *out) {
	struct completion completion = { .out = out, .typed = "", .wanted_option = OPTION_COUNT };
	for (int i = 0; i + 1 < count; i++)
		take_word(&completion, words[i]);
	if (count > 0)
		completion.typed = words[count - 1];
	/* After "help" come nouns and verbs as if they stood alone. */
	if (completion.noun && strcmp(completion.noun->noun, "help") == 0 && completion.arguments == 0)
		offer_nouns(&completion);
	else if (completion.noun && strcmp(completion.noun->noun, "help") == 0)
		offer_verbs(&completion, words[count - 2]);
	else
		offer_next(&completion);
}
