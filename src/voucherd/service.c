/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start-up as a table of stages, run down at start and up at stop. A stage that failed is not taken
 * down; those before it are.
 */
#include "voucherd/service.h"

#include "api/api.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/guard.h"
#include "engine/key_file.h"
#include "engine/signer.h"
#include "engine/ticker.h"
#include "net/net.h"
#include "voucherd/confine.h"
#include "witness/cosigner.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct service {
	struct settings settings;
	struct api *api;
	struct engine *engine;
	struct signer *signer;
	struct witness_list witnesses;
	struct cosigner *cosigner; /* NULL: there are no witnesses */
	struct ticker *ticker;
	struct net *net;
	size_t stages_up;
	char engine_detail[ENGINE_DETAIL_BYTES]; /* and of the signer */
	char witness_detail[WITNESS_DETAIL_BYTES];
	char key_file[PATH_MAX];
	char guard_file[PATH_MAX];
};

struct stage {
	const char *name;
	enum err (*up)(struct service *service, const char **ret_detail);
	void (*down)(struct service *service);
};

/* --- process: what the operating system allows it --- */

enum { DESCRIPTORS_BESIDE_CONNECTIONS = 100 };

/* As many descriptors as there may be connections, or as many as we are given: net then lowers its
 * cap. */
static enum err raise_descriptors(const struct settings *settings, const char **ret_detail) {
	struct rlimit limit;
	rlim_t wanted = settings->connections + DESCRIPTORS_BESIDE_CONNECTIONS;
	*ret_detail = "the limit of open files cannot be read";
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return ERR_IO;
	if (limit.rlim_cur >= wanted)
		return ERR_OK;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	*ret_detail = "the limit of open files cannot be raised";
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return ERR_IO;
	if (limit.rlim_cur < wanted)
		log_event(LOG_WARNING, "few_descriptors", "have=%llu wanted=%llu action=%s",
		    (unsigned long long)limit.rlim_cur, (unsigned long long)wanted,
		    LOG_QUOTED("raise `ulimit -n` (LimitNOFILE) or lower [limits] connections"));
	return ERR_OK;
}

static enum err confine(const struct settings *settings, const char **ret_detail) {
	*ret_detail =
	    "[process] user: there is no such user, it is root, or we are neither root nor it";
	if (*settings->process_user && confine_become(settings->process_user))
		return ERR_DENIED;
	if (geteuid() == 0)
		log_event(LOG_WARNING, "running_as_root", "action=%s",
		    LOG_QUOTED("start it as a user of its own, or name one in [process] user"));
	*ret_detail = "core files cannot be turned off";
	if (!settings->process_core_files && confine_hide_memory())
		return ERR_IO;
	*ret_detail = "the filter of system calls cannot be set";
	return confine_forbid_calls();
}

static enum err process_up(struct service *service, const char **ret_detail) {
	umask(S_IRWXG | S_IRWXO);
	enum err err = raise_descriptors(&service->settings, ret_detail);
	return err ? err : confine(&service->settings, ret_detail);
}

static void process_down(struct service *service) {
	(void)service;
}

/* --- api: before the engine, which reports commits to it --- */

static enum err api_up(struct service *service, const char **ret_detail) {
	*ret_detail = "the HTTP interface could not be set up";
	return api_new(&service->api);
}

static void api_down(struct service *service) {
	api_free(service->api);
}

/* --- engine: recovery happens here --- */

static enum err engine_up(struct service *service, const char **ret_detail) {
	const struct settings *settings = &service->settings;
	struct engine_config config = {
		.directory = settings->ledger_directory,
		.memtable_bytes_max = (size_t)settings->memtable_mib << 20,
		.map_bytes = (size_t)settings->map_gib << 30,
		.queue_commands_max = settings->queue_commands,
		.on_commit = api_on_commit,
		.on_commit_arg = service->api,
	};
	enum err err = engine_open(&config, &service->engine, service->engine_detail);
	*ret_detail = service->engine_detail;
	return err;
}

static void engine_down(struct service *service) {
	engine_close(service->engine);
}

/* --- principals: from the ledger to those who check requests --- */

static enum err principals_up(struct service *service, const char **ret_detail) {
	*ret_detail = "the principals could not be read from the ledger";
	return api_attach(service->api, service->engine);
}

