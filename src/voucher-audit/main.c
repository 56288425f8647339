/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voucher-audit: whether a ledger is what it should be, from its files alone. No daemon, no
 * network. Exits with enum exit_status.
 */
#include "voucher-audit/audit_command.h"
#include "voucher-audit/options.h"

int main(int argc, char **argv) {
	struct options options;
	enum exit_status status;
	if (!options_parse(argc, argv, &options, &status))
		return status;
	return audit_command(&options);
}
