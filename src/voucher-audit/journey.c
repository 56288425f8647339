/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/journey.h"

#include "base/check.h"
#include "record/entry.h"
#include "record/pb.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BATCHES 4

/* Batches go round: empty ones to the reader, read ones to the checker. */
struct ring {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct batch batches[BATCHES];
	uint64_t filled, emptied; /* how many, ever */
	bool is_stopped;          /* nobody checks any more */
};

struct trip {
	const struct journey_config *config;
	struct journey_result *result;
	struct auditor *auditor;
	struct source source;
	struct ring ring;
	struct digest *digest; /* the reading thread's; NULL until the first entry has said which */
	char hash[16];
	/* Of the thread that grows the tree: the reading one, unless the other has nothing to check. */
	struct merkle tree;
	struct digest *tree_digest; /* NULL: not needed yet */
	size_t next_tree;           /* of config->trees */
	bool is_off;                /* the newest head compared did not fit */
	uint64_t heads;
	uint64_t last_head;
};

/* --- the ring --- */

static struct batch *take_empty(struct ring *ring) {
	check(pthread_mutex_lock(&ring->mutex) == 0);
	while (ring->filled - ring->emptied == BATCHES && !ring->is_stopped)
		check(pthread_cond_wait(&ring->changed, &ring->mutex) == 0);
	struct batch *batch = ring->is_stopped ? NULL : &ring->batches[ring->filled % BATCHES];
	check(pthread_mutex_unlock(&ring->mutex) == 0);
	return batch;
}

static struct batch *take_filled(struct ring *ring) {
	check(pthread_mutex_lock(&ring->mutex) == 0);
	while (ring->filled == ring->emptied)
		check(pthread_cond_wait(&ring->changed, &ring->mutex) == 0);
	struct batch *batch = &ring->batches[ring->emptied % BATCHES];
	check(pthread_mutex_unlock(&ring->mutex) == 0);
	return batch;
}

static void hand_over(struct ring *ring, uint64_t *counter) {
	check(pthread_mutex_lock(&ring->mutex) == 0);
	++*counter;
	check(pthread_cond_signal(&ring->changed) == 0);
	check(pthread_mutex_unlock(&ring->mutex) == 0);
}

/* --- reading: bytes and hashes --- */

static void find_fault(struct batch_entry *entry, enum finding_kind kind) {
	entry->is_faulty = true;
	entry->fault = kind;
}

static enum err choose_hash(struct trip *trip, const Pb__JournalEntry *entry) {
	if (!entry->genesis || strlen(entry->genesis->hash) >= sizeof(trip->hash))
		return ERR_NOT_FOUND;
	strcpy(trip->hash, entry->genesis->hash);
	return digest_new(trip->hash, &trip->digest);
}

static enum err unpack(struct trip *trip, struct batch *batch, struct batch_entry *entry,
    const char *data, size_t bytes) {
	ProtobufCMessage *message;
	enum err err = pb_unpack(&pb__journal_entry__descriptor, data, bytes, &batch->arena, &message);
	if (err == ERR_MEMORY)
		return err;
	if (err) {
		find_fault(entry, FINDING_UNREADABLE);
		return ERR_OK;
	}
	entry->entry = (const Pb__JournalEntry *)message;
	if (entry->seq == 0)
		entry->seq = entry->entry->seq;
	if (trip->digest)
		return ERR_OK;
	err = choose_hash(trip, entry->entry);
	return err == ERR_MEMORY ? err : ERR_OK;
}

static enum err take_entry(struct trip *trip, struct batch *batch, struct batch_entry *entry) {
	const char *data = batch->data.data + entry->offset;
	size_t bytes = entry->bytes;
	if (entry->has_header) {
		if (entry_verify(data, bytes) != ERR_OK)
			find_fault(entry, FINDING_CHECKSUM);
		size_t header = bytes < ENTRY_HEADER_BYTES ? bytes : ENTRY_HEADER_BYTES;
		data += header;
		bytes -= header;
	}
	if (!trip->config->is_only_hashes || !trip->digest) {
		enum err err = unpack(trip, batch, entry, data, bytes);
		if (err)
			return err;
	}
	if (!trip->digest) { /* no first entry: SHA-256 is what it would have been */
		strcpy(trip->hash, "SHA256");
		if (digest_new(trip->hash, &trip->digest) != ERR_OK)
			return ERR_MEMORY;
	}
	merkle_leaf(trip->digest, data, bytes, entry->leaf);
	return ERR_OK;
}

