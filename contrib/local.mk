# SPDX-License-Identifier: Apache-2.0

dist_man_MANS += contrib/man/libvoucher.3 contrib/man/voucherd.8 contrib/man/voucherd.conf.5
EXTRA_DIST += contrib/programmes/README.md \
	contrib/programmes/beijing-computing-2026.json contrib/programmes/beijing-computing-2026.csv \
	contrib/programmes/changping-2017.json contrib/programmes/changping-2017.csv \
	contrib/programmes/jinyun-2017.json contrib/programmes/jinyun-2017.csv \
	contrib/programmes/jixian-2015.json contrib/programmes/jixian-2015.csv \
	contrib/programmes/ninghai-2016.json contrib/programmes/ninghai-2016.csv \
	contrib/programmes/ninghai-2016-centre.json contrib/programmes/ninghai-2016-centre.csv \
	contrib/programmes/ninghai-2016-recognition.json contrib/programmes/ninghai-2016-recognition.csv \
	contrib/programmes/ninghai-2016-recognition-highest.json contrib/programmes/ninghai-2016-recognition-highest.csv \
	contrib/programmes/ninghai-2016-talent.json contrib/programmes/ninghai-2016-talent.csv \
	contrib/programmes/shifan-2026.json contrib/programmes/shifan-2026.csv \
	contrib/programmes/shifan-city-2026.json contrib/programmes/shifan-city-2026.csv \
	contrib/programmes/shifan-top-up-2026.json contrib/programmes/shifan-top-up-2026.csv \
	contrib/programmes/tongzhou-2018.json contrib/programmes/tongzhou-2018.csv \
	contrib/programmes/tongzhou-2018-vouchers.json contrib/programmes/tongzhou-2018-vouchers.csv
EXTRA_DIST += contrib/bench contrib/check contrib/quickstart contrib/packages contrib/demo-ca contrib/plain-path contrib/style/layers \
	contrib/style/format contrib/voucherd.conf.sample contrib/systemd/voucherd.service

# How banks write their tables; voucherctl looks for them there.
bankprofilesdir = $(pkgdatadir)/bank-profiles
dist_bankprofiles_DATA = contrib/bank-profiles/icbc.ini contrib/bank-profiles/ccb.ini \
	contrib/bank-profiles/cmb.ini contrib/bank-profiles/boc.ini
EXTRA_DIST += contrib/bank-profiles/README.md

# The benchmark beside its peers, with this build.
bench: bench-build
	$(top_srcdir)/contrib/bench --build $(abs_top_builddir) --output $(abs_top_builddir)/bench-results $(BENCH_FLAGS)
.PHONY: bench
