#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A ledger is backed up while clients write to it, again and again into the same copy, and restored: as it is, to an
# entry, to a moment, from the copy and from the ledger itself. Each restored ledger has the tree that the daemon had.
# COMMANDS (20000; 200000 with FAULTS=long): how many are written meanwhile at least; as many more as three backups take.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

case ${FAULTS-} in
long) commands=200000 ;;
brief) commands=2000 ;;
*) commands=20000 ;;
esac
commands=${COMMANDS:-$commands}
unsound=0
restored=0

ctl() {
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/operator.pem" \
		--key "$work/ca/operator.key" "$@"
}

member() { # NAME FILE: of a JSON object on one line
	sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$2"
}

# The first full second after an entry.
moment_after() { # SEQ
	ctl --json journal --after $(($1 - 1)) --limit 1 >"$work/entry"
	date -u -d "@$(($(sed -n 's/.*"time_us":"\([0-9]*\)".*/\1/p' "$work/entry") / 1000000 + 1))" +%Y-%m-%dT%H:%M:%SZ
}

expect_restored() { # WHAT SIZE OPTIONS…: restores; the daemon on it has the root that was printed, and the size
	local what=$1 size=$2
	shift 2
	rm -rf "$work/restored"
	"$build/voucherctl" --json restore "$work/restored" "$@" >"$work/result" || fail "$what was not restored"
	restored=$((restored + 1))
	[ -z "$size" ] || [ "$(member size "$work/result")" = "$size" ] ||
		{ echo "$what: $(cat "$work/result") instead of $size entries" >&2 && unsound=$((unsound + 1)); }
}

# Makes funds until $commands of them are there and the backups suffice; $work/written says how many.
write_funds() {
	local written=0 chunk=1000 i
	while [ "$written" -lt "$commands" ] || [ ! -e "$work/enough" ]; do
		for ((i = written + 1; i <= written + chunk; i++)); do
			echo "{\"create_fund\":{\"code\":\"f$i\",\"name\":\"fund $i\"}}"
		done >"$work/commands.ndjson"
		ctl batch "$work/commands.ndjson" --size 20 || return
		written=$((written + chunk))
	done
	echo "$written" >"$work/written"
}

step "a daemon, and clients that write"
start_daemon
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null
write_funds >"$work/client" 2>&1 &
client=$!

step "backed up meanwhile, into one copy"
backups=0
while kill -0 "$client" 2>/dev/null; do
	"$build/voucherctl" --json backup "$work/backup" --directory "$work/ledger" --rate 0 >"$work/result" ||
		fail "a backup failed"
	backups=$((backups + 1))
	[ "$backups" -lt 3 ] || touch "$work/enough"
	[ $((backups % 5)) != 1 ] || expect_restored "backup $backups" "$(member size "$work/result")" --from "$work/backup"
done
wait "$client" || fail "the client failed: $(cat "$work/client")"
commands=$(cat "$work/written")
echo "  $backups backups"

step "the last one is the ledger"
"$build/voucherctl" --json backup "$work/backup" --directory "$work/ledger" >"$work/result"
size=$((commands + 2))
[ "$(member size "$work/result")" = $size ] || fail "the backup has $(member size "$work/result") entries instead of $size"
root=$(member root "$work/result")
expect_restored "the whole" $size --from "$work/backup"
[ "$(member root "$work/result")" = "$root" ] || fail "another root was restored"

step "restored to an entry, and to a moment"
for at in 1 2 3 $((commands / 3)) $((commands / 2 + 7)) $((size - 1)) $size; do
	expect_restored "entry $at" "$at" --from "$work/backup" --at "$at"
	root_at=$(member root "$work/result")
	expect_restored "entry $at of the ledger itself" "$at" --from "$work/ledger" --at "$at"
	[ "$(member root "$work/result")" = "$root_at" ] || { echo "another root at $at" >&2 && unsound=$((unsound + 1)); }
done
moment=$(moment_after $((commands / 2)))
expect_restored "at $moment" "" --from "$work/backup" --at "$moment"
then=$(member size "$work/result")
[ "$then" -ge $((commands / 2)) ] || fail "$then entries at $moment"
[ "$then" = $size ] || [[ "$(moment_after $((then + 1)))" > "$moment" ]] || fail "entry $((then + 1)) is no later than $moment"

step "what cannot be done is refused, and nothing is made or changed"
refused() { # TEXT ARGUMENTS…
	local text=$1
	shift
	! "$build/voucherctl" "$@" >"$work/body" 2>&1 || fail "it was done: $*"
	body_has "$text"
}
refused "entries, not" restore "$work/no" --from "$work/backup" --at $((size + 1))
refused "made later" restore "$work/no" --from "$work/backup" --at 2001-01-01T00:00:00Z
refused "--at must be" restore "$work/no" --from "$work/backup" --at yesterday
refused "in use by another process" restore "$work/ledger" --from "$work/backup"
refused "There is a ledger in" restore "$work/restored" --from "$work/backup"
refused "there is no ledger" restore "$work/no" --from "$work/nothing"
refused "there is no ledger" backup "$work/no" --directory "$work/nothing"
[ ! -e "$work/no/journal/data.mdb" ] || fail "something was made"

step "the daemon starts on what was restored, and has what it had"
expect_restored "the whole" $size --from "$work/backup"
stop_daemon
cp "$work/ledger/checkpoint.key" "$work/restored/"
sed -i "s#^directory.*#directory = $work/restored#" "$work/voucherd.conf"
launch
ctl --json journal >"$work/journal"
found=$(grep -o '"create_fund":{"code":"f[0-9]*"' "$work/journal" | sort -u | wc -l)
[ "$found" = "$commands" ] || fail "$found of $commands commands are in the restored journal"
stop_daemon
echo "15|backup under load, restored|$restored ledgers|$unsound"
[ $unsound = 0 ]
