/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a JSON document a path is, for messages about what it says. */
#ifndef VOUCHERCTL_JSON_PLACE_H
#define VOUCHERCTL_JSON_PLACE_H

/*
 * The line (from 1) of "rules.tiers[2].ratio_bp" in `text`, which record/json.h has read as JSON.
 * A step that is not there, such as a field that is missing, leaves the line of what it would be
 * in. "": 1.
 */
unsigned json_place_line(const char *text, const char *path);

#endif
