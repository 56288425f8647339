/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runs a fuzz target where libFuzzer is not: every file of its corpus once, then mutations of
 * them, the same ones in every run with the same seed. For `make check`; it has no coverage to
 * guide it and is no replacement for libFuzzer.
 *
 *	fuzz_json [FILE|DIRECTORY]…
 *
 * Without arguments: the corpus that the target was built with (FUZZ_CORPUS). Environment:
 * FUZZ_RUNS (mutations; by default as many as two seconds allow, 100,000 at most), FUZZ_SEED. When
 * the target dies, the input is in fuzz-crash.bin.
 */
#include "base/check.h"
#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUT_BYTES_MAX = 1 << 16, SEEDS_MAX = 4096, RUNS = 100000, CHANGES_MAX = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct input {
	uint8_t *data;
	size_t bytes;
};

static struct input seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t random_state;
static struct input running;

/* --- when the target dies --- */

static void keep_input(void) {
	int fd = open("fuzz-crash.bin", O_CREAT | O_WRONLY | O_TRUNC, 0600);
	if (fd >= 0 && write(fd, running.data, running.bytes) == (ssize_t)running.bytes)
		(void)!write(STDERR_FILENO, "the input is in fuzz-crash.bin\n", 31);
}

static void die(int number) {
	keep_input();
	signal(number, SIG_DFL);
	raise(number);
}

/* --- running --- */

/* Each run has its input in memory of its own, so that a sanitizer sees a read beyond it. */
static void run(const uint8_t *data, size_t bytes) {
	running = (struct input){ .data = malloc(bytes ? bytes : 1), .bytes = bytes };
	check(running.data);
	memcpy(running.data, data, bytes);
	LLVMFuzzerTestOneInput(running.data, bytes);
	free(running.data);
}

static void load_file(const char *path) {
	static uint8_t room[INPUT_BYTES_MAX];
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(2);
	}
	size_t bytes = fread(room, 1, sizeof(room), file);
	fclose(file);
	check(seed_count < SEEDS_MAX);
	struct input *seed = &seeds[seed_count++];
	*seed = (struct input){ .data = malloc(bytes ? bytes : 1), .bytes = bytes };
	check(seed->data);
	memcpy(seed->data, room, bytes);
}

static void load(const char *path) {
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort);
	if (count < 0) {
		load_file(path);
		return;
	}
	for (int i = 0; i < count; i++) {
		char child[4096];
		snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			load_file(child);
		free(names[i]);
	}
	free(names);
}

/* --- mutations --- */

static size_t random_below(size_t limit) {
	uint64_t z = random_state += 0x9e3779b97f4a7c15; /* splitmix64 */
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (size_t)((z ^ z >> 31) % limit);
}

/* Puts `piece` in place of `cut` bytes at `at`, as far as there is room. */
static void replace(
    struct input *input, size_t at, size_t cut, const uint8_t *piece, size_t bytes) {
	if (input->bytes - cut + bytes > INPUT_BYTES_MAX)
		return;
	uint8_t copy[64];
	bytes = bytes < sizeof(copy) ? bytes : sizeof(copy);
	if (bytes)
		memcpy(copy, piece, bytes); /* it may lie within the input */
	memmove(input->data + at + bytes, input->data + at + cut, input->bytes - at - cut);
	if (bytes)
		memcpy(input->data + at, copy, bytes);
	input->bytes += bytes - cut;
}

static void change(struct input *input) {
	static const uint8_t odd[] = { 0x00, 0x01, 0x0a, 0x0d, 0x20, 0x22, 0x2d, 0x30, 0x39, 0x5b, 0x5c,
		0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xff };
	const struct input *other = &seeds[random_below(seed_count)];
	size_t at = random_below(input->bytes + 1), left = input->bytes - at;
	size_t piece = random_below(32) + 1;
	size_t from = random_below(other->bytes + 1);
	uint8_t byte = (uint8_t)random_below(256);
	switch (random_below(7)) {
	case 0:
		if (left)
			input->data[at] ^= (uint8_t)(1 << random_below(8));
		break;
	case 1: replace(input, at, left > 0, &odd[random_below(sizeof(odd))], 1); break;
	case 2: replace(input, at, left > 0, &byte, 1); break;
	case 3: replace(input, at, 0, &odd[random_below(sizeof(odd))], 1); break;
	case 4: replace(input, at, piece < left ? piece : left, NULL, 0); break;
	case 5: replace(input, at, 0, input->data + at, piece < left ? piece : left); break;
	default:
		if (piece > other->bytes - from)
			piece = other->bytes - from;
		replace(
		    input, at, left < piece ? left : random_below(piece + 1), other->data + from, piece);
	}
}

static void run_mutations(void) {
	static uint8_t room[INPUT_BYTES_MAX + 64];
	const char *runs_text = getenv("FUZZ_RUNS"), *seed_text = getenv("FUZZ_SEED");
	size_t runs = runs_text ? strtoull(runs_text, NULL, 10) : RUNS, done = 0;
	int64_t end_us = clock_monotonic_us() + 2 * US_PER_S;
	random_state = seed_text ? strtoull(seed_text, NULL, 10) : 1;
	while (done < runs && (runs_text || clock_monotonic_us() < end_us)) {
		const struct input *seed = &seeds[random_below(seed_count)];
		struct input input = { .data = room, .bytes = seed->bytes };
		memcpy(room, seed->data, seed->bytes);
		for (size_t changes = random_below(CHANGES_MAX) + 1; changes; changes--)
			change(&input);
		run(input.data, input.bytes);
		done++;
	}
	printf("%zu seeds, %zu mutations\n", seed_count, done);
}

int main(int argc, char **argv) {
	static const int deadly[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], die);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(keep_input);
	for (int i = 1; i < argc; i++)
		load(argv[i]);
	if (argc < 2)
		load(FUZZ_CORPUS);
	if (!seed_count) {
		fprintf(stderr, "the corpus is empty\n");
		return 2;
	}
	for (size_t i = 0; i < seed_count; i++)
		run(seeds[i].data, seeds[i].bytes);
	run_mutations();
	for (size_t i = 0; i < seed_count; i++)
		free(seeds[i].data);
	return 0;
}
