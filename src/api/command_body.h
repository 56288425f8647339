/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the body of a request to a message, and from the request of a conventional route to a
 * command: its path, its body and its idempotency key put together.
 */
#ifndef API_COMMAND_BODY_H
#define API_COMMAND_BODY_H

#include "api/media.h"
#include "api/problem.h"
#include "api/routes.h"
#include "voucher/v1/command.pb-c.h"

#include <stdbool.h>
#include <stddef.h>

struct body {
	enum media media;
	const char *data;
	size_t bytes;
};

/* One message in the body's form. False with `ret_problem` filled: 400, 415 or 503. */
bool body_read(const struct body *body, const ProtobufCMessageDescriptor *descriptor,
    struct arena *arena, ProtobufCMessage **ret_message, struct problem *ret_problem);

/*
 * The command of a route.
 *
 * With an idempotency key the body is the command's own message, {"amount": …}, and may be empty.
 * Without one it is a whole Command, {"id": …, "redeem": {"amount": …}}; in JSON that form may also
 * be used beside a key, which must then agree. What the path says need not be said again in the
 * body; if it is, both must agree.
 */
struct command_source {
	const struct route *route;
	const char *const *values;   /* of the path, in the order of route->fields */
	const char *idempotency_key; /* the header's value, or "" */
	struct body body;
};
bool command_read(const struct command_source *source, struct arena *arena,
    Pb__Command **ret_command, struct problem *ret_problem);

/* A command's name, "register_party", and its message; NULL for a number that is none. */
const ProtobufCFieldDescriptor *command_field(Pb__Command__BodyCase command);

#endif
