/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the routes lead to. Each runs on the exchange's loop thread, takes over the call and answers
 * it exactly once, at once or later.
 */
#ifndef API_HANDLERS_H
#define API_HANDLERS_H

struct call;

/* commands.c */
void commands_single(struct call *call);
void commands_batch(struct call *call);

/* queries.c */
void queries_list(struct call *call);
void queries_disclosures(struct call *call);
void queries_take_up(struct call *call);
void queries_waiting(struct call *call);
void queries_get(struct call *call);
void queries_me(struct call *call);
void queries_command(struct call *call);

/* journal.c */
void journal_feed(struct call *call);

/* checkpoints.c */
void checkpoints_fresh(struct call *call);
void checkpoints_public(struct call *call);
void checkpoints_tree_head(struct call *call);

/* receipts.c */
void receipts_get(struct call *call);

/* tree.c */
void tree_inclusion(struct call *call);
void tree_consistency(struct call *call);
void tree_tile(struct call *call);

/* status.c */
void status_health(struct call *call);
void status_readiness(struct call *call);
void status_metrics(struct call *call);
void status_openapi(struct call *call);
void status_problem(struct call *call);

#endif
