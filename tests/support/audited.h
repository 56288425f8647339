/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger's entries through the auditor (src/voucher-audit), and what it finds. What a test's
 * ledger did on its way is sound, or the test learns what is not.
 */
#ifndef TESTS_SUPPORT_AUDITED_H
#define TESTS_SUPPORT_AUDITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct audited;

struct audited_finding {
	uint64_t seq;
	const char *kind; /* "amount": as in the auditor's report */
	const char *where;
	uint64_t money;
	const char *text; /* all of it, for people; until the next is asked for */
};

/* What fails here fails the Check test. */
struct audited *audited_new(void);
void audited_free(struct audited *audited);

/* The next entry, as record/entry.h encodes it, filed under this number. */
void audited_take(struct audited *audited, uint64_t seq, const void *data, size_t bytes);

/* After the last: what only the whole shows. */
void audited_end(struct audited *audited);

/* What was found, in its order. False: no more. */
bool audited_found(const struct audited *audited, uint64_t at, struct audited_finding *ret_finding);

/* Nothing may have been found so far, but of this kind (NULL: none). */
void audited_expect_clean(const struct audited *audited, const char *kind_allowed);

#endif
