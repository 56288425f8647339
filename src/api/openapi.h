/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenAPI 3.1 document, made from what is served: the table of routes, the table of roles, the
 * descriptors of the messages and the comments in proto/voucher/v1. proto/openapi.yaml is this
 * document as YAML; `make openapi` writes it anew.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "base/err.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

/* The document; the caller's to json_decref. ERR_MEMORY. */
enum err openapi_document(json_t **ret_document) MUST_CHECK;

/* The same as JSON text; the caller's to free. ERR_MEMORY. */
enum err openapi_text(char **ret_text) MUST_CHECK;

/* --- api/openapi_schema.c --- */

/* {"$ref": …} to a message's schema, which is put into `schemas` with all that it refers to. What a
 * client sends is closed: `is_input` forbids fields that are not in the schema. */
json_t *openapi_message(
    json_t *schemas, const ProtobufCMessageDescriptor *descriptor, bool is_input);

/* What the comment in the .proto file says: of a message or enum, or of a field or value of it. ""
 * when nothing is said. */
const char *openapi_comment(const char *type, const char *member);

#endif
