/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/bank_import.h"

#include "voucherctl/actions.h"

enum exit_status action_bank_file_import(struct session *session) {
	struct bank_content content;
	enum exit_status status = bank_reader_read(session, &content);
	if (status != EXIT_DONE)
		return status;
	return content.kind == BANK_FILE_STATUS_REPORT ? bank_import_report(session, &content)
	                                               : bank_import_statement(session, &content);
}
