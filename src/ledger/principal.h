/* SPDX-License-Identifier: Apache-2.0 */
/* Principals as commands and the genesis alike register them. Internal to src/ledger. */
#ifndef LEDGER_PRINCIPAL_H
#define LEDGER_PRINCIPAL_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* Its fields as such; whether the party exists and the credential is free is not asked. */
bool want_principal(struct deciding *d, const Pb__RegisterPrincipal *principal);

bool has_role(const Pb__RegisterPrincipal *principal, Pb__Role role);

/* Of the certificate or of the token, whichever it has. */
const Pb__Digest *principal_credential(const Pb__RegisterPrincipal *principal);

/* Writes that of the daemon itself (LEDGER_SYSTEM_PRINCIPAL). */
void put_system_principal(struct applying *a);

/* Writes its rows; `party` 0: staff. */
void put_principal(
    struct applying *a, uint64_t id, const Pb__RegisterPrincipal *principal, uint64_t party);

#endif
