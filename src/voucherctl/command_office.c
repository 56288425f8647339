/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of the whole ledger, and what needs none. */
#include "voucherctl/actions.h"
#include "voucherctl/command_rows.h"

/* clang-format off */
static const struct parameter list_take_up[] = {
	OPTION("--programme", TEXT, REQUIRED, "programme", "CODE", "of this programme"),
	OPTION("--from", TEXT, 0, "from", "MONTH", "the first month that counts, YYYY-MM"),
	OPTION("--to", TEXT, 0, "to", "MONTH", "the last one"),
	OPTION("--by", TEXT, 0, "by", "COLUMNS", "what is told apart: region,category,month"),
};
static const struct parameter list_waiting[] = { BY_PROGRAMME };
static const struct parameter list_accounts[] = { BY_PROGRAMME, BY_PARTY, PAGING };

static const struct parameter show_uuid[] = {
	ARGUMENT("ID", TEXT, NULL, "the command's id, as it was printed"),
};

static const struct parameter journal_options[] = {
	OPTION("--after", NUMBER, 0, NULL, "SEQUENCE",
		"begin behind this entry; else at the beginning"),
	OPTION("--follow", FLAG, 0, NULL, NULL, "go on with new entries as they come; ^C ends it"),
	OPTION("--limit", NUMBER, 0, NULL, "ENTRIES", "at most so many"),
};

#define AS_OF \
	OPTION("--until", NUMBER, 0, NULL, "SEQUENCE", "the last entry; else the newest there is"), \
	OPTION("--date", DATE, 0, NULL, "DATE", "or the last entry of this day, YYYY-MM-DD (+08:00)")

static const struct parameter books_options[] = {
	OPTION("--format", TEXT, REQUIRED, NULL, "FORMAT",
		"beancount, hledger, ledger; csv, or csv-people or xlsx for spreadsheets"),
	OPTION("--output", FILE, REQUIRED, NULL, "FILE", "written anew, and only when it is whole"),
	AS_OF,
};

#define AS_FILE \
	OPTION("--format", TEXT, 0, NULL, "FORMAT", \
		"csv, or csv-people or xlsx for spreadsheets; else a table (with --json: JSON)"), \
	OPTION("--output", FILE, 0, NULL, "FILE", "of that format, there when it is whole")

static const struct parameter books_balances[] = { AS_OF, AS_FILE };

static const struct parameter books_account[] = {
	ARGUMENT("KIND", TEXT, NULL, "of the account, as \"books balances\" has it: programme_payable"),
	ARGUMENT("OWNER", TEXT, NULL, "code of its programme, fund or house account"),
	OPTIONAL("PARTY", TEXT, NULL, "code of the party, or of a pool's fund"),
	AS_OF,
	AS_FILE,
};

static const struct parameter statement_options[] = {
	OPTIONAL("PARTY", TEXT, NULL, "code of the payee; parties: their own"),
	OPTION("--month", TEXT, REQUIRED, NULL, "MONTH", "YYYY-MM"),
	AS_FILE,
};

static const struct parameter batch_options[] = {
	ARGUMENT("FILE", FILE, NULL, "commands as NDJSON or JSON; \"-\" reads standard input"),
	OPTION("--linked", FLAG, 0, NULL, NULL, "all take effect, or none (at most 8,192)"),
	OPTION("--size", NUMBER, 0, NULL, "COMMANDS", "of one request; else 1,000"),
};

static const struct parameter init_options[] = {
	OPTION("--directory", FILE, REQUIRED, NULL, "DIR",
		"where the ledger shall be; made if missing"),
	OPTION("--name", TEXT, REQUIRED, NULL, "TEXT", "of the ledger, for people"),
	OPTION("--admin", TEXT, REQUIRED | REPEATED, NULL, "PERSON=CERT.pem",
		"a first administrator: staff number and certificate"),
	OPTION("--currency", TEXT, REPEATED, NULL, "CODE", "ISO 4217, of two decimals; else CNY"),
	{ "--hash", PARAMETER_TEXT, 0, NULL, "NAME", "SHA256 or SM3", "SHA256" },
	OPTION("--origin", TEXT, 0, NULL, "NAME",
		"what its checkpoints call it, as vouchers.example/changping; else made from its id"),
	OPTION("--checkpoint-key", FILE, 0, NULL, "FILE",
		"the key that signs checkpoints, PEM; else one is made: DIR/checkpoint.key"),
};

