/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table that drives the command line: every noun and verb, the command of the schema that
 * it sends or the resource that it asks for, and its parameters. Parsing, help, completion and the
 * test of the manual page all read it. Data only.
 */
#ifndef VOUCHERCTL_COMMAND_TABLE_H
#define VOUCHERCTL_COMMAND_TABLE_H

#include "voucher/v1/command.pb-c.h"
#include "voucherctl/exit_status.h"

#include <stdbool.h>
#include <stddef.h>

struct session;

/* How the text of a parameter is read and what it becomes. */
enum parameter_type {
	PARAMETER_TEXT,
	PARAMETER_NUMBER,       /* digits: ids, sequence numbers, counts */
	PARAMETER_MONEY,        /* "1,234.56" → minor units */
	PARAMETER_DATE,         /* YYYY-MM-DD */
	PARAMETER_MONTH,        /* YYYY-MM */
	PARAMETER_ENUM,         /* the name of a value, without its prefix, in lower case */
	PARAMETER_OFFSET,       /* "+08:00" → minutes */
	PARAMETER_DIGEST,       /* 64 hexadecimal digits */
	PARAMETER_EVIDENCE,     /* a file, of which the SHA-256 is taken; or "sha256:" and the digits */
	PARAMETER_CERTIFICATE,  /* a PEM file, of whose public key (SPKI) the SHA-256 is taken */
	PARAMETER_COUNTED,      /* "NAME=NUMBER" → Attribute */
	PARAMETER_VALUED,       /* "NAME=MONEY" → Attribute, in minor units */
	PARAMETER_INVOICE,      /* "[CODE:]NUMBER:AMOUNT:DATE[:VAT]" → Invoice */
	PARAMETER_DOCUMENT,     /* "KIND:NUMBER[:DATE[:FILE]]" → CitedDocument */
	PARAMETER_PAYMENT,      /* "60-2", its reference, or "60": all of a settlement → Target */
	PARAMETER_RETURN,       /* the same, come back → Target */
	PARAMETER_RECOVERY,     /* "CLAWBACK:AMOUNT" → Target */
	PARAMETER_CARRY_OVER,   /* "ACCOUNT:LINE=REASON" → CarryOver */
	PARAMETER_VOUCHER_CODE, /* "7ZQK-03MA-X9D2-A", checked */
	PARAMETER_FILE,         /* the name of a file that the verb's own code reads */
	PARAMETER_FLAG,         /* has no value; its field becomes true */
};

enum parameter_flags {
	PARAMETER_REQUIRED = 1,
	PARAMETER_REPEATED = 2, /* may be given several times; an argument takes all that follow */
};

/*
 * A parameter whose name is in capitals is an argument, given by its place: "AMOUNT". It may also
 * be given by its name, as "--amount". One that begins with "--" is an option.
 */
struct parameter {
	const char *name;
	enum parameter_type type;
	unsigned flags;
	const char *field; /* its field of the message, "bank_account.number"; NULL: read by code */
	const char *value; /* of an option, for its help: "CODE"; an argument: NULL */
	const char *help;
	const char *preset; /* what it is when not given; NULL: nothing */
};

enum verb_kind {
	VERB_COMMAND, /* sends a command */
	VERB_LIST,    /* GET of a collection */
	VERB_SHOW,    /* GET of one object */
	VERB_OTHER,   /* its own code */
	VERB_SENDER,  /* its own code, which sends commands: takes --dry-run */
};

struct verb {
	const char *noun;
	const char *verb; /* NULL: the noun stands alone */
	enum verb_kind kind;
	Pb__Command__BodyCase body; /* VERB_COMMAND */
	const char *makes; /* VERB_COMMAND: the noun of the object that it makes; NULL: it makes none */
	const char *field; /* VERB_COMMAND: a field that is always … */
	const char *fixed; /* … this, as PARAMETER_ENUM would take it */
	const struct parameter *parameters;
	size_t parameter_count;
	/* VERB_COMMAND: completes the message before it is sent; NULL: it is complete.
	 * The others: does everything. */
	enum exit_status (*prepare)(struct session *session, Pb__Command *command);
	enum exit_status (*run)(struct session *session);
	const char *help;    /* one line, no full stop */
	const char *example; /* what follows "voucherctl " */
};

struct noun {
	const char *noun;
	const char *path; /* of its collection, "/v1/funds"; NULL: it has none */
	const char *help, *help_zh;
};

/* In the order in which help shows them. */
extern const struct noun command_nouns[];
extern const size_t command_noun_count;

const struct verb *command_verb(size_t index); /* NULL: there are no more */

const struct noun *command_find_noun(const char *noun); /* or NULL */

/* `verb` NULL: the noun that stands alone. */
const struct verb *command_find_verb(const char *noun, const char *verb);

/* The parameter of this name ("AMOUNT", "--amount"), or NULL. */
const struct parameter *command_find_parameter(const struct verb *verb, const char *name);

bool parameter_is_argument(const struct parameter *parameter);

/* Whether `option` ("--amount") names the parameter: an option, or an argument ("AMOUNT"). */
bool parameter_is_named(const struct parameter *parameter, const char *option);

#endif