/* --- the tree --- */

static void compare_head(struct trip *trip, struct batch_head *head) {
	uint8_t root[DIGEST_BYTES];
	merkle_root(&trip->tree, trip->tree_digest, root);
	bool fits = head->is_readable && trip->tree.size == head->size &&
	    memcmp(root, head->root, sizeof(root)) == 0;
	head->is_wrong = !fits && !trip->is_off;
	trip->is_off = !fits;
	trip->last_head = head->size;
	trip->heads++;
}

static void compare_signed(struct trip *trip) {
	const struct journey_config *config = trip->config;
	while (trip->next_tree < config->n_trees &&
	    config->trees[trip->next_tree].size <= trip->tree.size) {
		struct signed_tree *tree = &config->trees[trip->next_tree++];
		uint8_t root[DIGEST_BYTES];
		merkle_root(&trip->tree, trip->tree_digest, root);
		tree->is_met = tree->size == trip->tree.size && memcmp(root, tree->root, sizeof(root)) == 0;
	}
}

static enum err grow_tree(struct trip *trip, struct batch *batch) {
	size_t head = 0;
	if (batch->count > 0 && !trip->tree_digest && digest_new(trip->hash, &trip->tree_digest))
		return ERR_MEMORY;
	for (size_t i = 0; i < batch->count; i++) {
		const struct batch_entry *entry = &batch->entries[i];
		merkle_append_leaf(&trip->tree, trip->tree_digest, entry->leaf);
		compare_signed(trip);
		while (head < batch->n_heads && batch->heads[head].size <= entry->seq)
			compare_head(trip, &batch->heads[head++]);
	}
	return ERR_OK;
}

/* --- reading --- */

static enum err take_batch(struct trip *trip, struct batch *batch) {
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < batch->count; i++)
		err = take_entry(trip, batch, &batch->entries[i]);
	if (!err && !trip->config->is_only_hashes)
		err = grow_tree(trip, batch);
	return err;
}

static void *read_all(void *arg) {
	struct trip *trip = arg;
	struct batch *batch;
	bool is_last = false;
	while (!is_last && (batch = take_empty(&trip->ring))) {
		batch_clear(batch);
		batch->error = trip->source.ops->read(trip->source.self, batch);
		is_last = batch->error || batch->count == 0;
		enum err err = take_batch(trip, batch);
		if (err)
			batch->error = err;
		batch->is_last = is_last = is_last || err;
		hand_over(&trip->ring, &trip->ring.filled);
	}
	return NULL;
}

/* --- checking --- */

static void say_heads(struct trip *trip, const struct batch *batch, size_t *head, uint64_t seq) {
	for (; *head < batch->n_heads && batch->heads[*head].size <= seq; ++*head)
		if (batch->heads[*head].is_wrong)
			auditor_miss(trip->auditor, batch->heads[*head].size, FINDING_TREE_HEAD, "root");
}

static void check_entry(struct trip *trip, const struct batch_entry *entry) {
	static const char *const words[] = {
		[FINDING_CHECKSUM] = "crc32c", [FINDING_UNREADABLE] = "protobuf"
	};
	struct journey_result *result = trip->result;
	if (entry->is_faulty)
		auditor_miss(trip->auditor, entry->seq, entry->fault, words[entry->fault]);
	if (entry->entry && !trip->config->is_only_hashes)
		auditor_take(trip->auditor, entry->entry, entry->seq);
	if (result->entries++ == 0)
		result->first = entry->seq;
	result->last = entry->seq;
}

/* What ended the reading before its end. */
static enum err end_of(struct trip *trip, const struct batch *batch) {
	if (batch->error != ERR_CORRUPT) {
		trip->result->reason = err_text(batch->error);
		return batch->error;
	}
	auditor_miss(trip->auditor, trip->result->last + 1, FINDING_FILE_DAMAGED,
	    batch->trouble ? batch->trouble : err_text(batch->error));
	return ERR_OK;
}

