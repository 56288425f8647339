/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The filter of system calls is a list of what is forbidden and not of what is allowed: that stays
 * right when a library makes another call tomorrow. The list of what is allowed is systemd's.
 */
#include "voucherd/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- rights --- */

static enum err drop_to(const struct passwd *user) {
	if (initgroups(user->pw_name, user->pw_gid) ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid))
		return ERR_IO;
	/* There must be no way back. */
	return setuid(0) == 0 || setgid(0) == 0 ? ERR_IO : ERR_OK;
}

enum err confine_become(const char *user) {
	const struct passwd *found = getpwnam(user);
	if (!found || found->pw_uid == 0)
		return ERR_NOT_FOUND;
	if (geteuid() == found->pw_uid)
		return ERR_OK;
	return geteuid() == 0 ? drop_to(found) : ERR_DENIED;
}

/* --- memory --- */

enum err confine_hide_memory(void) {
	const struct rlimit none = { 0, 0 };
	return setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ? ERR_IO : ERR_OK;
}

/* --- system calls --- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#if defined(ARCHITECTURE) && !defined(SANITIZED)

static const uint32_t forbidden[] = {
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
#ifdef SYS_fork
	SYS_fork,
	SYS_vfork,
#endif
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_setns,
	SYS_unshare,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_reboot,
	SYS_swapon,
	SYS_settimeofday,
	SYS_clock_settime,
	SYS_sethostname,
};

enum {
	FORBIDDEN = sizeof(forbidden) / sizeof(forbidden[0]),
	/* On x86-64 the same numbers with this bit are another architecture (x32). */
	FOREIGN_CALLS = 0x40000000,
};

enum err confine_forbid_calls(void) {
	enum { HEAD = 5, TAIL = 2 };
	_Static_assert((int)FORBIDDEN < UINT8_MAX, "jumps are of a byte");
	struct sock_filter filter[HEAD + FORBIDDEN + TAIL] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_CALLS, FORBIDDEN + 1, 0),
	};
	for (unsigned i = 0; i < FORBIDDEN; i++) /* to the last statement, or on */
		filter[HEAD + i] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, forbidden[i], (uint8_t)(FORBIDDEN - i), 0);
	filter[HEAD + FORBIDDEN] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[HEAD + FORBIDDEN + 1] = (struct sock_filter)BPF_STMT(
	    BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	const struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		return ERR_IO;
	return ERR_OK;
}

#else

enum err confine_forbid_calls(void) {
	return ERR_OK;
}

#endif
