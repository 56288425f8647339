/* SPDX-License-Identifier: Apache-2.0 */
/* Files of this source tree, and the profiles of banks that come with it. */
#ifndef TESTS_UNIT_FINANCE_BANK_FILES_H
#define TESTS_UNIT_FINANCE_BANK_FILES_H

#include "base/buffer.h"
#include "finance/bank_profile.h"

/* `path` from the top of the tree. The buffer is initialised, and the caller's to free. */
void bank_files_read(const char *path, struct buffer *ret_content);

/* contrib/bank-profiles/NAME.ini */
void bank_files_profile(const char *name, struct arena *arena, struct bank_profile *ret_profile);

#endif
