# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
#
# What the engine tests share: a private host for the engine, its policy, and the
# questions asked of a container.
#
#   OCIGATE            the installed program; default: the one in PATH
#   OCIGATE_SYSCONFDIR, OCIGATE_LOCALSTATEDIR, OCIGATE_RUNSTATEDIR
#                      as given to configure; default: etc, var and run beside its
#                      sbin directory, /etc, /var and /run for an installation in /usr
#   LOW_LEVEL          the runtime that ocigate becomes: runc (default) or crun
#   TESTS_MUST_RUN=1   a test that cannot run here fails
#
# The policy, records and logs are the test's own: $CONFIG, $STATE and $RUNTIME_STATE
# are mounted over the installed ones inside the private host.

bats_require_minimum_version 1.5.0

readonly TOOLS=$BATS_TEST_DIRNAME
readonly HOST_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly PYTHON=/usr/bin/python3
readonly IMAGE=localhost/engine-test:1
readonly DEFAULT_ID=65532

# --- what is needed ---------------------------------------------------------

# Called by setup_file; the tests of the file are then skipped one by one by lib_setup.
cannot_run() {
	export CANNOT_RUN=$1
	if [ "${TESTS_MUST_RUN:-0}" = 1 ]; then
		echo "cannot run: $1" >&2
		return 1
	fi
}

need() {
	local program

	for program; do
		PATH=$HOST_PATH command -v "$program" >/dev/null || {
			cannot_run "$program is not installed"
			return
		}
	done
}

ocigate_find() {
	: "${OCIGATE:=$(PATH=$HOST_PATH command -v ocigate || :)}"
	[ -x "$OCIGATE" ] || {
		cannot_run "ocigate is not installed; see OCIGATE"
		return
	}
	OCIGATE=$(readlink -f "$OCIGATE")
	local prefix
	prefix=$(dirname "$(dirname "$OCIGATE")")
	case $prefix in
	/usr) prefix= ;;
	esac
	: "${OCIGATE_SYSCONFDIR:=$prefix/etc}"
	: "${OCIGATE_LOCALSTATEDIR:=$prefix/var}"
	: "${OCIGATE_RUNSTATEDIR:=$prefix/run}"
	export OCIGATE OCIGATE_SYSCONFDIR OCIGATE_LOCALSTATEDIR OCIGATE_RUNSTATEDIR
}

# lib_setup_file PROGRAM...: everything up to the running private host
lib_setup_file() {
	: "${LOW_LEVEL:=runc}"
	export LOW_LEVEL CANNOT_RUN=
	need unshare nsenter setpriv ip mountpoint pgrep busybox "$PYTHON" "$LOW_LEVEL" "$@" || return
	[ "$(id -u)" = 0 ] || cannot_run "engines run as root" || return
	[ -n "$CANNOT_RUN" ] || ocigate_find || return
	[ -n "$CANNOT_RUN" ] || host_start
}

lib_setup() {
	[ -z "$CANNOT_RUN" ] || skip "$CANNOT_RUN"
}

lib_teardown_file() {
	host_stop
}

# --- the private host -------------------------------------------------------

host_start() {
	local i

	# Short: paths of sockets have 107 bytes.
	HOST=$(mktemp -d /tmp/og.XXXXXX)
	CGROUP=/$(basename "$HOST")
	export HOST CGROUP CONFIG=$HOST/etc/ocigate STATE=$HOST/var RUNTIME_STATE=$HOST/ocigate-run
	chmod 755 "$HOST"
	mkdir -p "$HOST"/{etc/ocigate,var,ocigate-run,home,share,shared,lib-docker,lib-containerd,lib-containers}
	chmod 1777 "$HOST/share"
	# What an installation brings is there, what this machine's owner configured is not.
	[ ! -d "$OCIGATE_SYSCONFDIR/ocigate" ] || cp -a "$OCIGATE_SYSCONFDIR/ocigate" "$HOST/etc/"
	rm -f "$CONFIG/policy.json"
	low_level_path
	policy '{ "version": 1, "mode": "enforce", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	"$PYTHON" "$TOOLS/image.py" "$(PATH=$HOST_PATH command -v busybox)" "$TOOLS/probe" \
		"$HOST/rootfs.tar" "$HOST/image.tar" "$IMAGE"

	host_binds >"$HOST/binds"
	# A test run that is killed takes its host with it.
	PATH=$HOST_PATH setpriv --pdeathsig KILL \
		unshare --mount --pid --net --ipc --uts --fork --kill-child "$TOOLS/host-init" "$HOST" \
		>"$HOST/host.log" 2>&1 </dev/null 3>&- &
	HOST_OUTER=$!
	for ((i = 0; i < 100; i++)); do
		[ ! -e "$HOST/ready" ] || break
		sleep 0.05
	done
	HOST_INIT=$(pgrep -P "$HOST_OUTER" || :)
	export HOST_OUTER HOST_INIT
	if [ ! -e "$HOST/ready" ] || [ -z "$HOST_INIT" ]; then
		cannot_run "no private host: $(tail -n 1 "$HOST/host.log")"
	fi
}

