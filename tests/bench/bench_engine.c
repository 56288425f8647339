/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_engine: how fast the engine is without a network, and how fast a ledger is rebuilt.
 *
 *	bench_engine DIRECTORY [RESERVATIONS [SECONDS]]
 *
 * Makes a ledger in DIRECTORY/ledger with RESERVATIONS (100,000) reservations, each on a voucher of
 * its own, redeems from them at random for SECONDS (5) in each of the ways below, then deletes the
 * state and opens it again. Commands are built as the measurement runs, as a server would unpack
 * them. Latency is from submission to done(). "cpu" is the processor time of the whole process,
 * clients and checkpoints included.
 */
#include "base/clock.h"
#include "support/stage.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	THREADS_MAX = 2,
	SLOTS_MAX = 1024, /* calls in flight per thread */
	SAMPLES_MAX = 1 << 22,
};

static const struct way {
	const char *name;
	int threads;
	size_t slots; /* calls in flight per thread */
	size_t batch; /* commands per call */
} ways[] = {
	{ "batches of 1,000, one at a time", 1, 1, 1000 },
	{ "batches of 1,000, four in flight", 1, 4, 1000 },
	{ "single commands, 2 threads, one at a time each", 2, 1, 1 },
	{ "single commands, 2 threads, 64 in flight each", 2, 64, 1 },
	{ "single commands, 2 threads, 512 in flight each", 2, 512, 1 },
};

static struct engine *engine;
static uint64_t startup;
static uint64_t *reservations;
static size_t reservation_count;
static int64_t end_us;

struct slot {
	struct engine_call call;
	struct arena arena;
	struct client *client;
	int64_t start_us;
	int64_t end_us;
	struct slot *next; /* done, newest first */
};

struct client {
	pthread_t thread;
	const struct way *way;
	uint64_t random;
	_Atomic(struct slot *) done;
	sem_t wakeup;
	struct slot slots[SLOTS_MAX];
	uint64_t commands;
	uint64_t refused;
	size_t sample_count;
	uint32_t samples[SAMPLES_MAX]; /* µs per call */
};

static struct client *clients;

static uint64_t random_next(struct client *client) {
	client->random ^= client->random << 13;
	client->random ^= client->random >> 7;
	client->random ^= client->random << 17;
	return client->random;
}

static void on_done(struct engine_call *call) {
	struct slot *slot = (struct slot *)call;
	struct client *client = slot->client;
	slot->end_us = clock_monotonic_us();
	struct slot *newest = atomic_load(&client->done);
	do
		slot->next = newest;
	while (!atomic_compare_exchange_weak(&client->done, &newest, slot));
	if (!newest)
		sem_post(&client->wakeup);
}

static void submit(struct client *client, struct slot *slot) {
	Pb__Command *commands[1000];
	size_t count = client->way->batch;
	arena_reset(&slot->arena);
	for (size_t i = 0; i < count; i++)
		commands[i] = stage_redeem(
		    &slot->arena, reservations[random_next(client) % reservation_count], 1);
	slot->client = client;
	slot->call = (struct engine_call){
		.batch = stage_batch(&slot->arena, commands, count),
		.principal = startup,
		.arena = &slot->arena,
		.done = on_done,
	};
	slot->start_us = clock_monotonic_us();
	enum err err = engine_submit(engine, &slot->call);
	if (err) {
		fprintf(stderr, "bench_engine: submit: %s\n", err_text(err));
		exit(EXIT_FAILURE);
	}
}

static void count(struct client *client, const struct slot *slot) {
	const Pb__BatchReply *reply = slot->call.reply;
	for (size_t i = 0; reply && i < reply->n_replies; i++)
		client->refused += reply->replies[i]->outcome != PB__OUTCOME__OUTCOME_OK;
	client->commands += client->way->batch;
	if (client->sample_count < SAMPLES_MAX)
		client->samples[client->sample_count++] = (uint32_t)(slot->end_us - slot->start_us);
}

static void *run_client(void *arg) {
	struct client *client = arg;
	size_t in_flight = client->way->slots;
	for (size_t i = 0; i < in_flight; i++)
		submit(client, &client->slots[i]);
	while (in_flight) {
		while (sem_wait(&client->wakeup) != 0)
			;
		struct slot *slot = atomic_exchange(&client->done, NULL);
		for (struct slot *next; slot; slot = next) {
			next = slot->next;
			count(client, slot);
			if (clock_monotonic_us() < end_us)
				submit(client, slot);
			else
				in_flight--;
		}
	}
	return NULL;
}

static int64_t cpu_us(void) {
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S + usage.ru_utime.tv_usec +
	    usage.ru_stime.tv_usec;
}

