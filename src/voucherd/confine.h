/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon gives up before it opens anything: the rights of root, core files, and system
 * calls that it never makes and whoever took it over would. What systemd's unit says besides
 * (contrib/systemd) holds without it, for a daemon started by hand.
 *
 * For the main thread, before any other is started; nothing of it can be taken back.
 */
#ifndef VOUCHERD_CONFINE_H
#define VOUCHERD_CONFINE_H

#include "base/err.h"

/* From root to this user and the groups that it is in. ERR_NOT_FOUND: there is no such user, or it
 * is root. ERR_DENIED: we are not root, and not that user. ERR_IO: it did not work; the process
 * must not go on. */
enum err confine_become(const char *user) MUST_CHECK;

/* No core file, and no look into the memory by other processes of the same user: keys, tokens and
 * the particulars of persons are in it. ERR_IO. */
enum err confine_hide_memory(void) MUST_CHECK;

/* From now on no thread runs another program, traces a process, mounts, loads into the kernel, or
 * gains rights by running something: these calls fail with EPERM. ERR_IO: the kernel has no
 * filters. Does nothing in a build with sanitizers, which trace at the end. */
enum err confine_forbid_calls(void) MUST_CHECK;

#endif
