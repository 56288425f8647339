/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_persons.h"

#include "auth/roles.h"
#include "support/suite.h"

/* Two tables, written by themselves, say the same of every command of the schema. */
START_TEST(the_auditor_and_the_daemon_agree_on_who_may_do_what) {
	unsigned commands = 0;
	for (int body = 1; body < 200; body++) {
		uint32_t roles = roles_for_command((Pb__Command__BodyCase)body);
		ck_assert_msg(persons_roles((Pb__Command__BodyCase)body) == roles, "command %d", body);
		commands += roles != 0;
	}
	ck_assert_uint_gt(commands, 50);
}
END_TEST

SUITE_MAIN("persons", the_auditor_and_the_daemon_agree_on_who_may_do_what)
