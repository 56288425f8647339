/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/batch.h"

#include "record/pb.h"

#include <stdlib.h>
#include <string.h>

void batch_init(struct batch *batch) {
	*batch = (struct batch){ 0 };
	buffer_init(&batch->data, 0);
	arena_init(&batch->arena, 0);
}

void batch_done(struct batch *batch) {
	buffer_done(&batch->data);
	arena_done(&batch->arena);
	free(batch->heads);
}

void batch_clear(struct batch *batch) {
	buffer_clear(&batch->data);
	arena_reset(&batch->arena);
	batch->count = 0;
	batch->n_heads = 0;
	batch->is_last = false;
	batch->error = ERR_OK;
	batch->trouble = NULL;
}

bool batch_is_full(const struct batch *batch) {
	return batch->count == BATCH_ENTRIES || batch->data.bytes >= BATCH_BYTES;
}

enum err batch_add(
    struct batch *batch, uint64_t seq, const void *data, size_t bytes, bool has_header) {
	struct batch_entry *entry = &batch->entries[batch->count];
	*entry = (struct batch_entry){
		.seq = seq, .offset = batch->data.bytes, .bytes = bytes, .has_header = has_header
	};
	buffer_append(&batch->data, data, bytes);
	enum err err = buffer_error(&batch->data);
	if (!err)
		batch->count++;
	return err;
}

static bool read_head(
    struct batch *batch, const void *data, size_t bytes, struct batch_head *head) {
	ProtobufCMessage *message;
	if (pb_unpack(&pb__tree_head__descriptor, data, bytes, &batch->arena, &message) != ERR_OK)
		return false;
	const Pb__TreeHead *stored = (const Pb__TreeHead *)message;
	if (stored->size != head->size || !stored->root || stored->root->value.len != DIGEST_BYTES)
		return false;
	memcpy(head->root, stored->root->value.data, DIGEST_BYTES);
	return true;
}

enum err batch_add_head(struct batch *batch, uint64_t size, const void *data, size_t bytes) {
	if (batch->n_heads == batch->heads_room) {
		size_t room = 2 * batch->heads_room + 64;
		struct batch_head *heads = realloc(batch->heads, room * sizeof(*heads));
		if (!heads)
			return ERR_MEMORY;
		batch->heads = heads;
		batch->heads_room = room;
	}
	struct batch_head *head = &batch->heads[batch->n_heads++];
	*head = (struct batch_head){ .size = size };
	head->is_readable = read_head(batch, data, bytes, head);
	return ERR_OK;
}
