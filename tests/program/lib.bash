# shellcheck shell=bash disable=SC2034 # what is set here is for the tests
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of the program share. Each test has its own directory $WORK with a
# stand-in runtime and a bundle, and an empty policy, record and log directory.
#
#   gate VERB ...     ocigate as an engine calls it: --root, --log, --log-format json
#   bare ...          ocigate with these arguments alone
#   passed            it became the runtime and said nothing itself
#   refused PATTERN   it did not, and said why as engines need it
#
# What the runtime saw is then in $OUT, one line of JSON; see standin.c.

bats_require_minimum_version 1.5.0

readonly CONFIG_DIR=$OCIGATE_PREFIX/etc/ocigate
readonly COPY_DIR=$OCIGATE_PREFIX/var/lib/ocigate/last-good
readonly RECORD_DIR=$OCIGATE_PREFIX/run/ocigate
readonly DECISIONS=$OCIGATE_PREFIX/var/log/ocigate/decisions.jsonl
readonly DATA=$BATS_TEST_DIRNAME/../data

# words by which an engine would choose another exit code than "permission denied"
readonly MISLEADING='not found|no such file|does not exist|is a directory|not a directory|executable file'

setup() {
	[ -n "${STANDIN_BUILT:-}" ] || {
		echo "start these tests by tests/program/run" >&2
		return 1
	}
	rm -rf "${OCIGATE_PREFIX:?}"/etc/* "${OCIGATE_PREFIX:?}"/var/* "${OCIGATE_PREFIX:?}"/run/*
	N_MOUNTS=$(wc -l </proc/self/mounts)
	WORK=$BATS_TEST_TMPDIR
	mkdir "$WORK/runtime"
	STANDIN=$WORK/runtime/standin
	cp "$STANDIN_BUILT" "$STANDIN"
	ROOT=$WORK/root LOG=$WORK/log.json OUT=$WORK/out ERR=$WORK/err BUNDLE=$WORK/bundle
	STDIN=/dev/null
	ENVIRONMENT=()
	bundle "$BUNDLE"
	policy privileged
}

# what a test mounted is unmounted, the last one first
teardown() {
	local mounted

	rm -f "$WORK/runtime/hold"
	while read -r _ mounted _; do
		umount -l "$mounted"
	done < <(tail -n "+$((N_MOUNTS + 1))" /proc/self/mounts | tac)
}

# policy PROFILE [MEMBERS]: the host's policy, with more members (",\"mode\":\"audit\"") if given
policy() {
	mkdir -p "$CONFIG_DIR"
	printf '{"version":1,"runtime":"%s","default":"%s"%s}\n' "$STANDIN" "$1" "${2:-}" >"$CONFIG_DIR/policy.json"
}

# bundle DIRECTORY [FILTER]: Docker's config.json without what takes space, changed by jq, written as ocigate writes
bundle() {
	mkdir -p "$1/rootfs"
	jq -cj 'del(.hooks, .linux.seccomp) | .root.path = "rootfs" | .mounts |= map(select(.type != "bind"))'" | ${2:-.}" \
		"$DATA/docker.json" >"$1/config.json"
}

# --- calling ----------------------------------------------------------------

# closed COMMAND...: become it with no descriptor but the first three
closed() {
	local fd

	for fd in /proc/"$BASHPID"/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || eval "exec $fd>&-"
	done
	exec "$@"
}

# called COMMAND...: status in $STATUS, output in $OUT and $ERR
called() {
	STATUS=0
	(closed "$@") >"$OUT" 2>"$ERR" <"$STDIN" || STATUS=$?
}

bare() {
	called env -i "${ENVIRONMENT[@]}" "$OCIGATE" "$@"
}

gate() {
	rm -f "$LOG"
	bare --root "$ROOT" --log "$LOG" --log-format json "$@"
}

create() { # ID [BUNDLE]
	gate create --bundle "${2:-$BUNDLE}" "$1"
}

# --- asserting --------------------------------------------------------------

fails() { # MESSAGE: with all that is known
	echo "$1"
	echo "status: $STATUS"
	echo "stderr: $(cat "$ERR")"
	echo "stdout: $(head -c 2000 "$OUT")"
	[ ! -e "$LOG" ] || echo "log: $(cat "$LOG")"
	return 1
}

# not COMMAND...: fails the test when it succeeds, which "!" alone does not
not() {
	! "$@"
}

ran() {
	[ -s "$OUT" ]
}

passed() {
	local lines=()

	[ "$STATUS" = 0 ] || fails "wanted: the runtime's status, 0" || return
	ran || fails "wanted: the runtime" || return
	[ ! -s "$ERR" ] || fails "wanted: silence on stderr" || return
	[ ! -e "$LOG" ] || fails "wanted: silence in the log" || return
	mapfile -t lines <"$OUT"
	[[ ${#lines[@]} = 1 && ${lines[0]} = '{"argv":['*'}' ]] || fails "wanted: on stdout nothing but the runtime's"
}

# one line on stderr, the same in the one record of the log, and no runtime
refused() { # PATTERN [STATUS]
	ran && { fails "wanted: no runtime" || return; }
	[ "$STATUS" = "${2:-1}" ] || fails "wanted: status ${2:-1}" || return
	[ "$(wc -l <"$ERR")" = 1 ] || fails "wanted: one line on stderr" || return
	grep -q '^ocigate: permission denied: ' "$ERR" || fails "wanted: permission denied" || return
	! grep -qiE "$MISLEADING" "$ERR" || fails "wanted: none of the words that mislead engines" || return
	grep -qE -- "$1" "$ERR" || fails "wanted: $1" || return
	[ -e "$LOG" ] || fails "wanted: a record in the log" || return
	[ "$(wc -l <"$LOG")" = 1 ] || fails "wanted: one record in the log" || return
	jq -e --arg line "$(cat "$ERR")" '
		keys == ["level", "msg", "time"] and .level == "error" and .msg == $line and
		(.time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"))' \
		"$LOG" >/dev/null || fails "wanted: a record that engines read"
}

# saw FILTER: of what the runtime saw; passes when jq says so
saw() {
	jq -e "$@" "$OUT" >/dev/null || fails "wanted of the runtime's report: $*"
}

# decisions [FILTER]: the decision log, through jq
decisions() {
	jq -c "${@:-.}" "$DECISIONS"
}

last_decision() { # FILTER, which must hold
	tail -n 1 "$DECISIONS" | jq -e "$@" >/dev/null || {
		echo "wanted of the last decision: $*"
		tail -n 1 "$DECISIONS"
		return 1
	}
}

record_file() { # ID: where the one record of that id lies
	find "$RECORD_DIR" -name "$1.json"
}

same() { # WANTED FOUND, bytes
	[ "$1" = "$2" ] || {
		printf 'wanted: %s\nfound:  %s\n' "$1" "$2"
		return 1
	}
}

# tmpfs_over DIRECTORY OPTIONS
tmpfs_over() {
	mkdir -p "$1"
	mount -t tmpfs -o "$2" tests-limited "$1"
}
