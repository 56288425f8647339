/* SPDX-License-Identifier: Apache-2.0 */
#include "store/pages.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- layout --- */

enum {
	META_COUNT = 2,
	FREE_TREE = 0, /* in a meta page */
	NAME_TREE = 1,
	PAGE_BYTES_MIN = 512,
	PAGE_BYTES_MAX = 65536,
	PAGE_INNER = 1, /* flags of pages: one of these, and no other */
	PAGE_LEAF = 2,
	PAGE_LARGE = 4,
	PAGE_META = 8,
	NODE_IS_LARGE = 1, /* flags of nodes in leaves */
	NODE_IS_TREE = 2,
	TREE_INTEGER_KEYS = 8, /* a flag of trees, the only one that is used here */
	DEPTH_MAX = 32,        /* LMDB's CURSOR_STACK */
	KEY_BYTES_MAX = 511,
	RECORD_BYTES_MIN = 10,         /* a node and its offset */
	UNWRITTEN_PAGES_MAX = 1 << 17, /* the last ones, made and freed by one transaction */
};

static const uint32_t META_MAGIC = 0xbeefc0de;
static const uint32_t META_VERSION = 1;
static const uint64_t NO_PAGE = UINT64_MAX;

struct page {
	uint64_t number;
	uint16_t pad, flags;
	union {
		struct {
			uint16_t lower, upper;
		}; /* the free room between offsets and nodes */
		uint32_t large_pages;
	};
	uint16_t nodes[]; /* their offsets, in the order of their keys */
};

struct node {
	uint16_t low, high; /* of the number of a page, or of the size of a value */
	uint16_t flags;     /* the highest bits of the number of a page */
	uint16_t key_bytes;
	unsigned char data[]; /* key; in leaves the value, or the number of its first page */
};

struct tree_record {
	uint32_t page_bytes; /* of the free tree */
	uint16_t flags, depth;
	uint64_t inner_pages, leaf_pages, large_pages, records, root;
};

struct meta {
	uint32_t magic, version;
	uint64_t address, map_bytes;
	struct tree_record trees[2];
	uint64_t last_page, txnid;
};

_Static_assert(sizeof(struct page) == 16 && sizeof(struct node) == 8 &&
        sizeof(struct tree_record) == 48 && sizeof(struct meta) == 136,
    "as mdb.c has them where pointers have 64 bits");

/* --- looking --- */

struct look {
	const struct pages_options *options;
	int fd;
	size_t page_bytes;
	uint64_t page_count;
	uint64_t txnid;
	uint64_t freed_by;        /* the last transaction that freed pages */
	uint64_t *used;           /* a bit for each page */
	unsigned char *name_room; /* a page for each level of the tree of names, */
	unsigned char *tree_room; /* and of the tree that is walked meanwhile */
	unsigned char *large;     /* a value on pages of its own */
	enum err err;
	const char *fault;
};

enum tree_kind { TREE_OF_FREE, TREE_OF_NAMES, TREE_OF_RECORDS };

/* A tree, and what was counted in it. */
struct tree {
	struct look *look;
	enum tree_kind kind;
	char name[KEY_BYTES_MAX + 1];
	struct tree_record record;
	bool reads_leaves;
	unsigned char *room;
	uint64_t inner_pages, leaf_pages, large_pages, records;
};

/* What the keys below a page are between: at least `low`, less than `high`. No data: no limit. */
struct bounds {
	MDB_val low, high;
};

static bool fail(struct look *look, enum err err, const char *fault) {
	look->err = err;
	look->fault = fault;
	return false;
}

static bool is_wrong(struct look *look, const char *fault) {
	return fail(look, ERR_CORRUPT, fault);
}

static bool read_bytes(struct look *look, uint64_t at, void *room, size_t bytes) {
	for (size_t done = 0; done < bytes;) {
		ssize_t more = pread(look->fd, (char *)room + done, bytes - done, (off_t)(at + done));
		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return fail(look, ERR_IO, "a page cannot be read");
		if (more == 0)
			return is_wrong(look, "a page lies beyond the end of the file");
		done += (size_t)more;
	}
	return true;
}

