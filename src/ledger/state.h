/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of the ledger as its rules see it: rows in tables. An interface; src/engine puts the
 * store behind it.
 *
 * Everything here is derived from the journal by ledger_apply() and may be thrown away and made
 * again. A row is a plain struct from ledger/rows.h; where deciding needs a whole message (a rule
 * set, a party's particulars, an admission) it is that message, packed. What never changes and
 * decides nothing is not copied into a row: the id of an object is the sequence number of the entry
 * that made it, and the rest is read there.
 */
#ifndef LEDGER_STATE_H
#define LEDGER_STATE_H

#include "base/arena.h"
#include "ledger/key.h"
#include "record/personal.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers are stored: append only. Comments give key → row; keys are big-endian, so they sort by
 * number. */
enum table {
	TABLE_LEDGER = 1,         /* () → ledger_row */
	TABLE_FUND = 2,           /* fund id → fund_row */
	TABLE_FUND_CODE = 3,      /* code → id */
	TABLE_PROGRAMME = 4,      /* programme id → programme_row */
	TABLE_PROGRAMME_CODE = 5, /* code → id */
	TABLE_RULES = 6,          /* programme id, version → packed RuleSet */
	TABLE_PARTY = 7,          /* party id → party_row */
	TABLE_PARTY_CODE = 8,     /* code → id */
	TABLE_ADMISSION = 9,      /* programme id, party id → packed AdmitProvider, the newest */
	TABLE_PRINCIPAL = 10,     /* principal id → principal_row */
	TABLE_CREDENTIAL = 11,    /* SHA-256 of key or token → principal id */
	TABLE_APPLICATION = 12,   /* application id → application_row */
	TABLE_VOUCHER = 13,       /* voucher id → voucher_row */
	TABLE_RESERVATION = 14,   /* reservation id → reservation_row */
	TABLE_CONTRACT = 15,      /* contract number, normalised → reservation id */
	TABLE_CLAIM = 16,         /* claim id → claim_row */
	TABLE_INVOICE = 17,       /* invoice code, '/', number → claim id: the newest that named it */
	TABLE_SETTLEMENT = 18,    /* settlement id → settlement_row */
	TABLE_PAYMENT = 19,       /* settlement id, number → payment_row */
	/* 20 is not used */
	TABLE_BALANCE = 21,     /* account kind, owner, party → balance_row */
	TABLE_USAGE = 22,       /* usage kind, programme id, subject, year → usage_row */
	TABLE_COMMAND = 23,     /* command id (16 bytes) → journal sequence */
	TABLE_BY_PARTY = 24,    /* party id, table, object id → nothing: what concerns a party */
	TABLE_PARTICULARS = 25, /* party id → packed RegisterParty, as updated since */
	TABLE_CURRENCY = 26,    /* ISO 4217 code → id_row: index in the ledger's currency table */
	TABLE_APPLIED = 27,    /* application id → packed Apply, of other instruments than vouchers */
	TABLE_CONTROLLER = 28, /* a controller's code → id: of the entry that first named it */
	TABLE_PERSON = 29,     /* person → id of its first principal */
	TABLE_BENEFICIARY = 30, /* programme id, beneficiary → id: of the entry that first named it */
	TABLE_AGREEMENT = 31,   /* programme id, party id → packed RecordAgreement, the newest */
	TABLE_STANDING = 32,    /* programme id, party id → standing_row */
	TABLE_DUE = 33,         /* time µs, enum due_kind, object id → nothing (ledger/due.h) */
	TABLE_VOUCHER_CODE = 34,     /* voucher code without hyphens → voucher id */
	TABLE_TOPPED = 35,           /* programme id, claim id → application id */
	TABLE_CLAWBACK = 36,         /* clawback id → clawback_row */
	TABLE_SAMPLE = 37,           /* sample id → id_row: its programme */
	TABLE_TAKE_UP = 38,          /* programme id, region, category number, month → take_up_row */
	TABLE_CATEGORY = 39,         /* programme id, category → id_row: its number, from 1 */
	TABLE_CLOCK = 40,            /* programme id, enum clock_step → clock_row */
	TABLE_ASSIGNMENT = 41,       /* party id → packed AssignParty, the newest */
	TABLE_PUBLISHED = 42,        /* programme id (0: all), ~seq of publication → claim id */
	TABLE_PAID = 43,             /* programme id, seq of the first payment, claim id → nothing */
	TABLE_HOUSE = 44,            /* house account id → house_row */
	TABLE_HOUSE_CODE = 45,       /* code → id */
	TABLE_BANK_LINE = 46,        /* house account id, number → bank_line_row */
	TABLE_BANK_SERIAL = 47,      /* house account id, serial → id_row: the line's number */
	TABLE_STATEMENT = 48,        /* statement id → statement_row */
	TABLE_STATEMENT_FILE = 49,   /* house account id, SHA-256 of the file → statement id */
	TABLE_STATEMENT_NUMBER = 50, /* house account id, the bank's number → statement id */
	TABLE_MATCH = 51,            /* house account id, leading line, index → match_row */
	TABLE_AWAITED = 52, /* house account id, amount, settlement, payment, is_return → nothing: what
			waits for its line, or did; whether it still does, its payment says */
	TABLE_AWAITED_COUNT = 53,   /* house account id, amount → id_row: how many of them wait */
	TABLE_BANK_REFERENCE = 54,  /* house account id, the bank's reference → payment_ref_row */
	TABLE_PERIOD = 55,          /* year × 100 + month, u32 → period_row */
	TABLE_OPEN_LINES = 56,      /* house account id, year × 100 + month → open_lines_row */
	TABLE_PAYMENT_FILE = 57,    /* settlement id, format → payment_file_row */
	TABLE_NETTING = 58,         /* settlement id, payment, index → netting_row */
	TABLE_VOUCHER_PAYMENT = 59, /* voucher id → payment_ref_row: of its claims */
	TABLE_OWED = 60,            /* programme id, payee id → owed_row */
	TABLE_RETURNED = 61,       /* settlement id, payment → claims, u64 each (ledger/returned.h) */
	TABLE_HOUSE_NUMBER = 62,   /* account number, '/', bank code → house account id */
	TABLE_CHECKPOINT_KEY = 63, /* a public key → id_row: the entry that named it */
	TABLE_COUNT,
};

struct state;

/* Where a row is. */
struct state_name {
	enum table table;
	struct key key;
};

struct state_ops {
	/* The row, aligned to 8 bytes, or NULL. Valid until the next put or rollback. A failing disk
	 * stops the process. */
	const void *(*get)(void *self, enum table table, const struct key *key, size_t *ret_bytes);
	/* Sets the row. NULL where the state is read-only. Cannot fail: no memory stops the process. */
	void (*put)(void *self, enum table table, const struct key *key, const void *row, size_t bytes);
	/* Rows that will be got or put next; there need be none. Changes nothing. NULL where it would
	 * not help (ledger/foresee.h). */
	void (*prefetch)(void *self, const struct state_name *names, size_t count);
	/*
	 * Visits rows in key order from `from` (inclusive) while the keys begin with `prefix`, until
	 * `visit` returns false. Rows are aligned to 8 bytes. NULL where the state cannot be walked
	 * (the sequencer's).
	 */
	void (*scan)(void *self, enum table table, const struct key *prefix, const struct key *from,
	    bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes), void *arg);
};

