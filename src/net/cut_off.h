/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the connections that were ended because the other side was too slow (base/metrics.h). */
#ifndef NET_CUT_OFF_H
#define NET_CUT_OFF_H

enum cut_off { CUT_OFF_HANDSHAKE, CUT_OFF_WRITE };

void cut_off_register(void); /* any number of times; the first counts */
void cut_off_count(enum cut_off reason);

#endif
