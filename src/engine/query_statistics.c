/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Take-up and waiting: counters that the ledger keeps as things happen, summed and named. On the
 * query thread; costs a walk over one programme's counters, none over what they count.
 */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "ledger/clock.h"
#include "ledger/take_up.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin(struct query *query, const struct engine_view *view,
    const struct query_viewer *viewer, struct arena *arena) {
	*query = (struct query){ .view = view, .viewer = viewer, .arena = arena };
	arena_init(&query->scratch, 0);
}

static void *keep_zeroed(struct query *query, size_t bytes) {
	void *room = arena_zalloc(query->arena, bytes);
	if (!room)
		query->err = ERR_MEMORY;
	return room;
}

/* --- what is asked --- */

struct asked {
	uint64_t programme;
	uint32_t from, to; /* months, both included */
	bool by_region, by_category, by_month;
};

/* "YYYY-MM" as in struct take_up_key. */
static bool read_month(const char *text, uint32_t *ret_month) {
	static const char form[] = "dddd-dd";
	if (strlen(text) != sizeof(form) - 1)
		return false;
	uint32_t digits = 0;
	for (size_t i = 0; form[i]; i++) {
		if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
		if (form[i] == 'd')
			digits = 10 * digits + (uint32_t)(text[i] - '0');
	}
	uint32_t year = digits / 100, month = digits % 100;
	*ret_month = year * 12 + month - 1;
	return month >= 1 && month <= 12;
}

static bool read_by(const char *text, struct asked *asked) {
	const struct {
		const char *name;
		bool *flag;
	} words[] = {
		{ "region", &asked->by_region },
		{ "category", &asked->by_category },
		{ "month", &asked->by_month },
	};
	while (*text) {
		size_t bytes = strcspn(text, ","), i = 0;
		while (
		    i < 3 && (strlen(words[i].name) != bytes || strncmp(words[i].name, text, bytes) != 0))
			i++;
		if (i == 3 || *words[i].flag)
			return false;
		*words[i].flag = true;
		text += bytes;
		if (*text == ',' && !*++text)
			return false;
	}
	return true;
}

/* NULL: understood; else the member that is not. */
static const char *understand(
    const struct engine_view *view, const struct query_take_up *given, struct asked *ret_asked) {
	*ret_asked = (struct asked){ .to = UINT32_MAX };
	ret_asked->programme = given->programme
	    ? query_find_code(view->state, TABLE_PROGRAMME_CODE, given->programme)
	    : 0;
	if (!ret_asked->programme)
		return "programme";
	if (given->from && !read_month(given->from, &ret_asked->from))
		return "from";
	if (given->to && (!read_month(given->to, &ret_asked->to) || ret_asked->to < ret_asked->from))
		return "to";
	return given->by && !read_by(given->by, ret_asked) ? "by" : NULL;
}

/* --- sums --- */

struct sum {
	struct take_up_key key; /* with zeros where it is not asked */
	struct take_up_row row;
	bool is_used;
};

enum { SLOTS = 4 * LIMIT_STATISTICS_ROWS };

struct summing {
	struct query query;
	struct asked asked;
	struct sum *slots; /* open addressing */
	size_t count;
	bool is_too_much;
};

static size_t slot_of(const struct take_up_key *key) {
	uint64_t hash = 14695981039346656037ULL; /* FNV-1a */
	const uint8_t *bytes = (const uint8_t *)key;
	for (size_t i = 0; i < sizeof(*key); i++)
		hash = (hash ^ bytes[i]) * 1099511628211ULL;
	return hash % SLOTS;
}

/* NULL: there are too many. */
static struct sum *find_sum(struct summing *summing, const struct take_up_key *key) {
	size_t slot = slot_of(key);
	while (summing->slots[slot].is_used) {
		if (memcmp(&summing->slots[slot].key, key, sizeof(*key)) == 0)
			return &summing->slots[slot];
		slot = (slot + 1) % SLOTS;
	}
	if (summing->count == LIMIT_STATISTICS_ROWS)
		return NULL;
	summing->count++;
	summing->slots[slot].is_used = true;
	summing->slots[slot].key = *key;
	return &summing->slots[slot];
}

/* What a sum cannot hold, no money is. */
static void add(int64_t *sum, int64_t value) {
	if (__builtin_add_overflow(*sum, value, sum))
		*sum = value > 0 ? INT64_MAX : INT64_MIN;
}

