/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal entry as bytes:
 *
 *	offset 0   1 byte   format, ENTRY_FORMAT
 *	offset 1   4 bytes  CRC32C (RFC 3720, Castagnoli) of everything after it, little-endian
 *	offset 5   …        protobuf JournalEntry
 *
 * The Merkle leaf of an entry is the hash over exactly these bytes from offset 5.
 */
#ifndef RECORD_ENTRY_H
#define RECORD_ENTRY_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "voucher/v1/journal.pb-c.h"

#define ENTRY_FORMAT       1
#define ENTRY_HEADER_BYTES 5

/* Appends the encoded entry. ERR_RANGE when it is larger than LIMIT_ENTRY_BYTES: then nothing is
 * appended. */
enum err entry_encode(const Pb__JournalEntry *entry, struct buffer *buffer) MUST_CHECK;

/* Checks format and CRC before anything else. ERR_CORRUPT when they, or the protobuf inside, are
 * wrong; ERR_MEMORY. */
enum err entry_decode(
    const void *data, size_t bytes, struct arena *arena, Pb__JournalEntry **ret_entry) MUST_CHECK;

/* What command it holds (Pb__Command__BodyCase; 0: none), without unpacking it. ERR_CORRUPT as for
 * entry_decode, but nothing further in is looked at. */
enum err entry_glance(const void *data, size_t bytes, uint32_t *ret_body_case) MUST_CHECK;

/* Format and CRC only. */
enum err entry_verify(const void *data, size_t bytes) MUST_CHECK;

#endif
