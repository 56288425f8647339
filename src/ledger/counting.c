/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/counting.h"

#include "base/check.h"

#define EVER 0 /* for a year */

/* --- keys --- */

/* USAGE_HOLDER, …, by whose cap it is; the same jointly. */
static const struct subject {
	enum usage_kind kind;
	enum usage_kind joint_kind;
	size_t offset; /* in struct counted, of the party or group */
} subjects[] = {
	[RULES_HOLDER] = { USAGE_HOLDER, USAGE_JOINT_HOLDER, offsetof(struct counted, holder) },
	[RULES_CONTROLLER] = { USAGE_CONTROLLER, USAGE_JOINT_CONTROLLER,
	    offsetof(struct counted, controller) },
	[RULES_PROVIDER] = { USAGE_PROVIDER, USAGE_JOINT_PROVIDER, offsetof(struct counted, provider) },
};
#define SUBJECTS (sizeof(subjects) / sizeof(subjects[0]))

static uint64_t subject_of(const struct counted *counted, const struct subject *subject) {
	return *(const uint64_t *)(const void *)((const char *)counted + subject->offset);
}

static struct key key_of_holder_tier(const struct counted *c, uint32_t tier) {
	struct key key = key_of_usage(USAGE_HOLDER_TIER, c->programme, c->holder, c->year);
	key_add_u32(&key, tier);
	return key;
}

static struct key key_of_group(enum usage_kind kind, const struct counted *c, uint32_t group) {
	struct key key = key_of_usage(kind, c->programme, c->beneficiary, EVER);
	key_add_u32(&key, group);
	return key;
}

static struct key key_of_group_tier(const struct counted *c, uint32_t group, uint32_t tier) {
	struct key key = key_of_group(USAGE_GROUP_TIER, c, group);
	key_add_u32(&key, tier);
	return key;
}

/* --- decide --- */

static struct rules_count read_row(const struct state *state, const struct key *key) {
	const struct usage_row *row = STATE_GET(state, TABLE_USAGE, key, struct usage_row);
	return row ? (struct rules_count){ row->amount, row->grants } : (struct rules_count){ 0 };
}

