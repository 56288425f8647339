/* SPDX-License-Identifier: Apache-2.0 */
/*
 * voucher-audit: whether a ledger is what it should be, from its files alone. No daemon, no
 * network. Exits with enum exit_status.
 */
#include "voucher-audit/audit_command.h"
#include "voucher-audit/options.h"
#include "voucher-audit/witness_command.h"

#include <string.h>

int main(int argc, char **argv) {
	struct options options;
	enum exit_status status;
	if (argc > 1 && strcmp(argv[1], "witness") == 0)
		return witness_command(argc - 1, argv + 1);
	if (!options_parse(argc, argv, &options, &status))
		return status;
	return audit_command(&options);
}
