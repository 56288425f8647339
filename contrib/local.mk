# SPDX-License-Identifier: Apache-2.0

dist_man_MANS += contrib/man/voucherd.8 contrib/man/voucherd.conf.5
EXTRA_DIST += contrib/programmes/README.md contrib/programmes/changping-2017.json contrib/programmes/changping-2017.csv \
	contrib/programmes/ninghai-2016.json contrib/programmes/ninghai-2016.csv
EXTRA_DIST += contrib/check contrib/quickstart contrib/packages contrib/demo-ca contrib/plain-path contrib/style/layers \
	contrib/style/format contrib/voucherd.conf.sample contrib/systemd/voucherd.service
