# SPDX-License-Identifier: Apache-2.0

unit_voucherctl_tests = \
	tests/unit/voucherctl/test_options \
	tests/unit/voucherctl/test_compose \
	tests/unit/voucherctl/test_settings \
	tests/unit/voucherctl/test_text \
	tests/unit/voucherctl/test_tile_folder \
	tests/unit/voucherctl/test_show \
	tests/unit/voucherctl/test_batch_source \
	tests/unit/voucherctl/test_guides \
	tests/unit/voucherctl/test_session \
	tests/unit/voucherctl/test_init \
	tests/unit/voucherctl/test_programme \
	tests/unit/voucherctl/test_programme_rules \
	tests/unit/voucherctl/test_bank_file \
	tests/unit/voucherctl/test_bank_import \
	tests/unit/voucherctl/test_qr
check_PROGRAMS += $(unit_voucherctl_tests)
TESTS += $(unit_voucherctl_tests)

tests_unit_voucherctl_test_options_SOURCES = tests/unit/voucherctl/test_options.c \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h
tests_unit_voucherctl_test_options_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_options_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_compose_SOURCES = tests/unit/voucherctl/test_compose.c \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h \
	tests/unit/client/pki.c tests/unit/client/pki.h
tests_unit_voucherctl_test_compose_CPPFLAGS = $(TEST_CPPFLAGS) $(OPENSSL_CFLAGS)
tests_unit_voucherctl_test_compose_LDADD = libvoucherctl.la $(OPENSSL_LIBS) $(TEST_LIBS)

tests_unit_voucherctl_test_settings_SOURCES = tests/unit/voucherctl/test_settings.c \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h
tests_unit_voucherctl_test_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_settings_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_text_SOURCES = tests/unit/voucherctl/test_text.c
tests_unit_voucherctl_test_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_text_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_tile_folder_SOURCES = tests/unit/voucherctl/test_tile_folder.c
tests_unit_voucherctl_test_tile_folder_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_tile_folder_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_show_SOURCES = tests/unit/voucherctl/test_show.c
tests_unit_voucherctl_test_show_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_show_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_batch_source_SOURCES = tests/unit/voucherctl/test_batch_source.c
tests_unit_voucherctl_test_batch_source_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_batch_source_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_guides_SOURCES = tests/unit/voucherctl/test_guides.c \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h
tests_unit_voucherctl_test_guides_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_guides_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_session_SOURCES = tests/unit/voucherctl/test_session.c \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h \
	tests/unit/client/pki.c tests/unit/client/pki.h \
	tests/unit/client/stub_server.c tests/unit/client/stub_server.h
tests_unit_voucherctl_test_session_CPPFLAGS = $(TEST_CPPFLAGS) $(OPENSSL_CFLAGS)
tests_unit_voucherctl_test_session_LDADD = libvoucherctl.la $(OPENSSL_LIBS) $(TEST_LIBS)

tests_unit_voucherctl_test_init_SOURCES = tests/unit/voucherctl/test_init.c \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h \
	tests/unit/client/pki.c tests/unit/client/pki.h
tests_unit_voucherctl_test_init_CPPFLAGS = $(TEST_CPPFLAGS) $(OPENSSL_CFLAGS)
tests_unit_voucherctl_test_init_LDADD = libvoucherctl.la $(OPENSSL_LIBS) $(TEST_LIBS)

tests_unit_voucherctl_test_programme_SOURCES = tests/unit/voucherctl/test_programme.c \
	tests/unit/voucherctl/verb_run.c tests/unit/voucherctl/verb_run.h \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h
tests_unit_voucherctl_test_programme_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_programme_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_programme_rules_SOURCES = tests/unit/voucherctl/test_programme_rules.c
tests_unit_voucherctl_test_programme_rules_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_programme_rules_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_qr_SOURCES = tests/unit/voucherctl/test_qr.c
tests_unit_voucherctl_test_qr_CPPFLAGS = $(TEST_CPPFLAGS) $(QRENCODE_CFLAGS)
tests_unit_voucherctl_test_qr_LDADD = libvoucherctl.la $(QRENCODE_LIBS) $(TEST_LIBS)

tests_unit_voucherctl_test_bank_file_SOURCES = tests/unit/voucherctl/test_bank_file.c \
	tests/unit/voucherctl/verb_run.c tests/unit/voucherctl/verb_run.h \
	tests/unit/voucherctl/words.c tests/unit/voucherctl/words.h
tests_unit_voucherctl_test_bank_file_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_bank_file_LDADD = libvoucherctl.la $(TEST_LIBS)

tests_unit_voucherctl_test_bank_import_SOURCES = tests/unit/voucherctl/test_bank_import.c
tests_unit_voucherctl_test_bank_import_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherctl_test_bank_import_LDADD = libvoucherctl.la $(TEST_LIBS)
