/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/audit_command.h"

#include "base/clock.h"
#include "voucher-audit/journey.h"
#include "voucher-audit/progress.h"
#include "voucher-audit/report.h"
#include "voucher-audit/signed_trees.h"

#include <stdio.h>
#include <stdlib.h>

static void complain(const struct options *options, const char *what, const char *reason) {
	fprintf(stderr,
	    options->is_zh ? "voucher-audit：无法核查 %s：%s\n"
	                   : "voucher-audit: cannot check %s: %s\n",
	    what, reason);
}

static bool open_auditor(const struct options *options, struct auditor *auditor) {
	const struct auditor_config config = { .directory = options->directory, .work = options->work };
	enum err err = auditor_open(auditor, &config);
	if (err == ERR_CORRUPT)
		complain(options, options->directory ? options->directory : "",
		    options->is_zh ? "保存的审计数据已损坏或属于其他版本，请删除后重新审计"
		                   : "what an earlier audit left there is damaged or of another version; "
		                     "remove it and audit from the beginning");
	else if (err)
		complain(options, options->directory ? options->directory : options->ledger, err_text(err));
	return err == ERR_OK;
}

static bool print(const struct options *options, const struct report *report) {
	struct buffer out;
	buffer_init(&out, 0);
	(options->is_json ? report_json : report_text)(report, &out);
	bool is_well = buffer_error(&out) == ERR_OK &&
	    fwrite(out.data, 1, out.bytes, stdout) == out.bytes && fflush(stdout) == 0;
	buffer_done(&out);
	return is_well;
}

static enum exit_status go(
    const struct options *options, struct auditor *auditor, struct signed_trees *trees) {
	struct progress progress;
	struct journey_result result;
	int64_t began_us = clock_monotonic_us();
	progress_begin(&progress, options->is_quiet);
	const struct journey_config config = {
		.path = options->ledger,
		.is_only_hashes = options->is_only_hashes,
		.trees = trees->trees,
		.n_trees = trees->count,
		.progress = progress_show,
		.progress_arg = &progress,
	};
	enum err err = journey(auditor, &config, &result);
	progress_end(&progress);
	if (err) {
		complain(options, options->ledger, result.reason);
		return EXIT_AUDIT_FAILED;
	}
	const struct report report = {
		.auditor = auditor,
		.result = &result,
		.path = options->ledger,
		.trees = trees->trees,
		.n_trees = trees->count,
		.microseconds = clock_monotonic_us() - began_us,
		.is_only_hashes = options->is_only_hashes,
		.is_zh = options->is_zh,
		.is_all = options->is_all,
	};
	err = auditor_keep(auditor);
	if (err)
		complain(options, options->directory, err_text(err));
	if (!print(options, &report) || err)
		return EXIT_AUDIT_FAILED;
	return findings_totals(&auditor->findings)->count ? EXIT_FINDINGS : EXIT_CLEAN;
}

enum exit_status audit_command(const struct options *options) {
	struct auditor *auditor = calloc(1, sizeof(*auditor));
	struct signed_trees trees = { 0 };
	enum exit_status status = EXIT_AUDIT_FAILED;
	if (!auditor)
		complain(options, options->ledger, err_text(ERR_MEMORY));
	else if (signed_trees_read(&trees, options) && open_auditor(options, auditor))
		status = go(options, auditor, &trees);
	if (auditor)
		auditor_close(auditor);
	free(auditor);
	return status;
}
