/* SPDX-License-Identifier: Apache-2.0 */
#include "starve.h"

#include "support/allocations.h"

#include <stddef.h>

static struct starvation *_Atomic current;
static _Thread_local bool is_thread_spared __attribute__((tls_model("initial-exec")));

void starve_start(struct starvation *starvation) {
	current = starvation;
}

void starve_spare(bool is_spared) {
	is_thread_spared = is_spared;
}

#ifdef SANITIZED

bool starve_can(void) {
	return false;
}

#else

bool starve_can(void) {
	return true;
}

bool allocation_fails(void) {
	struct starvation *starvation = current;
	if (!starvation || is_thread_spared)
		return false;
	uint64_t call = atomic_fetch_add(&starvation->calls, 1) + 1;
	if (!starvation->nth || call < starvation->nth || call - starvation->nth >= starvation->length)
		return false;
	atomic_fetch_add(&starvation->hits, 1);
	return true;
}

#endif