static int64_t sum_at_most_max(int64_t a, int64_t b) {
	int64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* What the programme itself granted, and what its parts did. */
static struct rules_count read_jointly(const struct state *state, const struct subject *subject,
    uint64_t programme, uint64_t id, int32_t year) {
	struct key own_key = key_of_usage(subject->kind, programme, id, year);
	struct key parts_key = key_of_usage(subject->joint_kind, programme, id, year);
	struct rules_count own = read_row(state, &own_key);
	struct rules_count parts = read_row(state, &parts_key);
	return (struct rules_count){
		.amount = sum_at_most_max(own.amount, parts.amount),
		.grants = sum_at_most_max(own.grants, parts.grants),
	};
}

static struct rules_count read_subject(
    const struct counting *counting, const struct rules_counter *counter) {
	const struct subject *subject = &subjects[counter->what];
	const struct counted *c = &counting->of;
	uint64_t id = subject_of(c, subject);
	int32_t year = counter->ever ? EVER : c->year;
	check(counter->umbrella <= LIMIT_UMBRELLAS);
	if (id == 0)
		return (struct rules_count){ 0 };
	if (counter->umbrella > 0)
		return read_jointly(
		    counting->state, subject, c->umbrellas[counter->umbrella - 1], id, year);
	if (counter->joint)
		return read_jointly(counting->state, subject, c->programme, id, year);
	struct key key = key_of_usage(subject->kind, c->programme, id, year);
	return read_row(counting->state, &key);
}

/* The rows of a combination, by beneficiary: one who was never named was granted nothing. */
static struct rules_count read_group(
    const struct counting *counting, const struct rules_counter *counter) {
	const struct counted *c = &counting->of;
	struct key key;
	if (c->beneficiary == 0)
		return (struct rules_count){ 0 };
	if (counter->what == RULES_GROUP_TIER)
		key = key_of_group_tier(c, counter->group, counter->tier);
	else if (counter->what == RULES_GROUP_INCREMENT)
		key = key_of_group(USAGE_GROUP_INCREMENT, c, counter->group);
	else
		key = key_of_group(USAGE_GROUP, c, counter->group);
	return read_row(counting->state, &key);
}

struct rules_count counting_read(void *arg, const struct rules_counter *counter) {
	const struct counting *counting = arg;
	const struct counted *c = &counting->of;
	struct key key;
	switch (counter->what) {
	case RULES_HOLDER:
	case RULES_CONTROLLER:
	case RULES_PROVIDER: return read_subject(counting, counter);
	case RULES_TIER:
		key = key_of_usage(USAGE_TIER, c->programme, counter->tier, c->year);
		return read_row(counting->state, &key);
	case RULES_HOLDER_TIER:
		key = key_of_holder_tier(c, counter->tier);
		return read_row(counting->state, &key);
	case RULES_GROUP:
	case RULES_GROUP_INCREMENT:
	case RULES_GROUP_TIER: return read_group(counting, counter);
	default: check(!"a counter"); return (struct rules_count){ 0 };
	}
}

bool counting_has_room(struct deciding *d, const struct counted *counted, int64_t amount) {
	for (size_t i = 0; i < LIMIT_UMBRELLAS && counted->umbrellas[i]; i++) {
		for (size_t j = 0; j < SUBJECTS; j++) {
			struct key key = key_of_usage(subjects[j].joint_kind, counted->umbrellas[i],
			    subject_of(counted, &subjects[j]), EVER);
			int64_t sum;
			if (__builtin_add_overflow(read_row(d->state, &key).amount, amount, &sum))
				return refuse(d, PB__OUTCOME__OVERFLOW);
		}
	}
	return true;
}

/* --- apply --- */

struct change {
	struct applying *a;
	struct counted of;
	int64_t amount;
	int64_t grants;
};

static void change_row(const struct change *change, struct key key) {
	const struct state *state = change->a->state;
	const struct usage_row *old = STATE_GET(state, TABLE_USAGE, &key, struct usage_row);
	struct usage_row row = old ? *old : (struct usage_row){ 0 };
	count(&row.amount, change->amount);
	count(&row.grants, change->grants);
	STATE_PUT(state, TABLE_USAGE, &key, &row);
}

static void change_both(
    const struct change *change, enum usage_kind kind, uint64_t programme, uint64_t subject) {
	change_row(change, key_of_usage(kind, programme, subject, change->of.year));
	change_row(change, key_of_usage(kind, programme, subject, EVER));
}

static void change_subject(const struct change *change, const struct subject *subject) {
	const struct counted *c = &change->of;
	uint64_t id = subject_of(c, subject);
	if (id == 0)
		return;
	change_both(change, subject->kind, c->programme, id);
	for (size_t i = 0; i < LIMIT_UMBRELLAS && c->umbrellas[i]; i++)
		change_both(change, subject->joint_kind, c->umbrellas[i], id);
}

static void change_all(const struct change *change) {
	const struct counted *c = &change->of;
	for (size_t i = 0; i < SUBJECTS; i++)
		change_subject(change, &subjects[i]);
	change_row(change, key_of_usage(USAGE_TIER, c->programme, c->tier, c->year));
	change_row(change, key_of_holder_tier(c, c->tier));
	if (c->group == 0)
		return;
	change_row(change, key_of_group(USAGE_GROUP, c, c->group));
	change_row(change, key_of_group_tier(c, c->group, c->tier));
	if (c->is_increment)
		change_row(change, key_of_group(USAGE_GROUP_INCREMENT, c, c->group));
}

static struct counted counted_of(const struct reservation_row *grant) {
	struct counted counted = {
		.programme = grant->programme,
		.holder = grant->holder,
		.controller = grant->controller,
		.provider = grant->provider,
		.beneficiary = grant->beneficiary,
		.year = grant->year,
		.tier = grant->tier,
		.group = grant->group,
		.is_increment = grant->is_increment != 0,
	};
	for (size_t i = 0; i < LIMIT_UMBRELLAS; i++)
		counted.umbrellas[i] = grant->umbrellas[i];
	return counted;
}

void counting_add(struct applying *a, const struct reservation_row *grant) {
	const struct change change = { a, counted_of(grant), grant->subsidy, 1 };
	change_all(&change);
}

void counting_take_back(struct applying *a, const struct reservation_row *grant, int64_t amount) {
	check(amount > 0);
	bool is_undone = grant->held == 0 && grant->redeemed == 0;
	const struct change change = { a, counted_of(grant), -amount, is_undone ? -1 : 0 };
	change_all(&change);
}
