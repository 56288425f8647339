/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running daemon: its parts, brought up in the order of one table and down in the reverse.
 *
 * One thread calls all of this, the one that also waits for signals.
 */
#ifndef VOUCHERD_SERVICE_H
#define VOUCHERD_SERVICE_H

#include "base/err.h"
#include "voucherd/options.h"

struct service;

/* Starts everything. On failure nothing runs any more; a log line says which stage failed and
 * why. */
enum err service_start(const struct settings *settings, struct service **ret_service) MUST_CHECK;

/* New values of the reloadable options, and a new try after a full disk. On failure the old ones
 * stay; logged either way. */
enum err service_reload(struct service *service, const struct settings *settings) MUST_CHECK;

/* Whether the files that the settings name can be used. */
enum err service_check(const struct settings *settings, const char **ret_detail) MUST_CHECK;

/* Stops accepting, finishes what is in the queue, checkpoints, frees. Accepts NULL. */
void service_stop(struct service *service);

#endif
