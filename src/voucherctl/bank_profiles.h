/* SPDX-License-Identifier: Apache-2.0 */
/* Finding how a bank writes its tables: by the name of a profile, or by its file. */
#ifndef VOUCHERCTL_BANK_PROFILES_H
#define VOUCHERCTL_BANK_PROFILES_H

#include "finance/bank_profile.h"
#include "finance/mistake.h"
#include "voucherctl/session.h"

/*
 * Reads the profile that --bank-profile names. What has a "/" or a "." in it is a file; anything
 * else is a name, looked for in VOUCHERCTL_BANK_PROFILES, where voucherctl was installed, and where
 * it was built. In the session's arena. It has complained when it returns anything but EXIT_DONE.
 */
enum exit_status bank_profiles_load(
    struct session *session, const char *given, struct bank_profile *ret_profile);

/* "NAME:3:7: what is wrong", in the session's language. */
void bank_profiles_complain(
    struct session *session, const char *name, const struct file_mistake *mistake);

#endif
