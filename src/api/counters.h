/* SPDX-License-Identifier: Apache-2.0 */
/* What the api counts (base/metrics.h). */
#ifndef API_COUNTERS_H
#define API_COUNTERS_H

#include "voucher/v1/outcome.pb-c.h"

#include <stdint.h>

void counters_register(void); /* any number of times; the first counts */

void counters_request(uint16_t status, int64_t took_us);
void counters_command(Pb__Retry retry, int64_t count);
void counters_denied(void);
void counters_waiting(int64_t change); /* long polls */

#endif