static void principals_down(struct service *service) {
	api_set_ready(service->api, false);
	api_detach(service->api);
}

/* --- signer: checkpoints --- */

/* The file that is named, or its usual place. */
static void place_file(
    const struct settings *settings, const char *named, const char *usual, char ret[PATH_MAX]) {
	if (*named)
		snprintf(ret, PATH_MAX, "%s", named);
	else
		snprintf(ret, PATH_MAX, "%s/%s", settings->ledger_directory, usual);
}

static enum err signer_up(struct service *service, const char **ret_detail) {
	const struct settings *settings = &service->settings;
	place_file(settings, settings->checkpoint_key, KEY_FILE_NAME, service->key_file);
	place_file(settings, settings->checkpoint_guard, GUARD_FILE_NAME, service->guard_file);
	const struct signer_config config = {
		.engine = service->engine,
		.key_file = service->key_file,
		.guard_file = service->guard_file,
		.interval_s = settings->checkpoint_interval_s,
	};
	*ret_detail = service->engine_detail;
	enum err err = signer_start(&config, &service->signer, service->engine_detail);
	if (!err)
		api_set_signer(service->api, service->signer);
	return err;
}

static void signer_down(struct service *service) {
	signer_stop(service->signer);
}

/* --- witnesses --- */

static enum err witnesses_up(struct service *service, const char **ret_detail) {
	const struct settings *settings = &service->settings;
	const struct cosigner_config config = {
		.engine = service->engine,
		.signer = service->signer,
		.list = &service->witnesses,
		.ca_file = settings->checkpoint_witness_ca,
		.interval_s = settings->checkpoint_interval_s,
	};
	if (!*settings->checkpoint_witnesses)
		return ERR_OK;
	*ret_detail = service->witness_detail;
	enum err err = witness_list_read(
	    settings->checkpoint_witnesses, &service->witnesses, service->witness_detail);
	if (err)
		return err;
	*ret_detail = "the thread that asks the witnesses could not be started";
	return cosigner_start(&config, &service->cosigner);
}

static void witnesses_down(struct service *service) {
	cosigner_stop(service->cosigner);
}

/* --- ticker: what falls due --- */

static enum err ticker_up(struct service *service, const char **ret_detail) {
	*ret_detail = "the thread that does what has fallen due could not be started";
	return ticker_start(service->engine, service->settings.tick_s, &service->ticker);
}

static void ticker_down(struct service *service) {
	ticker_stop(service->ticker);
}

/* --- net --- */

static void on_net_event(void *arg, const char *event, const char *address, const char *detail) {
	(void)arg;
	log_event(LOG_INFO, event, "address=%s detail=%s", LOG_QUOTED(address), LOG_QUOTED(detail));
}

static struct net_tls tls_of(const struct settings *settings) {
	return (struct net_tls){
		.certificate_file = settings->tls_certificate,
		.key_file = settings->tls_key,
		.client_ca_file = settings->tls_client_ca,
		.crl_file = *settings->tls_crl ? settings->tls_crl : NULL,
		.allow_tls12 = settings->tls_allow_1_2,
	};
}

static enum err net_up(struct service *service, const char **ret_detail) {
	const struct settings *settings = &service->settings;
	struct net_config config = {
		.address = settings->listen_address,
		.port = (uint16_t)settings->listen_port,
		.threads = settings->listen_threads,
		.tls = tls_of(settings),
		.limits = {
			.connections_max = settings->connections,
			.connections_per_address_max = settings->connections_per_address,
			.body_bytes_max = settings->body_bytes,
			.handshake_ms = settings->handshake_ms,
			.header_ms = settings->header_ms,
			.body_ms = settings->body_ms,
			.idle_ms = settings->idle_ms,
			.write_ms = settings->write_ms,
			.drain_ms = settings->drain_ms,
		},
		.handler = api_handle,
		.handler_arg = service->api,
		.after_events = api_after_events,
		.on_event = on_net_event,
	};
	enum err err = net_open(&config, &service->net, ret_detail);
	if (err)
		return err;
	err = net_start(service->net);
	if (err) {
		*ret_detail = "the network threads could not be started";
		net_close(service->net);
		return err;
	}
	api_set_net(service->api, service->net);
	api_set_ready(service->api, true);
	log_event(LOG_INFO, "listening", "address=%s port=%u", LOG_QUOTED(settings->listen_address),
	    net_port(service->net));
	return ERR_OK;
}

