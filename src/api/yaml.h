/* SPDX-License-Identifier: Apache-2.0 */
/* JSON trees as YAML 1.2 in block style, for people: proto/openapi.yaml. */
#ifndef API_YAML_H
#define API_YAML_H

#include "base/buffer.h"

#include <jansson.h>

void yaml_write(const json_t *value, struct buffer *buffer);

#endif
