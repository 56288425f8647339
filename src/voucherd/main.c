/* SPDX-License-Identifier: Apache-2.0 */
/* voucherd: reads its settings, starts, obeys signals, stops. */
#include "base/buffer.h"
#include "base/log.h"
#include "voucherd/config.h"
#include "voucherd/options.h"
#include "voucherd/service.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_FILE_STANDARD "/etc/voucherd/voucherd.conf"

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "Usage: voucherd [--config FILE] [--check]\n"
    "\n"
    "The innovation voucher daemon. Runs in the foreground, logs to stderr.\n"
    "\n"
    "  -c, --config FILE    settings (default " CONFIG_FILE_STANDARD ")\n"
    "  -t, --check          check the settings and the keys that they name, exit\n"
    "      --print-sample   print a commented settings file\n"
    "      --print-manual   print voucherd.conf(5)\n"
    "  -V, --version        print the version\n"
    "  -h, --help           print this\n"
    "\n"
    "Signals: SIGHUP reads certificates, revocation list and reloadable options again, and\n"
    "writes again after a full disk;\n"
    "SIGTERM and SIGINT finish what has been accepted, checkpoint, and exit with 0.\n"
    "\n"
    "A first start:\n"
    "  voucherctl init --directory /var/lib/voucherd --name \"Our ledger\" --admin ID=admin.pem\n"
    "  voucherd --print-sample >voucherd.conf    # then fill in what has no default\n"
    "  voucherd --config voucherd.conf --check && voucherd --config voucherd.conf\n";

enum mode { MODE_RUN, MODE_CHECK, MODE_SAMPLE, MODE_MANUAL, MODE_VERSION, MODE_HELP, MODE_WRONG };

struct arguments {
	const char *config_file;
	enum mode mode;
};

static struct arguments parse_arguments(int argc, char **argv) {
	static const struct {
		int code;
		enum mode mode;
	} modes[] = {
		{ 't', MODE_CHECK },
		{ 's', MODE_SAMPLE },
		{ 'm', MODE_MANUAL },
		{ 'V', MODE_VERSION },
		{ 'h', MODE_HELP },
	};
	static const struct option long_options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 't' },
		{ "print-sample", no_argument, NULL, 's' },
		{ "print-manual", no_argument, NULL, 'm' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct arguments arguments = { .config_file = CONFIG_FILE_STANDARD, .mode = MODE_RUN };
	int code;
	while ((code = getopt_long(argc, argv, "c:tVh", long_options, NULL)) != -1) {
		if (code == 'c')
			arguments.config_file = optarg;
		if (code == '?')
			arguments.mode = MODE_WRONG;
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
			if (modes[i].code == code && arguments.mode == MODE_RUN)
				arguments.mode = modes[i].mode;
	}
	if (optind < argc) {
		fprintf(stderr, "voucherd: unexpected argument \"%s\"\n", argv[optind]);
		arguments.mode = MODE_WRONG;
	}
	return arguments;
}

static int print_text(void (*write)(struct buffer *buffer)) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	write(&buffer);
	bool is_good = !buffer_error(&buffer) &&
	    fwrite(buffer.data, 1, buffer.bytes, stdout) == buffer.bytes && !fflush(stdout);
	buffer_done(&buffer);
	return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Signals are taken by sigwait in this thread alone; every thread made later inherits the mask. */
static sigset_t block_signals(void) {
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signals;
}

static void reload(struct service *service, const char *config_file) {
	struct settings settings;
	char reason[SETTINGS_TEXT_BYTES + 512];
	if (config_read(config_file, &settings, reason, sizeof(reason)))
		log_event(LOG_ERROR, "reload_refused", "reason=%s", LOG_QUOTED(reason));
	else if (!service_reload(service, &settings))
		log_event(LOG_INFO, "reloaded", "file=%s", LOG_QUOTED(config_file));
}

static int run(const struct settings *settings, const char *config_file) {
	sigset_t signals = block_signals();
	struct service *service;
	log_set_level((enum log_level)settings->log_level);
	if (service_start(settings, &service))
		return EXIT_FAILURE;
	for (;;) {
		int signal_number;
		if (sigwait(&signals, &signal_number))
			continue;
		if (signal_number != SIGHUP)
			break;
		reload(service, config_file);
	}
	log_event(LOG_INFO, "stopping", "timeout_ms=%u", settings->drain_ms);
	service_stop(service);
	log_event(LOG_INFO, "stopped", "status=%d", EXIT_SUCCESS);
	return EXIT_SUCCESS;
}

static int check_files(const struct settings *settings, const char *config_file) {
	const char *detail = "";
	if (service_check(settings, &detail)) {
		fprintf(stderr, "voucherd: %s: %s\n", config_file, detail);
		return EXIT_USAGE;
	}
	printf("%s: the settings are right\n", config_file);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
	struct arguments arguments = parse_arguments(argc, argv);
	switch (arguments.mode) {
	case MODE_WRONG: fputs("Try `voucherd --help`.\n", stderr); return EXIT_USAGE;
	case MODE_HELP: fputs(usage, stdout); return EXIT_SUCCESS;
	case MODE_VERSION: puts("voucherd " PACKAGE_VERSION); return EXIT_SUCCESS;
	case MODE_SAMPLE: return print_text(options_write_sample);
	case MODE_MANUAL: return print_text(options_write_manual);
	case MODE_CHECK:
	case MODE_RUN: break;
	}
	struct settings settings;
	char reason[SETTINGS_TEXT_BYTES + 512];
	if (config_read(arguments.config_file, &settings, reason, sizeof(reason))) {
		fprintf(stderr, "voucherd: %s\n", reason);
		return EXIT_USAGE;
	}
	if (arguments.mode == MODE_CHECK)
		return check_files(&settings, arguments.config_file);
	return run(&settings, arguments.config_file);
}
