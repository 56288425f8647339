/* SPDX-License-Identifier: Apache-2.0 */
/* Where a file that is being written goes. */
#ifndef FINANCE_SINK_H
#define FINANCE_SINK_H

#include "base/err.h"

#include <stddef.h>

struct sink {
	/* Takes the next bytes of the file. What it returns ends the writing. */
	enum err (*write)(void *user, const void *data, size_t bytes);
	void *user;
	/* XLSX: the file itself, made or emptied; its library writes nowhere else. NULL: none. */
	const char *path;
};

#endif