static const struct parameter new_key_options[] = {
	ARGUMENT("FILE", FILE, NULL, "where the secret key shall be; nobody else may read it"),
	OPTION("--origin", TEXT, REQUIRED, NULL, "NAME",
		"of the ledger: the first line of its checkpoints"),
	OPTION("--sm2", FLAG, 0, NULL, NULL, "a key of SM2 beside that of Ed25519"),
};

static const struct parameter rotate_key_options[] = {
	{ "KEY", PARAMETER_TEXT, REQUIRED | REPEATED, NULL, NULL,
		"a verifier key (NAME+ID+KEY), or the file that `checkpoint new-key` made", NULL },
	REASON(REQUIRED),
};

static const struct parameter backup_options[] = {
	ARGUMENT("DIR", FILE, NULL, "where the copy shall be; one that is there is continued"),
	OPTION("--directory", FILE, REQUIRED, NULL, "DIR", "of the ledger"),
	{ "--rate", PARAMETER_NUMBER, 0, NULL, "MIB", "read at most so much in a second; 0: no limit",
		"64" },
};

static const struct parameter restore_options[] = {
	ARGUMENT("DIR", FILE, NULL, "where the ledger shall be; there must be none"),
	OPTION("--from", FILE, REQUIRED, NULL, "DIR", "a backup, or a ledger"),
	OPTION("--at", TEXT, 0, NULL, "END",
		"the last entry by its number, or a moment such as 2026-11-30T08:15:00+08:00"),
};

#define TREE_HASH { "--hash", PARAMETER_TEXT, 0, NULL, "NAME", "of the ledger: SHA256 or SM3", "SHA256" }

static const struct parameter receipt_get_options[] = {
	ARGUMENT("ENTRY", TEXT, NULL, "its number in the journal, as every command is answered with"),
	OPTION("--output", FILE, 0, NULL, "FILE", "writes it there; else to standard output"),
};

static const struct parameter receipt_verify_options[] = {
	ARGUMENT("FILE", FILE, NULL, "the receipt; \"-\" reads standard input"),
	OPTION("--verifier", TEXT, REQUIRED | REPEATED, NULL, "KEY",
		"the ledger's verifier key (NAME+ID+KEY), and those of witnesses"),
	OPTION("--witnesses", NUMBER, 0, NULL, "COUNT", "so many of the witnesses must have signed"),
	TREE_HASH,
};

static const struct parameter receipt_qr_options[] = {
	ARGUMENT("ENTRY", TEXT, NULL, "its number in the journal"),
	OPTION("--svg", FILE, 0, NULL, "FILE", "writes an SVG image; \"-\" is standard output"),
};

static const struct parameter inclusion_options[] = {
	ARGUMENT("SEQ", NUMBER, NULL, "sequence number of the entry"),
	OPTION("--size", NUMBER, 0, NULL, "ENTRIES", "in the tree of so many; else the newest"),
	TREE_HASH,
};
static const struct parameter consistency_options[] = {
	ARGUMENT("FROM", NUMBER, NULL, "size of the smaller tree, in entries"),
	OPTIONAL("TO", NUMBER, NULL, "size of the larger tree; else the newest"),
	TREE_HASH,
};
static const struct parameter tiles_options[] = {
	ARGUMENT("DIR", FILE, NULL, "where the copy is, or shall be"),
	OPTION("--verifier", TEXT, REPEATED, NULL, "KEY",
		"the ledger's verifier key (NAME+ID+KEY): only what it has signed is taken"),
	TREE_HASH,
};

static const struct parameter help_options[] = {
	{ "NOUN", PARAMETER_TEXT, 0, NULL, NULL, "what to explain", NULL },
	{ "VERB", PARAMETER_TEXT, 0, NULL, NULL, "and which of its verbs", NULL },
};

