/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the engine's own tests: an engine on a log of the test's making.
 */
#ifndef ENGINE_ENGINE_INTERNAL_H
#define ENGINE_ENGINE_INTERNAL_H

#include "engine/engine.h"
#include "store/log.h"

/* As engine_open(), but with this log, which the engine closes, also when opening fails. */
enum err engine_open_with_log(const struct engine_config *config, struct log log,
    struct engine **ret_engine, char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

#endif
