/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every limit of the system, in one table. Those that an operator may change are defaults here and
 * options in src/voucherd/options.c; the others are part of the interface.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum limits {
	/* Texts in commands, bytes of UTF-8 */
	LIMIT_CODE_BYTES = 32,
	LIMIT_NAME_BYTES = 200,
	LIMIT_TEXT_BYTES = 500,     /* reasons, purposes, milestones, documents */
	LIMIT_REFERENCE_BYTES = 64, /* contract numbers, bank references and serials */
	LIMIT_WORD_BYTES = 64,      /* categories, statuses, attribute names */

	/* Lists in commands, entries */
	LIMIT_WORDS = 64,          /* categories, statuses, related parties, attributes, conditions */
	LIMIT_TIERS = 32,          /* in a rule set */
	LIMIT_CAPS = 16,           /* in a rule set */
	LIMIT_COMBINATIONS = 16,   /* in a rule set */
	LIMIT_WINDOWS = 16,        /* in a list of them */
	LIMIT_FACE_VALUES = 32,    /* in a rule set */
	LIMIT_REMINDERS = 8,       /* before a voucher's last day of use */
	LIMIT_FUNDS = 4,           /* that pay for one programme */
	LIMIT_UMBRELLAS = 2,       /* programmes above a programme: city, province */
	LIMIT_RULES_AHEAD = 16,    /* versions of a programme's rules that are not in force yet */
	LIMIT_RULE_DAYS = 3660,    /* use-by, claim-by, publication: about ten years */
	LIMIT_INVOICES = 64,       /* in a claim */
	LIMIT_EVIDENCE = 32,       /* hashes with one command */
	LIMIT_ROLES = 8,           /* of a principal */
	LIMIT_CURRENCIES = 16,     /* of a ledger */
	LIMIT_ADMINISTRATORS = 64, /* in its first entry */
	LIMIT_SETTLEMENT_CLAIMS = 4096, /* in one settlement; the rest waits for the next */
	LIMIT_SETTLEMENT_LOOK = 65536,  /* waiting claims looked at for one */
	LIMIT_NETTINGS = 64,            /* clawbacks set off against one payment; the rest stays owed */
	LIMIT_STATEMENT_LINES = 256,    /* in one page of a statement */
	LIMIT_MATCH_LINES = 64,         /* in one match */
	LIMIT_MATCH_TARGETS = 256,
	LIMIT_CARRY_OVER = 1000, /* bank lines carried over at once */

	/* The journal */
	LIMIT_ENTRY_BYTES = 1 << 20, /* one entry, encoded */
	LIMIT_ERASABLE_BYTES = 1000, /* a text beside it that can be erased */
	LIMIT_KEY_BYTES = 128,       /* a key of the state; LMDB allows 511 */
	LIMIT_ROW_BYTES = 1 << 16,   /* a row of the state */

	/* Signed notes and receipts */
	LIMIT_NOTE_BYTES = 1 << 17,        /* text and signatures */
	LIMIT_NOTE_SIGNATURES = 64,        /* of a note; C2SP asks for 16 at least */
	LIMIT_NOTE_SIGNATURE_BYTES = 8192, /* one signature of whatever type, decoded */
	LIMIT_RECEIPT_BYTES = 2 << 20,     /* with an entry of LIMIT_ENTRY_BYTES as base64 */

	/* The engine */
	LIMIT_DRAIN_COMMANDS = 4096,  /* the sequencer takes at most about so many into one commit */
	LIMIT_BATCH_COMMANDS = 8192,  /* in one request */
	LIMIT_QUEUE_COMMANDS = 65536, /* waiting for the sequencer; beyond it: 503 */
	LIMIT_QUEUE_QUERIES = 4096,   /* waiting for the query thread; beyond it: 503 */
	LIMIT_TICK_COMMANDS = 1000,   /* that the daemon gives at once for what has fallen due */
	LIMIT_TICK_FOUND = 16000,     /* that it finds at a look */
	LIMIT_PAGE_ROWS = 1000,       /* in one page of a list */
	LIMIT_PAGE_ROWS_DEFAULT = 100,
	LIMIT_SCAN_ROWS = 50000, /* looked at for one page or tick; the cursor goes on from there */
	LIMIT_STATISTICS_ROWS = 10000, /* sums in one answer */
	LIMIT_FEED_BYTES = 1 << 20,    /* one reply of the journal feed */
	LIMIT_FEED_WAIT_S = 60,        /* long poll */
	LIMIT_FEED_WAITERS = 4096,     /* long polls at once; beyond it: 503 */
	LIMIT_FEED_WAITERS_PER_PRINCIPAL = 256,

	LIMIT_SIGN_PAUSE_MS = 50, /* between two signed checkpoints */

	/* The network */
	LIMIT_CONNECTIONS = 10000,
	LIMIT_CONNECTIONS_PER_ADDRESS = 1000,
	LIMIT_HEADER_BYTES = 16384, /* request line and headers; one decoded HTTP/2 header list */
	LIMIT_HEADERS = 64,
	LIMIT_TARGET_BYTES = 2048,
	LIMIT_METHOD_BYTES = 16,
	LIMIT_BODY_BYTES = 8 << 20,
	LIMIT_EXCHANGE_BYTES = 256 << 20, /* what answering one request may take, beside its body */
	LIMIT_STREAMS = 128,              /* concurrent HTTP/2 streams of a connection */
	LIMIT_STREAM_BODY_BYTES_TOTAL = 32 << 20, /* request bodies held by one connection */
	LIMIT_HELD_BYTES = 1 << 30,               /* bodies and replies of all connections; then 503 */
	LIMIT_RESETS_PER_10S = 200,               /* RST_STREAM frames of a connection (rapid reset) */
	LIMIT_CONTROL_FRAMES_PER_10S = 1000,      /* SETTINGS, PING and suchlike of a connection */
	LIMIT_NET_EVENTS_PER_10S = 200,           /* reported by one loop: logs do not flood */
	LIMIT_OUTPUT_BYTES = 16 << 20, /* unsent bytes of a connection; beyond it reading stops */
	LIMIT_HANDSHAKE_MS = 10000,    /* absolute deadlines */
	LIMIT_HEADER_MS = 10000,
	LIMIT_BODY_MS = 30000,
	LIMIT_IDLE_MS = 60000,
	LIMIT_WRITE_MS = 30000, /* output that makes no progress */
	LIMIT_LINGER_MS = 1000, /* after the last byte: for the client to read it and go */
	LIMIT_DRAIN_MS = 10000, /* at stop: connections that are still busy */

	/* JSON */
	LIMIT_JSON_DEPTH = 32,
	LIMIT_JSON_VALUES = 1 << 19, /* in one document: each costs up to 200 bytes while it is read */
};

#endif