/* Each page once, whatever it is for. */
static bool use_page(struct look *look, uint64_t number) {
	if (number >= look->page_count)
		return is_wrong(look, "a page beyond the last one is in use");
	uint64_t bit = UINT64_C(1) << number % 64;
	if (look->used[number / 64] & bit)
		return is_wrong(look, "a page is in use twice, or in use and free");
	look->used[number / 64] |= bit;
	return true;
}

static uint64_t read_u64(const void *data) {
	uint64_t value;
	memcpy(&value, data, sizeof(value));
	return value;
}

/* --- records --- */

static bool walk(struct tree *tree);

/* A transaction, and the pages that it freed, in descending order. */
static bool see_free(struct look *look, const MDB_val *key, const MDB_val *value) {
	const unsigned char *list = value->mv_data;
	const size_t room = value->mv_size / sizeof(uint64_t);
	const uint64_t txnid = read_u64(key->mv_data);
	if (txnid == 0 || txnid > look->txnid)
		return is_wrong(look, "pages are free as of a transaction that never was");
	if (room == 0 || read_u64(list) >= room)
		return is_wrong(look, "a list of free pages is longer than its room");
	look->freed_by = txnid;
	uint64_t count = read_u64(list), before = UINT64_MAX;
	for (uint64_t i = 1; i <= count; i++) {
		uint64_t number = read_u64(list + i * sizeof(number));
		if (number >= before)
			return is_wrong(look, "a list of free pages is out of order");
		if (!use_page(look, number))
			return false;
		before = number;
	}
	return true;
}

/* A tree of records, by its name. */
static bool see_name(struct look *look, const MDB_val *key, const MDB_val *value) {
	struct tree tree = { .look = look, .kind = TREE_OF_RECORDS, .room = look->tree_room };
	if (value->mv_size != sizeof(tree.record) || memchr(key->mv_data, '\0', key->mv_size))
		return is_wrong(look, "a tree has no proper name or record");
	memcpy(tree.name, key->mv_data, key->mv_size);
	memcpy(&tree.record, value->mv_data, sizeof(tree.record));
	tree.reads_leaves = tree.record.records <= look->options->records_max;
	return walk(&tree);
}

static bool see(struct tree *tree, const MDB_val *key, const MDB_val *value) {
	struct look *look = tree->look;
	const struct pages_options *options = look->options;
	tree->records++;
	if (tree->kind == TREE_OF_FREE)
		return see_free(look, key, value);
	if (options->see && !options->see(options->arg, tree->name, key, value))
		return is_wrong(look, "a record is damaged");
	return tree->kind == TREE_OF_RECORDS || see_name(look, key, value);
}

/* A value that has pages of its own. */
static bool see_large(struct tree *tree, const MDB_val *key, uint64_t number, size_t bytes) {
	struct look *look = tree->look;
	struct page page;
	if (!use_page(look, number) ||
	    !read_bytes(look, number * look->page_bytes, &page, sizeof(page)))
		return false;
	size_t needed = (sizeof(page) + bytes + look->page_bytes - 1) / look->page_bytes;
	if (page.number != number || page.flags != PAGE_LARGE || page.large_pages < needed)
		return is_wrong(look, "a page of a large value is damaged");
	for (uint64_t i = 1; i < page.large_pages; i++)
		if (!use_page(look, number + i))
			return false;
	tree->large_pages += page.large_pages;
	unsigned char *large = realloc(look->large, bytes ? bytes : 1);
	if (!large)
		return fail(look, ERR_MEMORY, "out of memory");
	look->large = large;
	if (!read_bytes(look, number * look->page_bytes + sizeof(page), large, bytes))
		return false;
	return see(tree, key, &(MDB_val){ .mv_size = bytes, .mv_data = large });
}

/* --- pages --- */

/* Whether `key` comes before `other`; one that has no data is no limit. */
static bool is_before(const struct tree *tree, const MDB_val *key, const MDB_val *other) {
	if (!key->mv_data || !other->mv_data)
		return true;
	if (tree->record.flags & TREE_INTEGER_KEYS)
		return read_u64(key->mv_data) < read_u64(other->mv_data);
	size_t bytes = key->mv_size < other->mv_size ? key->mv_size : other->mv_size;
	int order = memcmp(key->mv_data, other->mv_data, bytes);
	return order < 0 || (order == 0 && key->mv_size < other->mv_size);
}

