/* SPDX-License-Identifier: Apache-2.0 */
/* Which role may do what: one table, deny by default. */
#ifndef AUTH_ROLES_H
#define AUTH_ROLES_H

#include "voucher/v1/command.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

#define ROLE_BIT(role) (1u << (role))

/* Whether one of `roles` may give commands of this kind (Pb__Command.body_case). */
bool roles_may_command(uint32_t roles, Pb__Command__BodyCase command);

/* Whether the principal sees everything (any staff role) or only what concerns its party. */
bool roles_is_staff(uint32_t roles);

/* The roles that may give a command, as a mask: for documents and messages. */
uint32_t roles_for_command(Pb__Command__BodyCase command);

#endif
