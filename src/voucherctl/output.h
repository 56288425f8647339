/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that is there only when it is whole: written as FILE.part, brought to the disk, renamed.
 *
 *	output_begin ─► write to output.sink … ─► output_finish
 *	                                      └─► output_drop, after any failure; harmless after all
 */
#ifndef VOUCHERCTL_OUTPUT_H
#define VOUCHERCTL_OUTPUT_H

#include "finance/sink.h"
#include "voucherctl/exit_status.h"

#include <stdio.h>

struct session;

struct output {
	const struct session *session;
	const char *name, *part;
	FILE *file; /* NULL: nothing is being written */
	struct sink sink;
};

/* Each has said what is wrong when it returns anything but EXIT_DONE. `name` is borrowed; the
 * output must stay where it is. */
enum exit_status output_begin(struct output *output, struct session *session, const char *name);
enum exit_status output_finish(struct output *output);

/* Says what became of writing, as the sink or a writer of src/finance returned it. */
enum exit_status output_failed(const struct output *output, enum err err);

void output_drop(struct output *output);

#endif
