/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The groups go round: the thread fills a free one and makes it ready, the caller takes the ready
 * one and, at the next call, frees it. The semaphores count both and hand over the memory.
 */
#include "engine/loader.h"

#include "base/check.h"
#include "engine/thread.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { GROUPS = 3 }; /* one applied, one ready, one being read */

struct loaded {
	struct group group;
	enum err err;
};

struct loader {
	struct group_reader *reader;
	struct loaded ring[GROUPS];
	sem_t free_count;
	sem_t ready_count;
	_Atomic bool is_stopping;
	size_t next; /* the caller's place in the ring */
	bool has_taken;
	pthread_t thread;
};

static void wait_for(sem_t *count) {
	while (sem_wait(count) != 0)
		check(errno == EINTR);
}

static void *run(void *arg) {
	struct loader *loader = arg;
	bool is_done = false;
	for (size_t at = 0; !is_done; at = (at + 1) % GROUPS) {
		struct loaded *loaded = &loader->ring[at];
		wait_for(&loader->free_count);
		if (atomic_load(&loader->is_stopping))
			break;
		loaded->err = group_read(loader->reader, &loaded->group);
		is_done = loaded->err || !loaded->group.count;
		check(sem_post(&loader->ready_count) == 0);
	}
	return NULL;
}

enum err loader_next(struct loader *loader, const struct group **ret_group) {
	if (loader->has_taken)
		check(sem_post(&loader->free_count) == 0);
	wait_for(&loader->ready_count);
	struct loaded *loaded = &loader->ring[loader->next];
	loader->next = (loader->next + 1) % GROUPS;
	loader->has_taken = true;
	if (!loaded->err)
		*ret_group = &loaded->group;
	return loaded->err;
}

static void free_all(struct loader *loader) {
	for (size_t i = 0; i < GROUPS; i++)
		group_done(&loader->ring[i].group);
	sem_destroy(&loader->free_count);
	sem_destroy(&loader->ready_count);
	free(loader);
}

enum err loader_start(struct group_reader *reader, struct loader **ret_loader) {
	struct loader *loader = calloc(1, sizeof(*loader));
	if (!loader)
		return ERR_MEMORY;
	loader->reader = reader;
	for (size_t i = 0; i < GROUPS; i++)
		group_init(&loader->ring[i].group);
	check(sem_init(&loader->free_count, 0, GROUPS) == 0);
	check(sem_init(&loader->ready_count, 0, 0) == 0);
	enum err err = thread_start(&loader->thread, "loader", run, loader);
	if (err)
		free_all(loader);
	else
		*ret_loader = loader;
	return err;
}

void loader_stop(struct loader *loader) {
	if (!loader)
		return;
	atomic_store(&loader->is_stopping, true);
	check(sem_post(&loader->free_count) == 0);
	thread_join(loader->thread);
	free_all(loader);
}
