/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRC32C (Castagnoli, RFC 3720 B.4): by the SSE4.2 instruction where the processor has it, by table
 * elsewhere.
 */
#ifndef RECORD_CRC32C_H
#define RECORD_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *data, size_t bytes);

/* The same by table on every processor, so that a test can compare the two. */
uint32_t crc32c_by_table(const void *data, size_t bytes);

#endif