static bool is_within(const struct tree *tree, const MDB_val *key, const struct bounds *bounds) {
	bool is_low = bounds->low.mv_data && is_before(tree, key, &bounds->low);
	return !is_low && is_before(tree, key, &bounds->high);
}

static unsigned count_nodes(const struct page *page) {
	return (page->lower - (unsigned)sizeof(*page)) / (unsigned)sizeof(page->nodes[0]);
}

static bool is_page(const struct tree *tree, const struct page *page, uint64_t number, int flags) {
	return page->number == number && page->flags == flags && page->lower > sizeof(*page) &&
	    page->lower % sizeof(page->nodes[0]) == 0 && page->lower <= page->upper &&
	    page->upper <= tree->look->page_bytes;
}

/* The node, and its key; NULL: it is not within its page. */
static const struct node *node_at(
    const struct tree *tree, const struct page *page, unsigned at, MDB_val *ret_key) {
	size_t offset = page->nodes[at], room = tree->look->page_bytes;
	if (offset % sizeof(uint16_t) || offset < page->upper || offset > room - sizeof(struct node))
		return NULL;
	const struct node *node = (const struct node *)((const char *)page + offset);
	if (node->key_bytes > KEY_BYTES_MAX || node->key_bytes > room - offset - sizeof(*node))
		return NULL;
	*ret_key = (MDB_val){ .mv_size = node->key_bytes, .mv_data = (void *)node->data };
	return node;
}

/* Of a leaf: how long its value is, and whether that lies on pages of its own. */
static size_t value_bytes(const struct node *node) {
	return node->low | (size_t)node->high << 16;
}

static bool is_large(const struct tree *tree, const struct node *node) {
	return node->flags == NODE_IS_LARGE && tree->kind != TREE_OF_NAMES;
}

/* What a node takes in its page. */
static size_t node_bytes(const struct tree *tree, const struct node *node, bool is_leaf) {
	size_t value = 0;
	if (is_leaf)
		value = is_large(tree, node) ? sizeof(uint64_t) : value_bytes(node);
	return (sizeof(*node) + node->key_bytes + value + 1) & ~(size_t)1;
}

/* Whether nodes fill all behind the free room: LMDB moves them by what they say that they take. */
static bool is_full(const struct tree *tree, const struct page *page, bool is_leaf) {
	size_t sum = 0;
	MDB_val key;
	for (unsigned i = 0; i < count_nodes(page); i++) {
		const struct node *node = node_at(tree, page, i, &key);
		if (!node)
			return false;
		sum += node_bytes(tree, node, is_leaf);
	}
	return sum == tree->look->page_bytes - page->upper;
}

static bool is_key(const struct tree *tree, const MDB_val *key) {
	return key->mv_size > 0 &&
	    (!(tree->record.flags & TREE_INTEGER_KEYS) || key->mv_size == sizeof(uint64_t));
}

static bool see_node(
    struct tree *tree, const struct page *page, const struct node *node, const MDB_val *key) {
	size_t bytes = value_bytes(node);
	size_t room = tree->look->page_bytes - (size_t)((const char *)node - (const char *)page) -
	    sizeof(*node) - node->key_bytes;
	const unsigned char *value = node->data + node->key_bytes;
	if (is_large(tree, node) && room >= sizeof(uint64_t))
		return see_large(tree, key, read_u64(value), bytes);
	if (node->flags != (tree->kind == TREE_OF_NAMES ? NODE_IS_TREE : 0) || bytes > room)
		return is_wrong(tree->look, "a record is damaged");
	return see(tree, key, &(MDB_val){ .mv_size = bytes, .mv_data = (void *)value });
}

static bool walk_leaf(struct tree *tree, const struct page *page, const struct bounds *bounds) {
	MDB_val key, before = { 0 };
	for (unsigned i = 0; i < count_nodes(page); i++) {
		const struct node *node = node_at(tree, page, i, &key);
		if (!node || !is_key(tree, &key) || !is_within(tree, &key, bounds) ||
		    !is_before(tree, &before, &key))
			return is_wrong(tree->look, "a key is not where it is looked for");
		if (!see_node(tree, page, node, &key))
			return false;
		before = key;
	}
	return true;
}