static void add_row(struct take_up_row *sum, const struct take_up_row *row) {
	add(&sum->issued, row->issued);
	add(&sum->used, row->used);
	add(&sum->returned, row->returned);
	add(&sum->expired, row->expired);
	add(&sum->cancelled, row->cancelled);
	add(&sum->paid, row->paid);
	add(&sum->vouchers, row->vouchers);
	add(&sum->uses, row->uses);
}

static bool visit_take_up(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct summing *summing = arg;
	const struct asked *asked = &summing->asked;
	struct take_up_key parts, sum_key = { 0 };
	check(bytes == sizeof(struct take_up_row));
	take_up_key_read(key, &parts);
	if (parts.month < asked->from || parts.month > asked->to ||
	    !query_is_in_region(summing->query.viewer, parts.region))
		return true;
	if (asked->by_region)
		memcpy(sum_key.region, parts.region, sizeof(sum_key.region));
	if (asked->by_category)
		sum_key.category = parts.category;
	if (asked->by_month)
		sum_key.month = parts.month;
	struct sum *sum = find_sum(summing, &sum_key);
	summing->is_too_much = sum == NULL;
	if (sum)
		add_row(&sum->row, row);
	return sum != NULL;
}

static int compare_sums(const void *a, const void *b) {
	const struct sum *first = a, *second = b;
	int by_region = strcmp(first->key.region, second->key.region);
	if (by_region)
		return by_region;
	if (first->key.category != second->key.category)
		return first->key.category < second->key.category ? -1 : 1;
	return (first->key.month > second->key.month) - (first->key.month < second->key.month);
}

/* --- the page --- */

struct names {
	const char *text[TAKE_UP_CATEGORIES + 1];
	struct query *query;
};

static bool visit_category(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct names *names = arg;
	const struct id_row *number = row;
	char text[LIMIT_KEY_BYTES];
	size_t name_bytes = key->bytes - ID_KEY_BYTES;
	check(bytes == sizeof(*number) && number->id <= TAKE_UP_CATEGORIES);
	memcpy(text, key->data + ID_KEY_BYTES, name_bytes);
	text[name_bytes] = '\0';
	if (name_bytes) /* "" has their number */
		names->text[number->id] = query_keep(names->query, text);
	return true;
}

/* What is issued has no category yet, so that by category nothing can be said of it. */
static void add_unused(Pb__TakeUp *take_up) {
	add(&take_up->unused, take_up->issued);
	add(&take_up->unused, -take_up->used);
	add(&take_up->unused, -take_up->returned);
	add(&take_up->unused, -take_up->expired);
	add(&take_up->unused, -take_up->cancelled);
}

static Pb__TakeUp *build_take_up(
    struct summing *summing, const struct names *names, const struct sum *sum) {
	struct query *query = &summing->query;
	const struct take_up_row *row = &sum->row;
	Pb__TakeUp *take_up = PB_NEW(Pb__TakeUp, pb__take_up, query->arena);
	if (!take_up) {
		query->err = ERR_MEMORY;
		return NULL;
	}
	take_up->programme = query_programme_code(query, summing->asked.programme);
	take_up->region = query_keep(query, sum->key.region);
	take_up->category = sum->key.category ? names->text[sum->key.category] : "";
	if (summing->asked.by_month) {
		char text[32];
		snprintf(text, sizeof(text), "%04u-%02u", sum->key.month / 12, sum->key.month % 12 + 1);
		take_up->month = query_keep(query, text);
	}
	take_up->issued = row->issued;
	take_up->used = row->used;
	take_up->returned = row->returned;
	take_up->expired = row->expired;
	take_up->cancelled = row->cancelled;
	take_up->paid = row->paid;
	take_up->vouchers = row->vouchers > 0 ? (uint64_t)row->vouchers : 0;
	take_up->uses = row->uses > 0 ? (uint64_t)row->uses : 0;
	if (!summing->asked.by_category)
		add_unused(take_up);
	return take_up;
}

static void fill_take_up(struct summing *summing, Pb__Page *page) {
	struct query *query = &summing->query;
	const struct state *state = query->view->state;
	struct key prefix = key_of_id(summing->asked.programme);
	struct names names = { .query = query };
	state->ops->scan(state->self, TABLE_CATEGORY, &prefix, &prefix, visit_category, &names);
	page->take_up = keep_zeroed(query, (summing->count + 1) * sizeof(page->take_up[0]));
	if (query->err)
		return;
	size_t count = 0;
	for (size_t slot = 0; slot < SLOTS; slot++)
		if (summing->slots[slot].is_used)
			summing->slots[count++] = summing->slots[slot];
	qsort(summing->slots, count, sizeof(summing->slots[0]), compare_sums);
	for (size_t i = 0; i < count && !query->err; i++)
		page->take_up[i] = build_take_up(summing, &names, &summing->slots[i]);
	page->n_take_up = count;
}

