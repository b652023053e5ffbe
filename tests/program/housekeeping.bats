#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Law 7: housekeeping never depends on policy, records, or a writable disk.
#
# With a policy that cannot be read the runtime is not known either: then it is the
# container's record that names it, or the host's usual runtime.

load lib.bash

housekeeping() {
	cat <<-'LINES'
		state c1
		kill c1 KILL
		kill --all c1 9
		delete c1
		delete --force c1
		pause c1
		resume c1
		list
		list --format json
		ps c1
		ps --format json c1
		events --stats c1
		features
		--version
		-v
		--help
		-h
		help
		checkpoint --help
		checkpoint --image-path /nowhere c1
		restore --lsm-mount-context
		create --help
		spec --bundle /nowhere
		create
		create a b
	LINES
}

# all_pass [PATTERN]: the housekeeping lines reach the stand-in, and nothing of ours is seen
all_pass() {
	local line

	while read -r line; do
		[[ $line =~ ${1:-} ]] || continue
		# shellcheck disable=SC2086
		gate $line
		passed || { echo "of: $line"; return 1; }
	done < <(housekeeping)
}

# one of each kind, where all of them would take long: by a container, by none, not to be read
readonly SOME='^(state|delete --force|list$|--version|restore)'

# usual_runtime: the stand-in in the place of the host's runc, in this mount namespace
usual_runtime() {
	[ -x /usr/sbin/runc ] || skip "no /usr/sbin/runc to stand in for"
	mount --bind "$STANDIN_BUILT" /usr/sbin/runc
}

@test "with a good policy" {
	all_pass
}

@test "with a container that was created" {
	create c1
	passed
	all_pass
}

@test "with a broken policy and no good copy of it: by the container's record" {
	create c1
	passed
	echo '{"nonsense":' >"$CONFIG_DIR/policy.json"
	rm -rf "$COPY_DIR"
	for words in "state c1" "kill c1 9" "pause c1" "resume c1" "ps c1" "delete --force c1"; do
		# shellcheck disable=SC2086
		gate $words
		passed
	done
	create c2
	refused 'policy.json'
}

@test "with a broken policy, no good copy and no record: by the usual runtime" {
	usual_runtime
	echo '{"nonsense":' >"$CONFIG_DIR/policy.json"
	all_pass
}

@test "with a policy of a wrong owner or mode" {
	usual_runtime
	chmod 666 "$CONFIG_DIR/policy.json"
	all_pass "$SOME"
	chmod 644 "$CONFIG_DIR/policy.json"
	chown 1234 "$CONFIG_DIR/policy.json"
	all_pass "$SOME"
}

@test "with a policy that is a directory, a FIFO, a link to itself" {
	usual_runtime
	for made in 'mkdir policy.json' 'mkfifo policy.json' 'ln -s policy.json policy.json'; do
		rm -rf "$CONFIG_DIR/policy.json"
		(cd "$CONFIG_DIR" && eval "$made")
		all_pass "$SOME" || { echo "with: $made"; false; }
	done
}

@test "with a policy whose profile is not there" {
	policy nowhere
	all_pass "$SOME"
	create c2
	refused 'nowhere'
}

@test "without a state directory, and where none can be made" {
	[ ! -e "$RECORD_DIR" ]
	mount -o remount,ro "$OCIGATE_PREFIX/run"
	all_pass || failed=1
	mount -o remount,rw "$OCIGATE_PREFIX/run"
	[ -z "${failed:-}" ]
	: >"$RECORD_DIR"
	all_pass "$SOME"
}

@test "with records that cannot be read: a garbled one, an empty one, a directory, one of another container" {
	local record

	create c1
	passed
	record=$(record_file c1)
	for made in 'echo garbled' ': ' 'head -c 100 good' 'printf "{}\n{}\n"' 'sed s/\"c1\"/\"c2\"/ good' 'head -c 40M /dev/zero'; do
		cp "$record" "$WORK/good"
		(cd "$WORK" && eval "$made" >"$record")
		all_pass "$SOME" || { echo "with: $made"; false; }
		cp "$WORK/good" "$record" 2>/dev/null || create c1
	done
	rm -f "$record"
	mkdir -p "$record"
	all_pass c1
	rmdir "$record"
	ln -s /etc/passwd "$record"
	all_pass c1
}

@test "with read-only disks" {
	create c1
	passed
	for directory in run var etc; do
		mount -o remount,ro "$OCIGATE_PREFIX/$directory"
	done
	all_pass || failed=1
	for directory in run var etc; do
		mount -o remount,rw "$OCIGATE_PREFIX/$directory"
	done
	[ -z "${failed:-}" ]
}

@test "with a lock on the records that somebody holds" {
	local directory

	create c1
	passed
	directory=$(dirname "$(record_file c1)")
	# shellcheck disable=SC2016
	bash -c 'exec 9<"$1" && flock 9 && echo >"$2" && exec sleep 60' bash "$directory" "$WORK/locked" 3>&- &
	while [ ! -e "$WORK/locked" ]; do
		sleep 0.05
	done
	called timeout 5 env -i "$OCIGATE" --root "$ROOT" delete c1
	kill $!
	wait $! || :
	passed
}

@test "with an id that no container can have" {
	for id in '' '../../etc/passwd' '-x' '*' "$(printf 'x%.0s' {1..5000})"; do
		bare --root "$ROOT" state "$id"
		[ "$STATUS" = 0 ]
		ran
		[ ! -s "$ERR" ]
	done
}

@test "decisions are not logged for what is not judged" {
	all_pass
	[ ! -e "$DECISIONS" ]
}

@test "podman's probe for checkpoint reaches the runtime word for word" {
	bare restore --lsm-mount-context
	saw '.argv[1:] == ["restore", "--lsm-mount-context"]'
}
