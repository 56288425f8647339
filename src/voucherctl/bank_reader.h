/* SPDX-License-Identifier: Apache-2.0 */
/* Reading what a bank sent, whatever it is: by src/finance, and complained about for people. */
#ifndef VOUCHERCTL_BANK_READER_H
#define VOUCHERCTL_BANK_READER_H

#include "finance/bank_file.h"
#include "finance/pain002.h"
#include "finance/statement.h"
#include "record/digest.h"
#include "voucherctl/session.h"

struct bank_content {
	const char *name; /* of the file */
	enum bank_file kind;
	uint8_t hash[DIGEST_BYTES]; /* SHA-256 of the file */
	struct pain002 report;      /* BANK_FILE_STATUS_REPORT */
	const char *message_id;     /* the others; "": none */
	struct statement *statements;
	size_t count;
};

/* FILE of the command line, a table by its --bank-profile. All is in the session's arena. It has
 * complained, with the place, when it returns anything but EXIT_DONE. */
enum exit_status bank_reader_read(struct session *session, struct bank_content *ret_content);

#endif