static const struct verb verbs[] = {
	LIST("take-up", list_take_up, "show what was issued, used, unused and expired",
		"take-up list --programme cp"),
	LIST("clock", list_waiting, "show how long things wait at each step",
		"clock list --programme cp"),
	LIST("account", list_accounts, "show the trial balance", "account list"),
	LIST("disclosure", list_by_programme, "list what is published", "disclosure list"),
	SHOW("command", show_uuid, "show the reply to a command that took effect",
		"command show 0190a1b2-0000-7000-8000-000000000001"),
	OTHER("journal", NULL, journal_options, action_journal,
		"show the journal, entry by entry", "journal --after 100 --follow"),
	OTHER("books", "export", books_options, action_books_export,
		"write the journal as a file of another program",
		"books export --format beancount --output books.beancount"),
	OTHER("books", "balances", books_balances, action_books_balances,
		"show the trial balance as of any entry or day",
		"books balances --date 2026-11-30"),
	OTHER("books", "account", books_account, action_books_account,
		"show what was posted to an account, with its balance after each entry",
		"books account programme_payable cp 91110108551385082Q --until 5000"),
	OTHER("statement", NULL, statement_options, action_statement,
		"show a payee's claims of a month: claimed, approved, paid, open",
		"statement 91110108551385082Q --month 2026-11"),
	PLAIN("checkpoint", "show", action_checkpoint_show,
		"show the newest signed checkpoint", "checkpoint show"),
	OTHER("checkpoint", "new-key", new_key_options, action_checkpoint_new_key,
		"make a new key for signing checkpoints, in a file on this machine",
		"checkpoint new-key next.key --origin voucherd.example/changping"),
	COMMAND("checkpoint", "rotate-key", ROTATE_CHECKPOINT_KEY, NULL, rotate_key_options,
		prepare_rotate_checkpoint_key, "let another key sign the checkpoints from now on",
		"checkpoint rotate-key next.key --reason 年度更换"),
	OTHER("receipt", "get", receipt_get_options, action_receipt_get,
		"get the receipt of an entry: proof that it is in the books",
		"receipt get 45 --output redemption-45.receipt"),
	OTHER("receipt", "verify", receipt_verify_options, action_receipt_verify,
		"check a receipt, without a server",
		"receipt verify redemption-45.receipt --verifier "
		"voucherd.example/changping+5bd20f7e+AdxTDpD4dpx2JGvfjqt5umzk3CsqVlVqCHwGiSQ4RzBm"),
	OTHER("receipt", "qr", receipt_qr_options, action_receipt_qr,
		"show a receipt as a QR code, where it fits", "receipt qr 45 --svg receipt.svg"),
	OTHER("proof", "inclusion", inclusion_options, action_proof_inclusion,
		"prove that an entry is in the ledger's tree", "proof inclusion 42"),
	OTHER("proof", "consistency", consistency_options, action_proof_consistency,
		"prove that the ledger still begins with what it was", "proof consistency 1000 2000"),
	OTHER("tiles", NULL, tiles_options, action_tiles,
		"copy the ledger's tree into a directory, or bring the copy up to date", "tiles /srv/tree"),
	SENDER("batch", NULL, batch_options, action_batch,
		"send many commands from a file", "batch commands.ndjson"),
	PLAIN("status", NULL, action_status,
		"is the server there, who am I, how far is the journal", "status"),
	PLAIN("token", "new", action_token_new,
		"make an access token and show the hash to register", "token new"),
	OTHER("init", NULL, init_options, action_init,
		"make a new ledger on this machine",
		"init --directory /var/lib/voucherd --name \"昌平区创新券\" --admin S1001=admin.pem"),
	OTHER("backup", NULL, backup_options, action_backup,
		"copy the ledger of this machine, also while voucherd runs",
		"backup /srv/backup --directory /var/lib/voucherd"),
	OTHER("restore", NULL, restore_options, action_restore,
		"make a ledger from a backup, as of any entry or moment",
		"restore /var/lib/voucherd --from /srv/backup --at 2026-11-30T08:15:00+08:00"),
	OTHER("help", NULL, help_options, action_help,
		"explain a noun or a verb", "help voucher reserve"),
};
/* clang-format on */

const struct verb_list command_office = { verbs, sizeof(verbs) / sizeof(verbs[0]) };
