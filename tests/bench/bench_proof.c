/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_proof: what proofs cost, and what they cost the one who commits.
 *
 *	bench_proof DIRECTORY [LEAVES]
 *
 * Makes in DIRECTORY, which must not have a state yet, the hashes of a tree of LEAVES (1,000,000)
 * entries, without the entries; then reads roots, proofs and tiles of it at random, from files that
 * are in the page cache, each checked as for a client; then lets the tree grow further, first alone
 * and then beside two threads that ask for proofs without a pause. All times are CPU time of the
 * thread that does the work. A proof may take 50 µs. What growing takes is to be seen beside the
 * 6,500 ns that an entry costs the sequencer, which proofs may slow down by 5 %.
 */
#include "base/check.h"
#include "engine/prover.h"
#include "record/merkle.h"
#include "store/state_store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	BATCH = 512,     /* leaves of a commit */
	ROUNDS = 20000,  /* of each kind of question */
	GROWTH = 400000, /* leaves, alone and beside readers */
	READERS = 2,
};

static struct state_store *store;
static struct prover *prover;
static struct digest *digest;
static struct merkle tree;
static _Atomic bool is_over;

/* Of the tree that is committed, as the sequencer knows it. */
static pthread_mutex_t head_mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t head_size;
static uint8_t head_root[DIGEST_BYTES];

static void read_head(void *arg, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]) {
	(void)arg;
	pthread_mutex_lock(&head_mutex);
	*ret_size = head_size;
	memcpy(ret_root, head_root, DIGEST_BYTES);
	pthread_mutex_unlock(&head_mutex);
}

static uint64_t committed(void) {
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	read_head(NULL, &size, root);
	return size;
}

static void publish_head(void) {
	uint8_t root[DIGEST_BYTES];
	merkle_root(&tree, digest, root);
	pthread_mutex_lock(&head_mutex);
	head_size = tree.size;
	memcpy(head_root, root, DIGEST_BYTES);
	pthread_mutex_unlock(&head_mutex);
}

static uint64_t thread_ns(void) {
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static uint64_t random_below(uint64_t *state, uint64_t limit) {
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*state >> 17) % limit;
}

static void must(enum err err, const char *what) {
	if (!err)
		return;
	fprintf(stderr, "bench_proof: %s: %s\n", what, err_text(err));
	exit(EXIT_FAILURE);
}

/* --- growing --- */

/* What the store's part of it takes; hashing is a commit's business with or without proofs. */
static uint64_t grow(uint64_t size) {
	static uint8_t nodes[BATCH][MERKLE_KEPT_MAX][DIGEST_BYTES];
	uint64_t spent_ns = 0;
	while (tree.size < size) {
		uint64_t first = tree.size;
		uint64_t end = first + BATCH < size ? first + BATCH : size;
		while (tree.size < end) {
			uint64_t number = tree.size;
			merkle_append_kept(&tree, digest, &number, sizeof(number), nodes[number - first]);
		}
		uint64_t start_ns = thread_ns();
		for (uint64_t index = first; index < end; index++)
			store_put_hashes(store, index, (const uint8_t(*)[DIGEST_BYTES])nodes[index - first]);
		must(store_merge(store, end, NULL, 0), "merging");
		spent_ns += thread_ns() - start_ns;
		publish_head();
	}
	return spent_ns;
}

/* --- asking --- */

static void ask_inclusion(uint64_t *random, uint64_t size) {
	struct inclusion inclusion;
	uint64_t seq = random_below(random, size ? size : TILE_WIDTH) + 1;
	must(prover_inclusion(prover, seq, size, &inclusion), "inclusion");
}

static void ask_newest(uint64_t *random) {
	ask_inclusion(random, committed());
}

/* In one that others have asked about: a checkpoint that has been handed out. */
static void ask_known_size(uint64_t *random) {
	ask_inclusion(random, committed() / 3 * 2 + 1);
}