/* Requests that are with the engine come back before this returns: the engine still runs. */
static void net_down(struct service *service) {
	api_set_ready(service->api, false);
	api_set_net(service->api, NULL);
	net_stop(service->net);
	net_close(service->net);
}

static const struct stage stages[] = {
	{ "process", process_up, process_down },
	{ "api", api_up, api_down },
	{ "ledger", engine_up, engine_down },
	{ "principals", principals_up, principals_down },
	{ "checkpoints", signer_up, signer_down },
	{ "witnesses", witnesses_up, witnesses_down },
	{ "ticker", ticker_up, ticker_down },
	{ "network", net_up, net_down },
};

enum { STAGES = sizeof(stages) / sizeof(stages[0]) };

enum err service_start(const struct settings *settings, struct service **ret_service) {
	struct service *service = calloc(1, sizeof(*service));
	if (!service) {
		log_event(LOG_ERROR, "start_failed", "reason=%s", LOG_QUOTED(err_text(ERR_MEMORY)));
		return ERR_MEMORY;
	}
	service->settings = *settings;
	for (; service->stages_up < STAGES; service->stages_up++) {
		const struct stage *stage = &stages[service->stages_up];
		const char *detail = "";
		enum err err = stage->up(service, &detail);
		if (err) {
			log_event(LOG_ERROR, "start_failed", "stage=%s reason=%s detail=%s", stage->name,
			    LOG_QUOTED(err_text(err)), LOG_QUOTED_LONG(detail));
			service_stop(service);
			return err;
		}
		log_event(LOG_DEBUG, "stage_up", "stage=%s", stage->name);
	}
	log_event(LOG_INFO, "ready", "directory=%s seq=%llu", LOG_QUOTED(settings->ledger_directory),
	    (unsigned long long)engine_last_seq(service->engine));
	*ret_service = service;
	return ERR_OK;
}

void service_stop(struct service *service) {
	if (!service)
		return;
	while (service->stages_up) {
		const struct stage *stage = &stages[--service->stages_up];
		stage->down(service);
		log_event(LOG_DEBUG, "stage_down", "stage=%s", stage->name);
	}
	free(service);
}

static void warn_of_unreloadable(const struct settings *old, const struct settings *new) {
	size_t count;
	const struct config_option *options = options_table(&count);
	for (size_t i = 0; i < count; i++)
		if (!options[i].is_reloadable && !options_is_same(&options[i], old, new))
			log_event(LOG_WARNING, "reload_needs_restart", "section=%s option=%s",
			    options[i].section, options[i].name);
}

/* What is wrong with one of the parts, which go on as they were. */
static enum err refuse_reload(enum err err, const char *detail) {
	log_event(LOG_ERROR, "reload_refused", "reason=%s detail=%s", LOG_QUOTED(err_text(err)),
	    LOG_QUOTED_LONG(detail));
	return err;
}

enum err service_reload(struct service *service, const struct settings *settings) {
	const char *detail = "";
	struct net_tls tls = tls_of(settings);
	enum err err = net_reload(service->net, &tls, &detail);
	if (err)
		return refuse_reload(err, detail);
	err = signer_reload(service->signer, service->engine_detail);
	if (err)
		return refuse_reload(err, service->engine_detail);
	log_set_level((enum log_level)settings->log_level);
	warn_of_unreloadable(&service->settings, settings);
	engine_resume(service->engine); /* after a full disk; does nothing otherwise */
	return ERR_OK;
}

/* The origin is the ledger's, which is not opened: any will do to read the keys. */
static enum err check_key_file(const struct settings *settings, const char **ret_detail) {
	static char detail[ENGINE_DETAIL_BYTES];
	char path[PATH_MAX];
	struct key_file keys = { .count = 0 };
	place_file(settings, settings->checkpoint_key, KEY_FILE_NAME, path);
	enum err err = key_file_open(path, "check", &keys, detail);
	key_file_close(&keys);
	*ret_detail = detail;
	return err;
}

enum err service_check(const struct settings *settings, const char **ret_detail) {
	struct net_tls tls = tls_of(settings);
	enum err err = net_check_tls(&tls, ret_detail);
	return err ? err : check_key_file(settings, ret_detail);
}
