#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The disk is full: a ledger on a small ext4 of its own (on a loop device; where there is none, on a small tmpfs; where
# nothing can be mounted, skipped) is filled up to the last block. Then new commands are 507, what was done before and
# reads are answered; with room and SIGHUP it goes on; killed while it is full, it starts again on the full disk; and
# in the end every acknowledged command is there once. DISK_FILLS (2; 10 in the long form): how often it is filled.
set -euo pipefail # also where the library is not found: what follows mounts
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

fills=2
[ "${FAULTS-}" != long ] || fills=10
fills=${DISK_FILLS:-$fills}
ballast_mib=3 # set free after each fill
disk_mib=$((13 + ballast_mib * fills))
per_batch=500

umount_and_exit() {
	local status=$?
	[ -z "$daemon" ] || { kill -9 "$daemon" && wait "$daemon"; } 2>/dev/null || true
	daemon=
	! mountpoint -q "$work/ledger" || umount -l "$work/ledger"
	(exit $status)
	on_exit
}

mount_small() {
	mkdir "$work/ledger"
	truncate -s ${disk_mib}M "$work/disk"
	if mkfs.ext4 -q -m 0 "$work/disk" 2>/dev/null && mount -o loop "$work/disk" "$work/ledger" 2>/dev/null; then
		kind="ext4 of $disk_mib MiB"
	elif mount -t tmpfs -o size=${disk_mib}m tmpfs "$work/ledger" 2>/dev/null; then
		kind="tmpfs of $disk_mib MiB (no loop device)"
	else
		echo "nothing can be mounted here: needs root"
		exit 77
	fi
	chmod 700 "$work/ledger"
}

# A batch of commands that make funds; their codes go to $work/told when it is accepted. Sets $status.
sent=0
send_batch() { # COUNT
	awk -v sent=$sent -v count="$1" 'BEGIN {
		printf "{\"commands\":["
		for (i = 1; i <= count; i++)
			printf "%s{\"id\":\"%08x-0000-4000-8000-%012x\",\"create_fund\":{\"code\":\"f%d\",\"name\":\"%0190d\"}}", (i > 1 ? "," : ""), sent, i, sent * 1000 + i, 0
		printf "]}"
	}' >"$work/batch"
	status=$(call -o "$work/body" -w '%{http_code}' -H 'content-type: application/json' --data-binary @"$work/batch" "$url/v1/batch") ||
		fail "curl failed"
	if [ "$status" = 200 ]; then
		[ "$(grep -o '"outcome":"OUTCOME_OK"' "$work/body" | wc -l)" = "$1" ] || fail "refused: $(head -c 300 "$work/body")"
		seq -f "f%.0f" $((sent * 1000 + 1)) $((sent * 1000 + $1)) >>"$work/told"
		cp "$work/batch" "$work/last"
	fi
	sent=$((sent + 1))
}

fill_up() {
	status=200
	while [ "$status" = 200 ]; do send_batch $per_batch; done
	[ "$status" = 507 ] || fail "status $status instead of 507: $(head -c 300 "$work/body")"
}

trap umount_and_exit EXIT
step "a daemon on a small disk"
mount_small
start_daemon
write_settings # on the port it has now
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null
as=operator
for fill in $(seq "$fills"); do
	fallocate -l ${ballast_mib}M "$work/ledger/ballast-$fill"
done

for fill in $(seq "$fills"); do
	step "fill $fill of $fills ($kind)"
	fill_up
	log_has event=ledger_read_only

	step "what needs no room is answered"
	send_batch 1
	[ "$status" = 507 ] || fail "a new command: $status instead of 507"
	expect 200 "$url/v1/funds?limit=1"
	expect 200 -H 'content-type: application/json' --data-binary @"$work/last" "$url/v1/batch"
	body_has '"replayed":true'
	expect 200 "$url/healthz"

	if [ $((fill % 2)) = 0 ]; then
		step "killed, it starts again on the full disk"
		kill -9 "$daemon"
		{ wait "$daemon" || true; } 2>/dev/null
		launch
		expect 200 "$url/v1/funds?limit=1"
	fi

	step "with room and SIGHUP it goes on"
	rm "$work/ledger/ballast-$fill"
	kill -HUP "$daemon"
	log_has event=reloaded
	for _ in $(seq 100); do # a checkpoint that waits takes what it needs first
		send_batch 1
		[ "$status" != 200 ] || break
		sleep 0.1
		kill -HUP "$daemon"
	done
	[ "$status" = 200 ] || fail "still $status: $(head -c 300 "$work/body")"
done

step "each acknowledged command is there once, and the state is what the journal says"
stop_daemon
cp -a "$work/ledger" "$work/roomy" # a disk that is nearly full gives lists as they were before (as_of says when)
umount "$work/ledger"
rmdir "$work/ledger"
mv "$work/roomy" "$work/ledger"
list() { # FILE
	launch
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/operator.pem" --key "$work/ca/operator.key" \
		--json journal >"$work/journal"
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/operator.pem" --key "$work/ca/operator.key" \
		--json fund list >"$1"
	stop_daemon
}
list "$work/funds"
rm -r "$work/ledger/state"
list "$work/rebuilt"
diff "$work/funds" "$work/rebuilt" >"$work/differences" || fail "the state is not what the journal says: $(head -c 2000 "$work/differences")"
grep -o '"create_fund":{"code":"f[0-9]*"' "$work/journal" | sed 's/.*:"//; s/"//' | sort >"$work/found"
[ -z "$(uniq -d "$work/found")" ] || fail "a command took effect twice"
[ -z "$(sort "$work/told" | comm -23 - "$work/found")" ] || fail "an acknowledged command is not in the journal"
echo "6|disk full|$fills fills of a small $kind, $(wc -l <"$work/told") commands acknowledged|0"