static void ask_known_consistency(uint64_t *random) {
	struct consistency consistency;
	uint64_t from = committed() / 3 + 1 + random_below(random, 4);
	must(prover_consistency(prover, from, committed(), &consistency), "consistency");
}

static void ask_any_size(uint64_t *random) {
	ask_inclusion(random, random_below(random, committed()) + 1);
}

static void ask_consistency(uint64_t *random) {
	struct consistency consistency;
	uint64_t to = random_below(random, committed()) + 1;
	must(prover_consistency(prover, random_below(random, to) + 1, to, &consistency), "consistency");
}

static void ask_root(uint64_t *random) {
	uint8_t root[DIGEST_BYTES];
	must(prover_root(prover, random_below(random, committed()) + 1, root), "root");
}

static void ask_tile(uint64_t *random) {
	static _Thread_local uint8_t hashes[TILE_BYTES_MAX];
	const struct tile tile = {
		.index = random_below(random, committed() / TILE_WIDTH),
		.width = TILE_WIDTH,
	};
	must(prover_tile(prover, &tile, hashes), "tile");
}

static void measure(const char *name, void (*ask)(uint64_t *random)) {
	uint64_t random = 1;
	for (int i = 0; i < ROUNDS / 10; i++)
		ask(&random);
	uint64_t start_ns = thread_ns();
	for (int i = 0; i < ROUNDS; i++)
		ask(&random);
	printf("%-40s %8.2f µs\n", name, (double)(thread_ns() - start_ns) / ROUNDS / 1000);
	fflush(stdout);
}

static void *ask_on(void *arg) {
	uint64_t random = (uintptr_t)arg;
	while (!atomic_load(&is_over)) {
		ask_inclusion(&random, 0); /* the newest */
		ask_consistency(&random);
	}
	return NULL;
}

static void report_growth(const char *name, uint64_t spent_ns) {
	printf("%-40s %8.2f ns a leaf\n", name, (double)spent_ns / GROWTH);
}

static void measure_growth(void) {
	pthread_t readers[READERS];
	report_growth("growing alone", grow(tree.size + GROWTH));
	for (uintptr_t i = 0; i < READERS; i++)
		check(pthread_create(&readers[i], NULL, ask_on, (void *)(i + 1)) == 0);
	report_growth("growing beside proofs", grow(tree.size + GROWTH));
	atomic_store(&is_over, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
}

int main(int argc, char **argv) {
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: bench_proof DIRECTORY [LEAVES]\n");
		return 2;
	}
	uint64_t leaves = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
	const struct state_store_config config = {
		.directory = argv[1],
		.format = 1,
		.has_hashes = true,
	};
	unsigned char meta[STORE_META_BYTES_MAX];
	size_t meta_bytes;
	uint64_t seq;
	must(store_open(&config, &store, &seq, meta, &meta_bytes), argv[1]);
	if (seq) {
		fprintf(stderr, "bench_proof: %s has a state already: name an empty directory.\n", argv[1]);
		return EXIT_FAILURE;
	}
	must(digest_new("SHA256", &digest), "SHA-256");
	const struct prover_head head = { .read = read_head };
	must(prover_new(store, "SHA256", &head, &prover), "prover");
	merkle_init(&tree);
	uint64_t spent_ns = grow(leaves < TILE_WIDTH ? TILE_WIDTH : leaves);
	printf("%" PRIu64 " leaves: putting and committing %.2f ns each\n", tree.size,
	    (double)spent_ns / (double)tree.size);
	measure("inclusion in the newest tree", ask_newest);
	measure("inclusion in a checkpoint", ask_known_size);
	measure("inclusion in a tree of any size", ask_any_size);
	measure("consistency of two checkpoints", ask_known_consistency);
	measure("consistency of trees of any size", ask_consistency);
	measure("root of a tree of any size", ask_root);
	measure("tile", ask_tile);
	measure_growth();
	prover_free(prover);
	digest_free(digest);
	store_close(store);
	return EXIT_SUCCESS;
}