static bool walk_page(struct tree *tree, uint64_t number, unsigned level, struct bounds bounds);

static uint64_t child_of(const struct node *node) {
	return node->low | (uint64_t)node->high << 16 | (uint64_t)node->flags << 32;
}

/* Lets the disk fetch the children together: one after the other, a cold file takes ten times as
 * long. */
static void fetch_children(const struct tree *tree, const struct page *page) {
	const struct look *look = tree->look;
	MDB_val key;
	for (unsigned i = 0; i < count_nodes(page); i++) {
		const struct node *node = node_at(tree, page, i, &key);
		if (node && child_of(node) < look->page_count)
			(void)posix_fadvise(look->fd, (off_t)(child_of(node) * look->page_bytes),
			    (off_t)look->page_bytes, POSIX_FADV_WILLNEED);
	}
}

/* The first key of an inner page is of no account: its child takes whatever is lower. */
static bool walk_inner(
    struct tree *tree, const struct page *page, unsigned level, const struct bounds *bounds) {
	struct bounds below = { .low = bounds->low };
	const unsigned count = count_nodes(page);
	MDB_val key;
	if (level + 1 < tree->record.depth || tree->reads_leaves)
		fetch_children(tree, page);
	const struct node *node = node_at(tree, page, 0, &key);
	if (!node)
		return is_wrong(tree->look, "a key of an inner page is damaged");
	for (unsigned i = 1; i <= count; i++, below.low = below.high) {
		const struct node *next = i < count ? node_at(tree, page, i, &below.high) : NULL;
		if (i == count)
			below.high = bounds->high;
		else if (!next || !is_key(tree, &below.high) || !is_within(tree, &below.high, bounds) ||
		    !is_before(tree, &below.low, &below.high))
			return is_wrong(tree->look, "a key of an inner page is damaged");
		if (!walk_page(tree, child_of(node), level + 1, below))
			return false;
		node = next;
	}
	return true;
}

static bool walk_page(struct tree *tree, uint64_t number, unsigned level, struct bounds bounds) {
	struct look *look = tree->look;
	const bool is_leaf = level == tree->record.depth;
	if (!use_page(look, number))
		return false;
	++*(is_leaf ? &tree->leaf_pages : &tree->inner_pages);
	if (is_leaf && !tree->reads_leaves)
		return true;
	struct page *page = (struct page *)(tree->room + (level - 1) * look->page_bytes);
	if (!read_bytes(look, number * look->page_bytes, page, look->page_bytes))
		return false;
	if (!is_page(tree, page, number, is_leaf ? PAGE_LEAF : PAGE_INNER))
		return is_wrong(look, "the head of a page is damaged");
	if (!is_full(tree, page, is_leaf))
		return is_wrong(look, "the nodes of a page are damaged");
	return is_leaf ? walk_leaf(tree, page, &bounds) : walk_inner(tree, page, level, &bounds);
}

/* --- trees --- */

static bool is_counted(const struct tree *tree) {
	const struct tree_record *record = &tree->record;
	return tree->inner_pages == record->inner_pages && tree->leaf_pages == record->leaf_pages &&
	    (!tree->reads_leaves ||
	        (tree->records == record->records && tree->large_pages == record->large_pages));
}

static bool is_tree(const struct tree *tree) {
	const struct tree_record *record = &tree->record;
	bool has_order = tree->kind == TREE_OF_FREE ? record->flags == TREE_INTEGER_KEYS
	    : tree->kind == TREE_OF_NAMES           ? record->flags == 0
	                                  : record->flags == 0 || record->flags == TREE_INTEGER_KEYS;
	/* More records than there is room for would keep the leaves from being looked at. */
	uint64_t records_max = record->leaf_pages * (tree->look->page_bytes / RECORD_BYTES_MIN);
	return has_order && record->depth <= DEPTH_MAX &&
	    (record->depth == 0) == (record->root == NO_PAGE) &&
	    record->leaf_pages < tree->look->page_count && record->records <= records_max;
}

static bool walk(struct tree *tree) {
	const struct tree_record *record = &tree->record;
	if (!is_tree(tree))
		return is_wrong(tree->look, "the record of a tree is damaged");
	if (record->depth && !walk_page(tree, record->root, 1, (struct bounds){ 0 }))
		return false;
	return is_counted(tree) || is_wrong(tree->look, "a tree has not what is counted in it");
}