static enum err sum_up(struct summing *summing, Pb__Page *page) {
	struct query *query = &summing->query;
	const struct state *state = query->view->state;
	struct key prefix = key_of_id(summing->asked.programme);
	summing->slots = calloc(SLOTS, sizeof(summing->slots[0]));
	if (!summing->slots)
		return ERR_MEMORY;
	state->ops->scan(state->self, TABLE_TAKE_UP, &prefix, &prefix, visit_take_up, summing);
	if (!summing->is_too_much)
		fill_take_up(summing, page);
	free(summing->slots);
	return summing->is_too_much ? ERR_RANGE : query->err;
}

enum err query_take_up(const struct engine_view *view, const struct query_take_up *asked,
    const struct query_viewer *viewer, struct arena *arena, Pb__Page **ret_page,
    const char **ret_field) {
	struct summing summing;
	const char *fault = understand(view, asked, &summing.asked);
	if (fault) {
		*ret_field = fault;
		return ERR_SYNTAX;
	}
	Pb__Page *page = PB_NEW(Pb__Page, pb__page, arena);
	if (!page)
		return ERR_MEMORY;
	summing.count = 0;
	summing.is_too_much = false;
	begin(&summing.query, view, viewer, arena);
	page->as_of = view->seq;
	enum err err = sum_up(&summing, page);
	arena_done(&summing.query.scratch);
	if (err == ERR_RANGE)
		*ret_field = "by";
	if (!err)
		*ret_page = page;
	return err;
}

/* --- waiting --- */

struct waiting {
	struct query query;
	Pb__Page *page;
};

static Pb__StepClock *build_clock(
    struct query *query, const struct key *key, const struct clock_row *row) {
	Pb__StepClock *clock = PB_NEW(Pb__StepClock, pb__step_clock, query->arena);
	const char *step = clock_step_name(key_read_u32(key, ID_KEY_BYTES));
	check(step);
	if (!clock)
		return NULL;
	int64_t now_s = query->viewer->now_us / US_PER_S;
	int64_t mean_s = row->waiting ? now_s - row->waiting_since_s / row->waiting : 0;
	clock->programme = query_programme_code(query, key_read_u64(key, 0));
	clock->step = step;
	clock->waiting = (uint64_t)row->waiting;
	clock->waiting_mean_s = mean_s > 0 ? mean_s : 0;
	clock->done = (uint64_t)row->done;
	clock->done_mean_s = row->done ? row->done_s / row->done : 0;
	clock->done_max_s = row->done_max_s;
	return clock;
}

static bool visit_clock(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct waiting *waiting = arg;
	struct query *query = &waiting->query;
	Pb__Page *page = waiting->page;
	check(bytes == sizeof(struct clock_row));
	Pb__StepClock *clock = build_clock(query, key, row);
	Pb__StepClock **clocks = arena_grow(
	    query->arena, page->clocks, page->n_clocks, sizeof(*clocks));
	if (!clock || !clocks) {
		query->err = ERR_MEMORY;
		return false;
	}
	page->clocks = clocks;
	page->clocks[page->n_clocks++] = clock;
	return true;
}

enum err query_waiting(const struct engine_view *view, const char *programme,
    const struct query_viewer *viewer, struct arena *arena, Pb__Page **ret_page,
    const char **ret_field) {
	struct waiting waiting = { 0 };
	struct key prefix = KEY_EMPTY;
	uint64_t id = programme ? query_find_code(view->state, TABLE_PROGRAMME_CODE, programme) : 0;
	if (programme && !id) {
		*ret_field = "programme";
		return ERR_SYNTAX;
	}
	if (id)
		prefix = key_of_id(id);
	waiting.page = PB_NEW(Pb__Page, pb__page, arena);
	if (!waiting.page)
		return ERR_MEMORY;
	begin(&waiting.query, view, viewer, arena);
	waiting.page->as_of = view->seq;
	view->state->ops->scan(view->state->self, TABLE_CLOCK, &prefix, &prefix, visit_clock, &waiting);
	arena_done(&waiting.query.scratch);
	if (!waiting.query.err)
		*ret_page = waiting.page;
	return waiting.query.err;
}
