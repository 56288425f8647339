/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong: a kind, the entry that shows it, and the money that it is about. Kept in a table,
 * so that what an earlier audit found is said again by the next one. Past FINDINGS_KEPT they are
 * counted only.
 */
#ifndef VOUCHER_AUDIT_FINDING_H
#define VOUCHER_AUDIT_FINDING_H

#include "voucher-audit/store.h"

#define FINDINGS_KEPT       10000
#define FINDING_WHERE_BYTES 88

/* Every kind: its name, its sentence in English and in Chinese (finding_kinds.c has these). The
 * names are part of the JSON report: they never change. */
#define FINDING_KINDS(X)                                                                           \
	X(FILE_DAMAGED, "file_damaged")                                                                \
	X(SEQUENCE, "sequence")                                                                        \
	X(CHECKSUM, "checksum")                                                                        \
	X(UNREADABLE, "unreadable")                                                                    \
	X(TREE_HEAD, "tree_head")                                                                      \
	X(CHECKPOINT, "checkpoint")                                                                    \
	X(TIME, "time")                                                                                \
	X(FOREIGN, "foreign")                                                                          \
	X(SHAPE, "shape")                                                                              \
	X(ID_TWICE, "id_twice")                                                                        \
	X(POSTING_SUM, "posting_sum")                                                                  \
	X(POSTINGS, "postings")                                                                        \
	X(BALANCE, "balance")                                                                          \
	X(IDENTITY, "identity")                                                                        \
	X(ACTOR, "actor")                                                                              \
	X(ROLE, "role")                                                                                \
	X(OWNER, "owner")                                                                              \
	X(REGION, "region")                                                                            \
	X(FOUR_EYES, "four_eyes")                                                                      \
	X(UNKNOWN_OBJECT, "unknown_object")                                                            \
	X(STATE, "state")                                                                              \
	X(DEADLINE, "deadline")                                                                        \
	X(AMOUNT, "amount")                                                                            \
	X(DECISION, "decision")                                                                        \
	X(USED_TWICE, "used_twice")                                                                    \
	X(DIGEST, "digest")                                                                            \
	X(BANK, "bank")                                                                                \
	X(PERIOD, "period")

enum finding_kind {
#define FINDING_KIND(name, text) FINDING_##name,
	FINDING_KINDS(FINDING_KIND)
#undef FINDING_KIND
	    FINDING_KIND_COUNT
};

/* A row of the table. */
struct finding {
	uint64_t seq;    /* the entry; 0: the ledger as a whole */
	uint64_t object; /* the voucher, claim, … by its id; 0: none in particular */
	int64_t want;    /* what it must be; with has_numbers */
	int64_t have;    /* and what it is */
	uint64_t money;  /* minor units that this is about: |have − want| mostly; 0: not of money */
	uint32_t kind;
	uint32_t has_numbers;
	char where[FINDING_WHERE_BYTES]; /* the field, account or rule, such as "decision.amount" */
};

struct findings {
	struct table rows;
	struct table counts; /* by kind, then finding_totals */
};

struct finding_totals {
	uint64_t count;
	uint64_t entries;  /* that something is wrong with */
	uint64_t money;    /* of each entry the most that one of its findings is about; saturates */
	uint64_t last_seq; /* of the newest finding, and what was counted for it */
	uint64_t last_money;
};

enum err findings_open(struct findings *findings, struct store *store) MUST_CHECK;

/* Counts it, and keeps it while there is room. Entries in rising order, 0 whenever. */
void findings_add(struct findings *findings, const struct finding *finding);

const struct finding_totals *findings_totals(const struct findings *findings);
uint64_t findings_count(const struct findings *findings, enum finding_kind kind);

const char *finding_name(enum finding_kind kind);
const char *finding_sentence(enum finding_kind kind); /* in English */
const char *finding_sentence_zh(enum finding_kind kind);

#endif