static bool walk_all(struct look *look, const struct meta *meta) {
	struct tree free_pages = { .look = look,
		.kind = TREE_OF_FREE,
		.reads_leaves = true,
		.record = meta->trees[FREE_TREE],
		.room = look->tree_room };
	struct tree names = { .look = look,
		.kind = TREE_OF_NAMES,
		.reads_leaves = true,
		.record = meta->trees[NAME_TREE],
		.room = look->name_room };
	for (unsigned i = 0; i < META_COUNT; i++)
		if (!use_page(look, i))
			return false;
	if (!walk(&names) || !walk(&free_pages))
		return false;
	/* Every transaction but the first two frees pages. */
	return look->txnid <= 2 || look->freed_by == look->txnid ||
	    is_wrong(look, "the number of the last transaction is damaged");
}

/* --- file --- */

static bool is_page_size(uint64_t bytes) {
	return bytes >= PAGE_BYTES_MIN && bytes <= PAGE_BYTES_MAX && (bytes & (bytes - 1)) == 0;
}

static bool read_meta(struct look *look, unsigned number, struct meta *ret_meta) {
	struct page page;
	const uint64_t at = number * look->page_bytes;
	if (!read_bytes(look, at, &page, sizeof(page)) ||
	    !read_bytes(look, at + sizeof(page), ret_meta, sizeof(*ret_meta)))
		return false;
	uint32_t page_bytes = ret_meta->trees[FREE_TREE].page_bytes;
	if (number == 0)
		look->page_bytes = page_bytes;
	return (page.number == number && page.flags == PAGE_META && ret_meta->magic == META_MAGIC &&
	           ret_meta->version == META_VERSION && is_page_size(page_bytes) &&
	           page_bytes == look->page_bytes) ||
	    is_wrong(look, "the head of the file is damaged");
}

/* Transactions take turns, and LMDB goes by the later one: a damaged number would take a commit
 * back. (If it is lower by two, it looks like what LMDB writes after a commit that failed.) */
static bool read_newest_meta(struct look *look, struct meta *ret_meta) {
	struct meta metas[META_COUNT];
	for (unsigned i = 0; i < META_COUNT; i++)
		if (!read_meta(look, i, &metas[i]))
			return false;
	const uint64_t even = metas[0].txnid, odd = metas[1].txnid;
	*ret_meta = metas[odd > even];
	if (even == 0 && odd == 0)
		return true;
	return (even % 2 == 0 && odd % 2 == 1 && (even - odd == 1 || odd - even == 1)) ||
	    is_wrong(look, "the numbers of the last transactions are damaged");
}

static bool prepare(struct look *look, const struct meta *meta, uint64_t file_bytes) {
	if (meta->last_page > file_bytes / look->page_bytes + UNWRITTEN_PAGES_MAX)
		return is_wrong(look, "the file is too short for its pages");
	look->txnid = meta->txnid;
	look->page_count = meta->last_page + 1;
	look->used = calloc(look->page_count / 64 + 1, sizeof(*look->used));
	look->name_room = malloc(DEPTH_MAX * look->page_bytes);
	look->tree_room = malloc(DEPTH_MAX * look->page_bytes);
	return (look->used && look->name_room && look->tree_room) ||
	    fail(look, ERR_MEMORY, "out of memory");
}

enum err pages_check(
    const char *path, const struct pages_options *options, const char **ret_fault) {
	struct look look = { .options = options, .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct stat file;
	struct meta meta;
	*ret_fault = NULL;
	if (look.fd < 0 && errno == ENOENT)
		return ERR_OK;
	if (look.fd < 0)
		return errno == EACCES ? ERR_DENIED : ERR_IO;
	if (fstat(look.fd, &file) != 0)
		(void)fail(&look, ERR_IO, "the file cannot be looked at");
	else if (file.st_size > 0 && read_newest_meta(&look, &meta) &&
	    prepare(&look, &meta, (uint64_t)file.st_size))
		(void)walk_all(&look, &meta);
	free(look.used);
	free(look.name_room);
	free(look.tree_room);
	free(look.large);
	close(look.fd);
	*ret_fault = look.fault;
	return look.err;
}