static enum err check_all(struct trip *trip) {
	const struct journey_config *config = trip->config;
	enum err err = ERR_OK;
	bool is_last = false;
	while (!err && !is_last) {
		struct batch *batch = take_filled(&trip->ring);
		size_t head = 0;
		if (config->is_only_hashes)
			err = grow_tree(trip, batch);
		for (size_t i = 0; i < batch->count; i++) {
			check_entry(trip, &batch->entries[i]);
			say_heads(trip, batch, &head, batch->entries[i].seq);
		}
		if (config->progress)
			config->progress(
			    config->progress_arg, &trip->source, batch->read, trip->result->entries);
		is_last = batch->is_last;
		if (!err && batch->error)
			err = end_of(trip, batch);
		hand_over(&trip->ring, &trip->ring.emptied);
	}
	return err;
}

/* --- both --- */

static enum err begin(struct trip *trip) {
	const struct tree_row *row = table_row(&trip->auditor->tree, 0);
	enum err err = ERR_OK;
	merkle_init(&trip->tree);
	if (*row->hash) {
		memcpy(trip->hash, row->hash, sizeof(trip->hash));
		err = digest_new(trip->hash, &trip->digest);
		if (!err)
			err = digest_new(trip->hash, &trip->tree_digest);
	}
	if (!err && row->packed_bytes)
		err = merkle_unpack(row->packed, row->packed_bytes, &trip->tree);
	trip->last_head = trip->tree.size;
	return err;
}

static void stop_reading(struct trip *trip, pthread_t thread) {
	struct ring *ring = &trip->ring;
	check(pthread_mutex_lock(&ring->mutex) == 0);
	ring->is_stopped = true;
	check(pthread_cond_signal(&ring->changed) == 0);
	check(pthread_mutex_unlock(&ring->mutex) == 0);
	check(pthread_join(thread, NULL) == 0);
}

static enum err run(struct trip *trip) {
	pthread_t thread;
	if (pthread_create(&thread, NULL, read_all, trip) != 0)
		return ERR_MEMORY;
	enum err err = check_all(trip);
	stop_reading(trip, thread);
	return err;
}

static void end(struct trip *trip) {
	struct tree_row *row = table_row(&trip->auditor->tree, 0);
	struct journey_result *result = trip->result;
	memcpy(row->hash, trip->hash, sizeof(row->hash));
	row->packed_bytes = merkle_pack(&trip->tree, row->packed);
	result->heads = trip->heads;
	result->size = trip->tree.size;
	if (trip->tree_digest)
		merkle_root(&trip->tree, trip->tree_digest, result->root);
	if (trip->source.has_heads && trip->last_head != trip->tree.size)
		auditor_miss(trip->auditor, result->last, FINDING_TREE_HEAD, "none for the newest entry");
	for (size_t i = 0; i < trip->config->n_trees; i++)
		if (!trip->config->trees[i].is_met)
			auditor_miss(trip->auditor, trip->config->trees[i].size, FINDING_CHECKPOINT,
			    trip->config->trees[i].name);
}

enum err journey(struct auditor *auditor, const struct journey_config *config,
    struct journey_result *ret_result) {
	struct trip *trip = calloc(1, sizeof(*trip));
	*ret_result = (struct journey_result){ .reason = "out of memory" };
	if (!trip)
		return ERR_MEMORY;
	trip->config = config;
	trip->auditor = auditor;
	trip->result = ret_result;
	check(pthread_mutex_init(&trip->ring.mutex, NULL) == 0);
	check(pthread_cond_init(&trip->ring.changed, NULL) == 0);
	for (size_t i = 0; i < BATCHES; i++)
		batch_init(&trip->ring.batches[i]);
	enum err err = begin(trip);
	if (!err)
		err = source_open(config->path, trip->tree.size, &trip->source, &ret_result->reason);
	if (!err)
		err = run(trip);
	if (!err)
		end(trip);
	if (!err && !config->is_only_hashes)
		err = auditor_end(auditor);
	source_close(&trip->source);
	for (size_t i = 0; i < BATCHES; i++)
		batch_done(&trip->ring.batches[i]);
	pthread_cond_destroy(&trip->ring.changed);
	pthread_mutex_destroy(&trip->ring.mutex);
	digest_free(trip->digest);
	digest_free(trip->tree_digest);
	free(trip);
	return err;
}