struct state {
	const struct state_ops *ops;
	void *self;
};

/* The row of exactly `bytes` bytes (checked), or NULL. Packed rows: state->ops->get. */
const void *state_get(
    const struct state *state, enum table table, const struct key *key, size_t bytes);
void state_put(const struct state *state, enum table table, const struct key *key, const void *row,
    size_t bytes);

/* Typed: STATE_GET(state, TABLE_VOUCHER, &key, struct voucher_row). */
#define STATE_GET(state, table, key, type)                                                         \
	((const type *)state_get((state), (table), (key), sizeof(type)))
#define STATE_PUT(state, table, key, row) state_put((state), (table), (key), (row), sizeof(*(row)))

/*
 * The journal as queries and replays read it.
 */
struct history_ops {
	/* The entry, unpacked into `arena`; NULL when there is none (or memory is out). */
	const Pb__JournalEntry *(*entry)(void *self, uint64_t seq, struct arena *arena);
	/* What is kept beside the journal of the natural person behind a party, and the entry that put
	 * it there (struct personal_change). ERR_NOT_FOUND: nothing, or it was erased. ERR_MEMORY, … */
	enum err (*personal)(void *self, uint64_t party, struct arena *arena, uint64_t *ret_seq,
	    struct sealed *ret_sealed) MUST_CHECK;
};

struct history {
	const struct history_ops *ops;
	void *self;
};

#endif
