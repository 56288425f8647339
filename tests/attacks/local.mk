# SPDX-License-Identifier: Apache-2.0
# The daemon and those who mean it ill. Each is a row of tests/faults.

attack_tests = tests/attacks/authorisation.sh tests/attacks/backup.sh tests/attacks/confined.sh tests/attacks/framing.sh \
	tests/attacks/operations.sh tests/attacks/resources.sh tests/attacks/retry.sh tests/attacks/revocation.sh \
	tests/attacks/starved.sh
dist_check_SCRIPTS += $(attack_tests)
EXTRA_DIST += tests/attacks/authorisation.py tests/attacks/framing.py tests/attacks/framing_http1.py \
	tests/attacks/framing_http2.py tests/attacks/operations.py tests/attacks/resources.py tests/attacks/retry.py \
	tests/attacks/revocation.py tests/attacks/starved.py tests/attacks/wire.py
TESTS += $(attack_tests)

# Preloaded by operations.sh.
check_LTLIBRARIES += tests/attacks/libclock.la
tests_attacks_libclock_la_SOURCES = tests/attacks/clock.c
tests_attacks_libclock_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere

# Preloaded by starved.sh.
check_LTLIBRARIES += tests/attacks/libstarving.la
tests_attacks_libstarving_la_SOURCES = tests/attacks/starving.c tests/support/allocations.c \
	tests/support/allocations.h
tests_attacks_libstarving_la_CPPFLAGS = $(TEST_CPPFLAGS)
tests_attacks_libstarving_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