low_level_path() {
	LOW_LEVEL_PATH=$(PATH=$HOST_PATH command -v "$LOW_LEVEL")
	export LOW_LEVEL_PATH
}

# "what where" lines. /run is the private host's own anyway.
host_binds() {
	if [ "$OCIGATE_SYSCONFDIR" = /etc ]; then
		echo "$CONFIG /etc/ocigate"
		mkdir -p "$STATE/lib/ocigate" "$STATE/log/ocigate"
		echo "$STATE/lib/ocigate /var/lib/ocigate"
		echo "$STATE/log/ocigate /var/log/ocigate"
	else
		echo "$HOST/etc $OCIGATE_SYSCONFDIR"
		echo "$STATE $OCIGATE_LOCALSTATEDIR"
	fi
	[ "$OCIGATE_RUNSTATEDIR" = /run ] || echo "$RUNTIME_STATE $OCIGATE_RUNSTATEDIR"
	echo "$HOST/shared $HOST/shared"
	echo "$HOST/lib-docker /var/lib/docker"
	echo "$HOST/lib-containerd /var/lib/containerd"
	echo "$HOST/lib-containers /var/lib/containers"
}

host_stop() {
	local i

	[ -n "${HOST:-}" ] || return 0
	# The end of its first process is the end of every process in there, and of every mount.
	if [ -n "${HOST_OUTER:-}" ]; then
		kill -KILL "$HOST_OUTER" 2>/dev/null || :
		for ((i = 0; i < 100; i++)); do
			[ -e "/proc/${HOST_INIT:-none}" ] || break
			sleep 0.05
		done
	fi
	# An empty cgroup may be busy for a moment longer.
	for ((i = 0; i < 40; i++)); do
		find /sys/fs/cgroup -depth -type d -path "*$CGROUP*" -exec rmdir {} + 2>/dev/null || :
		[ -n "$(find /sys/fs/cgroup -type d -path "*$CGROUP*" -print -quit)" ] || break
		sleep 0.05
	done
	if [ -z "${KEEP_HOST:-}" ]; then
		rm -rf "$HOST"
	fi
}

# host COMMAND...: in the private host, with a clean environment
host() {
	PATH=$HOST_PATH timeout --kill-after=5 "${HOST_TIMEOUT:-60}" \
		nsenter --target "$HOST_INIT" --mount --pid --net --ipc --uts --root --wd \
		env -i PATH="$HOST_PATH" HOME="$HOST/home" TERM=dumb \
		CONTAINERS_CONF="$HOST/containers.conf" "$@"
}

# host_daemon NAME COMMAND...: as host, in the background, its output in NAME.log
host_daemon() {
	local name=$1
	shift

	PATH=$HOST_PATH setsid nsenter --target "$HOST_INIT" --mount --pid --net --ipc --uts --root --wd \
		env -i PATH="$HOST_PATH" HOME="$HOST/home" "$@" >"$HOST/$name.log" 2>&1 </dev/null 3>&- &
	disown
}

# host_terminal COMMAND...: as host, on a terminal of its own; prints what a person would see there
host_terminal() {
	host script --quiet --return --command "$(printf '%q ' "$@")" /dev/null </dev/null |
		tr -d '\r' | sed 's/\^[@D]\x08*//g' # the echo of the end of our input
	return "${PIPESTATUS[0]}"
}

# within SECONDS COMMAND...: until the command succeeds
within() {
	local tries=$(($1 * 10))
	shift

	while ! "$@" >/dev/null 2>&1; do
		((--tries > 0)) || {
			echo "not within its time: $*" >&2
			return 1
		}
		sleep 0.1
	done
}

# --- policy -----------------------------------------------------------------

# policy TEXT: put a policy in place, as an administrator would: whole, by rename
policy() {
	printf '%s\n' "$1" >"$CONFIG/.new"
	chmod 644 "$CONFIG/.new"
	mv "$CONFIG/.new" "$CONFIG/policy.json"
}

# profile NAME TEXT
profile() {
	mkdir -p "$CONFIG/profiles"
	printf '%s\n' "$2" >"$CONFIG/profiles/$1.json"
	chmod 644 "$CONFIG/profiles/$1.json"
}

# Profile "marked" is restricted with a user of its own, so that a container shows which profile it got.
readonly MARKED_ID=61000
profile_marked() {
	profile marked '{
		"name": "marked", "extends": "restricted",
		"rules": { "user.non-root": { "action": "rewrite", "uid": '$MARKED_ID', "gid": '$MARKED_ID' } }
	}'
}

# decisions_about ID: how many lines of decisions.jsonl speak of it; fails when a line is not JSON
decisions_about() {
	"$PYTHON" -c 'import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
print(sum(sys.argv[2] in json.dumps(line) for line in lines))' "$STATE/log/ocigate/decisions.jsonl" "$1"
}

# --- questions --------------------------------------------------------------

