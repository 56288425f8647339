/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where something is within a message, as people write it: "commands[3].rules.tiers[2].ratio_bp".
 * It is made only when it is needed, from the inside out. What does not fit is left out at the end.
 */
#ifndef RECORD_PATH_H
#define RECORD_PATH_H

#include <stddef.h>

#define PATH_BYTES 160

/*
 * Puts a field or an element in front of `path`, which begins as "". `name` may come from outside.
 */
void path_prefix_field(char path[PATH_BYTES], const char *name);
void path_prefix_element(char path[PATH_BYTES], size_t index);

#endif
