/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the journal ahead of its replay, on a thread of its own: while one group is applied, the
 * next is decoded and proved.
 */
#ifndef ENGINE_LOADER_H
#define ENGINE_LOADER_H

#include "engine/group.h"

struct loader;

/* `reader` is the loader's until loader_stop(). */
enum err loader_start(struct group_reader *reader, struct loader **ret_loader) MUST_CHECK;
void loader_stop(struct loader *loader); /* accepts NULL */

/* The next group, valid until the next call; count 0: the end. After an error or the end there is
 * nothing more to ask for. */
enum err loader_next(struct loader *loader, const struct group **ret_group) MUST_CHECK;

#endif