fails_with() {
	echo "$1" >&2
	echo "--- output (status ${status:-?}):" >&2
	echo "${output:-}" >&2
	return 1
}

succeeds() {
	[ "$status" -eq 0 ] || fails_with "failed, but should not have"
}

# prints TEXT: the output of the last run has it
prints() {
	[[ $output == *"$1"* ]] || fails_with "does not print: $1"
}

prints_not() {
	[[ $output != *"$1"* ]] || fails_with "prints: $1"
}

# refused [STATUS]: by us, and the user sees why
refused() {
	[ "$status" -ne 0 ] || fails_with "not refused" || return
	[ -z "${1:-}" ] || [ "$status" -eq "$1" ] || fails_with "refused with status $status instead of $1" || return
	[[ $output =~ ocigate:\ permission\ denied:\ [^[:space:]] ]] || fails_with "refused without our line"
}

# refused_for RULE [STATUS]: the line names the rule
refused_for() {
	refused "${2:-}" || return
	[[ $output == *"$1"* ]] || fails_with "the line does not name the rule $1"
}

# A command for containers that must not run: it leaves a trace in /share, which is $HOST/share.
readonly TRACE='touch /share/ran'
trace_clear() {
	rm -f "$HOST/share/ran"
}
never_ran() {
	[ ! -e "$HOST/share/ran" ] || fails_with "a process of the container ran"
}
has_run() {
	[ -e "$HOST/share/ran" ] || fails_with "no process of the container ran"
}

# probed KEY: what the probe said
probed() {
	sed -n "s/^$1 //p" <<<"$output" | tr -d '\r' | head -n 1
}

# probed_is KEY VALUE
probed_is() {
	[ "$(probed "$1")" = "$2" ] || fails_with "$1 is '$(probed "$1")', not '$2'"
}

has_option() {
	[[ ,$(probed "$1"), == *,$2,* ]] || fails_with "$1 has no '$2': '$(probed "$1")'"
}

# no_capabilities: none but NET_BIND_SERVICE, in any set
no_capabilities() {
	local set value

	for set in Inh Prm Eff Bnd Amb; do
		value=$(probed "Cap$set")
		[ -n "$value" ] || fails_with "no Cap$set" || return
		((16#$value & ~0x400)) && { fails_with "Cap$set is $value" || return; }
	done
	return 0
}

# user_is ID: real, effective, saved and file system user
user_is() {
	local ids
	ids=$(probed Uid | tr -s '\t ' ' ')
	[ "$ids" = "$1 $1 $1 $1" ] || fails_with "Uid is '$ids', not $1"
}

not_root() {
	local id ids

	ids="$(probed Uid) $(probed Gid) $(probed Groups)"
	[ -n "$(probed Uid)" ] || fails_with "no Uid" || return
	for id in $ids; do
		[ "$id" -ne 0 ] || fails_with "Uid, Gid and Groups are $ids" || return
	done
}

# process_is_restricted: what holds for a process whatever its file system
process_is_restricted() {
	prints "end reached" && not_root && no_capabilities && probed_is NoNewPrivs 1 && probed_is Seccomp 2
}

# files_are_restricted: the root file system, where to write, what is hidden
files_are_restricted() {
	has_option root-options ro &&
		probed_is root-write no && probed_is bin-write no &&
		probed_is tmp-write yes && probed_is tmp-exec no &&
		has_option tmp-options noexec && has_option tmp-options nosuid && has_option tmp-options nodev &&
		probed_is home-write yes &&
		prints "masked /" && prints_not "not-masked" && prints "read-only /proc/sys" && prints_not "not-read-only"
}

# own_namespaces: none of them is the (private) host's
own_namespaces() {
	local space mine

	for space in ipc mnt net pid uts; do
		mine=$(host readlink "/proc/1/ns/$space")
		[ -n "$(probed "namespace-$space")" ] && [ "$(probed "namespace-$space")" != "$mine" ] ||
			fails_with "shares the host's $space namespace" || return
	done
}

# keeps_to_restricted ID: the last run's output is of the probe, and all of profile restricted holds
keeps_to_restricted() {
	succeeds && process_is_restricted && user_is "$1" && files_are_restricted && own_namespaces
}

# holds_restricted [ID]: the same for a user that the profile chose, who can do what it kept a capability for
holds_restricted() {
	keeps_to_restricted "${1:-$DEFAULT_ID}" && probed_is low-port yes
}

# no_record_of ID: nothing in ocigate's state directory speaks of this container
no_record_of() {
	local found
	found=$(state_of "$1")
	[ -z "$found" ] || fails_with "left over: $found"
}
has_record_of() {
	[ -n "$(state_of "$1")" ] || fails_with "no record of $1"
}
# With a configured /run the state lies in the private host's own /run.
state_of() {
	host sh -c 'find "$1/ocigate" -name "*$2*" 2>/dev/null; grep -rl -- "$2" "$1/ocigate" 2>/dev/null; :' \
		sh "$OCIGATE_RUNSTATEDIR" "$1"
}
