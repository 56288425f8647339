/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Particulars of natural persons, which can be erased although the journal cannot forget.
 *
 * Before a command that has some is decided, ledger_decide() seals it: `personal` is checked and
 * taken out, `personal_commitment` and `personal_account` stand in its place. So a family, the
 * journal and the state never meet the text. It goes to the caller in the verdict, to be kept
 * beside the journal under its party, in the same commit as the entry.
 *
 * What a party's particulars (TABLE_PARTICULARS) say: no commitment, there never were any; one of
 * DIGEST_BYTES, there are; one of 0 bytes, they have been erased.
 *
 * Internal to src/ledger but for what ledger/ledger.h says of it.
 */
#ifndef LEDGER_PERSONAL_H
#define LEDGER_PERSONAL_H

#include "ledger/deciding.h"
#include "record/personal.h"

/* Replaces d->command, when it has personal particulars, by a copy without. The sealed text is for
 * the verdict. Refuses what is not as it must be, and fields that only the server sets. */
bool seal_personal(struct deciding *d, struct sealed *ret_sealed);

/* Whether a command bears the text itself. */
bool bears_personal(const Pb__Command *command);

/* The commitment that a sealed command bears instead; NULL: none. */
const Pb__Digest *personal_commitment_of(const Pb__Command *command);

/* Whether an accepted command changes what is kept beside the journal of the party that its
 * decision names as subject. */
bool changes_personal(const Pb__Command *sealed_command);

/* --- of a party's particulars --- */

/* They are there and have not been erased. */
bool has_personal(const Pb__RegisterParty *particulars);

/* … and a bank account is among them. It counts where there is no `bank_account`. */
bool has_personal_account(const Pb__RegisterParty *particulars);

/* Where the party can be paid: in clear, or beside the journal. */
bool has_account(const Pb__RegisterParty *particulars);

/* What is left of them afterwards; no memory is taken. There were some. */
void erase_personal(Pb__RegisterParty *particulars);

/* --- replays --- */

/*
 * The body of a command of the journal as it came: with `kept`, the text that its entry put, in the
 * place of the commitment. NULL: the text is gone, and that of `again` is taken for the same.
 * Any other command's body is as it is. NULL: the arena is exhausted.
 */
ProtobufCMessage *unseal_body(const Pb__Command *command, const Pb__Personal *kept,
    const Pb__Command *again, struct arena *arena);

#endif