static int compare_u32(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

struct cost {
	int64_t wall_us;
	int64_t cpu_us;
};

static void report(
    const struct way *way, struct cost cost, uint32_t *samples, size_t sample_count) {
	uint64_t commands = 0, refused = 0;
	for (int i = 0; i < way->threads; i++) {
		commands += clients[i].commands;
		refused += clients[i].refused;
	}
	qsort(samples, sample_count, sizeof(samples[0]), compare_u32);
	printf("%-48s %9.0f commands/s  cpu %.1f µs  p50 %.2f ms  p99 %.2f ms  max %.2f ms%s\n",
	    way->name, (double)commands * 1e6 / (double)cost.wall_us,
	    (double)cost.cpu_us / (double)commands, samples[sample_count / 2] / 1e3,
	    samples[sample_count - 1 - sample_count / 100] / 1e3, samples[sample_count - 1] / 1e3,
	    refused ? "  (SOME REFUSED)" : "");
	fflush(stdout);
}

static void measure(const struct way *way, int seconds) {
	int64_t start_us = clock_monotonic_us(), start_cpu_us = cpu_us();
	size_t sample_count = 0;
	end_us = start_us + seconds * US_PER_S;
	for (int i = 0; i < way->threads; i++) {
		struct client *client = &clients[i];
		client->way = way;
		client->commands = client->refused = 0;
		client->sample_count = 0;
		if (pthread_create(&client->thread, NULL, run_client, client) != 0)
			abort();
	}
	for (int i = 0; i < way->threads; i++) {
		pthread_join(clients[i].thread, NULL);
		sample_count += clients[i].sample_count;
	}
	const struct cost cost = {
		.wall_us = clock_monotonic_us() - start_us,
		.cpu_us = cpu_us() - start_cpu_us,
	};
	uint32_t *samples = malloc(sample_count * sizeof(samples[0]));
	if (!samples)
		abort();
	for (int i = 0, at = 0; i < way->threads; i++) {
		memcpy(samples + at, clients[i].samples, clients[i].sample_count * sizeof(samples[0]));
		at += (int)clients[i].sample_count;
	}
	report(way, cost, samples, sample_count);
	free(samples);
}

static void prepare(const char *directory) {
	int64_t start_us = clock_monotonic_us(), start_cpu_us = cpu_us();
	stage_create(directory);
	engine = stage_open(directory);
	startup = stage_set_up(engine, reservation_count);
	reservations = calloc(reservation_count, sizeof(reservations[0]));
	clients = calloc(THREADS_MAX, sizeof(clients[0]));
	if (!reservations || !clients)
		abort();
	for (int i = 0; i < THREADS_MAX; i++) {
		clients[i].random = 0x9e3779b97f4a7c15 + (uint64_t)i;
		sem_init(&clients[i].wakeup, 0, 0);
		for (size_t k = 0; k < SLOTS_MAX; k++)
			arena_init(&clients[i].slots[k].arena, 0);
	}
	stage_reserve(engine, startup, reservations, reservation_count);
	int64_t took_us = clock_monotonic_us() - start_us;
	double commands = (double)engine_last_seq(engine);
	printf("%-48s %9.0f commands/s  cpu %.1f µs  (4 kinds, batches of 1,000)\n", "preparing",
	    commands * 1e6 / (double)took_us, (double)(cpu_us() - start_cpu_us) / commands);
}

static void rebuild(const char *directory) {
	char command[600];
	uint64_t last = engine_last_seq(engine);
	int64_t start_us = clock_monotonic_us();
	engine_close(engine);
	printf("%-48s %9.2f s\n", "closing, with a checkpoint",
	    (double)(clock_monotonic_us() - start_us) / 1e6);
	snprintf(command, sizeof(command), "rm -r '%s/state'", directory);
	if (system(command) != 0)
		exit(EXIT_FAILURE);
	start_us = clock_monotonic_us();
	int64_t start_cpu_us = cpu_us();
	engine = stage_open(directory);
	int64_t took_us = clock_monotonic_us() - start_us;
	printf("%-48s %9.0f entries/s   cpu %.1f µs  (%" PRIu64 " entries in %.2f s)\n",
	    "rebuilding the state", (double)last * 1e6 / (double)took_us,
	    (double)(cpu_us() - start_cpu_us) / (double)last, last, (double)took_us / 1e6);
	engine_close(engine);
}

int main(int argc, char **argv) {
	char directory[500];
	if (argc < 2 || argc > 4) {
		fprintf(stderr, "Usage: bench_engine DIRECTORY [RESERVATIONS [SECONDS]]\n");
		return 2;
	}
	snprintf(directory, sizeof(directory), "%s/ledger", argv[1]);
	reservation_count = argc > 2 ? strtoull(argv[2], NULL, 10) : 100000;
	int seconds = argc > 3 ? atoi(argv[3]) : 5;
	prepare(directory);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		measure(&ways[i], seconds);
	rebuild(directory);
	return EXIT_SUCCESS;
}
