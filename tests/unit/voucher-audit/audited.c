/* SPDX-License-Identifier: Apache-2.0 */
#include "audited.h"

#include "support/suite.h"

#include <stdlib.h>
#include <unistd.h>

static void read_findings(const struct auditor *auditor, struct audited *audited) {
	for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
		audited->counts[kind] = findings_count(&auditor->findings, (enum finding_kind)kind);
	audited->wrong = (int64_t)(findings_totals(&auditor->findings)->count -
	    audited->counts[FINDING_ROLE]);
	for (uint64_t i = auditor->findings.rows.count; i-- > 0;) {
		const struct finding *finding = table_row(&auditor->findings.rows, i);
		if (finding->kind != FINDING_ROLE)
			audited->first = *finding;
	}
}

struct audited audit(const struct journey_config *config) {
	struct auditor *auditor = calloc(1, sizeof(*auditor));
	struct audited audited = { .wrong = -1 };
	struct auditor_config quick = config->audit;
	if (access("/dev/shm", W_OK) == 0)
		quick.work = "/dev/shm"; /* no disk is waited for */
	audited.opened = auditor_open(auditor, &quick);
	if (!audited.opened && journey(auditor, config, &audited.result) == ERR_OK) {
		read_findings(auditor, &audited);
		ck_assert_int_eq(auditor_keep(auditor), ERR_OK);
	}
	auditor_close(auditor);
	free(auditor);
	return audited;
}

struct audited audit_path(const char *path) {
	const struct journey_config config = { .path = path };
	return audit(&config);
}
