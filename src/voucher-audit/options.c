/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
    "voucher-audit [OPTION…] LEDGER\n"
    "voucher-audit witness …            (see the manual page)\n"
    "Checks a ledger from its files alone: hashes, money, decisions, persons.\n"
    "LEDGER: its directory, or an export of its journal (protobuf or JSON lines).\n"
    "\n"
    "  --state DIR        keep the audit there, and go on from what is kept there\n"
    "  --work DIR         where files without a name go (default: $TMPDIR or /tmp)\n"
    "  --checkpoint FILE  a signed checkpoint that the journal must continue; may be repeated\n"
    "  --key KEY          with it: a verifier key of the ledger (name+id+base64); may be repeated\n"
    "  --hashes           checksums, hashes and tree only\n"
    "  --all              show every finding that was kept\n"
    "  --json             the report as JSON\n"
    "  --lang zh|en       of the report\n"
    "  --quiet            no progress bar\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 nothing is wrong; 1 something is; 2 usage; 3 it could not be checked.\n";

static const char USAGE_ZH[] =
    "voucher-audit [选项…] 账本\n"
    "voucher-audit witness …            （见手册页）\n"
    "仅凭账本文件核查：哈希、资金、决定、人员。\n"
    "账本：账本目录，或导出的流水（protobuf 或逐行 JSON）。\n"
    "\n"
    "  --state 目录       在此保存审计结果，下次从此处继续\n"
    "  --work 目录        临时文件所在目录（默认 $TMPDIR 或 /tmp）\n"
    "  --checkpoint 文件  账本须与之相承接的已签名检查点，可重复\n"
    "  --key 密钥         账本的验证公钥（名称+编号+base64），与上一项同用，可重复\n"
    "  --hashes           只核查校验和、哈希与哈希树\n"
    "  --all              列出保存的全部问题\n"
    "  --json             以 JSON 输出报告\n"
    "  --lang zh|en       报告语言\n"
    "  --quiet            不显示进度\n"
    "  --help, --version\n"
    "\n"
    "退出状态：0 无问题；1 有问题；2 用法错误；3 无法核查。\n";

static bool is_chinese(const char *text) {
	return strncmp(text, "zh", 2) == 0;
}

/* As voucherctl chooses it. */
static bool is_zh_from_environment(void) {
	static const char *const names[] = { "VOUCHERCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return is_chinese(value);
	}
	return false;
}

static bool fail(const struct options *options, const char *en, const char *zh, const char *what) {
	fprintf(stderr, options->is_zh ? zh : en, what);
	fputc('\n', stderr);
	return false;
}

static bool add(const struct options *options, const char **list, size_t *count, const char *text) {
	if (*count == OPTION_FILES_MAX)
		return fail(options, "voucher-audit: too many files or keys: %s",
		    "voucher-audit：文件或密钥过多：%s", text);
	list[(*count)++] = text;
	return true;
}

enum {
	OPT_STATE = 256,
	OPT_WORK,
	OPT_CHECKPOINT,
	OPT_KEY,
	OPT_HASHES,
	OPT_ALL,
	OPT_JSON,
	OPT_LANG,
	OPT_QUIET,
	OPT_HELP,
	OPT_VERSION
};

static const struct option LONG_OPTIONS[] = {
	{ "state", required_argument, NULL, OPT_STATE },
	{ "work", required_argument, NULL, OPT_WORK },
	{ "checkpoint", required_argument, NULL, OPT_CHECKPOINT },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "hashes", no_argument, NULL, OPT_HASHES },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "lang", required_argument, NULL, OPT_LANG },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ 0 },
};

static bool take_option(struct options *o, int option) {
	switch (option) {
	case OPT_STATE: o->directory = optarg; return true;
	case OPT_WORK: o->work = optarg; return true;
	case OPT_CHECKPOINT: return add(o, o->checkpoints, &o->n_checkpoints, optarg);
	case OPT_KEY: return add(o, o->keys, &o->n_keys, optarg);
	case OPT_HASHES: o->is_only_hashes = true; return true;
	case OPT_ALL: o->is_all = true; return true;
	case OPT_JSON: o->is_json = true; return true;
	case OPT_QUIET: o->is_quiet = true; return true;
	case OPT_LANG:
		if (!is_chinese(optarg) && strncmp(optarg, "en", 2) != 0)
			return fail(o, "voucher-audit: --lang is \"zh\" or \"en\", not \"%s\".",
			    "voucher-audit：--lang 应为 zh 或 en，而不是“%s”。", optarg);
		o->is_zh = is_chinese(optarg);
		return true;
	default:
		return fail(o, "Try \"voucher-audit --help\".%s", "请参阅 voucher-audit --help。%s", "");
	}
}

static bool want_sense(const struct options *o, int left) {
	if (left != 1)
		return fail(o, "voucher-audit: name one ledger: its directory or an export of it.%s",
		    "voucher-audit：请指定一个账本：其目录或导出文件。%s", "");
	if (o->n_checkpoints > 0 && o->n_keys == 0)
		return fail(o, "voucher-audit: --checkpoint needs --key: by what is it signed?%s",
		    "voucher-audit：--checkpoint 须与 --key 同用，以验证签名。%s", "");
	if (o->is_only_hashes && o->directory)
		return fail(o, "voucher-audit: --hashes checks too little to be kept (--state).%s",
		    "voucher-audit：--hashes 核查内容过少，不能与 --state 同用。%s", "");
	return true;
}

bool options_parse(
    int argc, char **argv, struct options *ret_options, enum exit_status *ret_status) {
	struct options *o = ret_options;
	int option;
	*o = (struct options){ .is_zh = is_zh_from_environment() };
	*ret_status = EXIT_AUDIT_USAGE;
	while ((option = getopt_long(argc, argv, "", LONG_OPTIONS, NULL)) != -1) {
		if (option == OPT_HELP || option == OPT_VERSION) {
			fputs(option == OPT_VERSION ? "voucher-audit " PACKAGE_VERSION "\n"
			        : o->is_zh          ? USAGE_ZH
			                            : USAGE,
			    stdout);
			*ret_status = EXIT_CLEAN;
			return false;
		}
		if (!take_option(o, option))
			return false;
	}
	if (!want_sense(o, argc - optind))
		return false;
	o->ledger = argv[optind];
	return true;
}
