#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# containerd's ctr starts real containers through ocigate (--runc-binary).

load lib

setup_file() {
	lib_setup_file containerd ctr
	[ -n "$CANNOT_RUN" ] || containerd_start
}

teardown_file() {
	lib_teardown_file
}

containerd_start() {
	cat >"$HOST/containerd.toml" <<-TOML
		version = 2
		disabled_plugins = [ "io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs",
			"io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs" ]
	TOML
	profile_marked
	host_daemon containerd containerd --config "$HOST/containerd.toml"
	if ! within 30 host ctr version || ! host ctr images import "$HOST/image.tar" >/dev/null; then
		cannot_run "containerd does not start: $(tail -n 3 "$HOST/containerd.log")"
	fi
}

setup() {
	lib_setup
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'" }'
	trace_clear
}

teardown() {
	local id

	[ -z "$CANNOT_RUN" ] || return 0
	for id in $(host ctr tasks list --quiet); do
		host ctr tasks kill --signal KILL "$id" || :
		within 10 stopped "$id" || :
		host ctr tasks delete --force "$id" || :
	done
	for id in $(host ctr containers list --quiet); do
		host ctr containers delete "$id" || :
	done
}

# run_in [OPTION...] -- ID [COMMAND...]
run_in() {
	local options=() id

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	id=$2
	shift 2
	host ctr run --runc-binary "$OCIGATE" --cgroup "$CGROUP/$id" "${options[@]}" "$IMAGE" "$id" "$@"
}

execute() {
	host ctr tasks exec --exec-id "exec-$RANDOM" "$@"
}

stopped() {
	host ctr tasks list | grep -q "^$1 .*STOPPED"
}

state() {
	host ctr tasks list | sed -n "s/^$1 .* \([A-Z]*\) *$/\1/p"
}

@test "ctr run: profile restricted holds, with a seccomp filter that ctr did not ask for" {
	run run_in --rm -- one probe
	holds_restricted
}

@test "ctr run: the container's output and status are its own" {
	run run_in --rm -- one sh -c 'echo out; exit 7'
	[ "$status" -eq 7 ]
	[ "$output" = out ]
	run run_in --rm -- two /no/such/program
	[ "$status" -ne 0 ]
	prints "/no/such/program"
	prints_not "ocigate: "
}

@test "ctr run -d and tasks exec: profile restricted holds" {
	run_in --detach -- one sleep 60
	run execute one probe
	holds_restricted
	run execute --user 0:0 one probe
	succeeds
	process_is_restricted
	run execute one sh -c 'exit 9'
	[ "$status" -eq 9 ]
}

@test "ctr tasks kill and delete" {
	run_in --detach -- one sleep 60
	has_record_of one
	run host ctr tasks kill --signal KILL one
	succeeds
	within 10 stopped one
	host ctr tasks delete one || [ $? -eq 137 ]
	run host ctr containers delete one
	succeeds
	run host ctr containers list --quiet
	[ -z "$output" ]
	no_record_of one
}

@test "ctr tasks pause, resume, ps, metrics" {
	run_in --detach -- one sleep 60
	run host ctr tasks pause one
	succeeds
	[ "$(state one)" = PAUSED ]
	run host ctr tasks resume one
	succeeds
	[ "$(state one)" = RUNNING ]
	run host ctr tasks ps one
	succeeds
	run host ctr tasks metrics one
	succeeds
}

@test "ctr run --cap-add: adds nothing" {
	run run_in --rm --cap-add CAP_SYS_ADMIN -- one probe
	holds_restricted
}

@test "ctr run --read-only: works as without ocigate" {
	# A file system that the user asked to be read-only stays so, /tmp too: never looser.
	run run_in --rm --read-only -- one probe
	succeeds
	process_is_restricted
	user_is "$DEFAULT_ID"
	probed_is root-write no
	probed_is tmp-write no
}

@test "ctr run --mount: an ordinary directory is there" {
	run run_in --rm --mount "type=bind,src=$HOST/share,dst=/share,options=rbind:rw" -- one sh -c "$TRACE"
	succeeds
	has_run
	[ "$(stat --format %u "$HOST/share/ran")" = "$DEFAULT_ID" ]
}

# refuses RULE OPTION...
refuses() {
	local rule=$1
	shift

	trace_clear
	run run_in --rm "$@" --mount "type=bind,src=$HOST/share,dst=/share,options=rbind:rw" -- one sh -c "$TRACE"
	refused_for "$rule"
	never_ran
	host ctr containers delete one 2>/dev/null || :
}

@test "ctr run --privileged: refused, with our line" {
	refuses "" --privileged
	[ "$(grep -c 'ocigate: ' <<<"$output")" -eq 1 ]
}

@test "ctr run --net-host: refused" {
	refuses namespaces.host --net-host
}

@test "ctr run --with-ns of a host namespace: refused" {
	refuses namespaces.host --with-ns pid:/proc/1/ns/pid
	refuses namespaces.host --with-ns ipc:/proc/1/ns/ipc
}

@test "ctr run --mount of sensitive directories and sockets: refused" {
	local path

	for path in / /etc /proc /sys /run /run/containerd/containerd.sock /var/lib/containerd; do
		refuses mounts.sensitive --mount "type=bind,src=$path,dst=/host,options=rbind:rw"
		refuses mounts.sensitive --mount "type=bind,src=$path,dst=/host,options=rbind:ro"
	done
}

@test "ctr run --mount of another type with option bind: refused all the same" {
	refuses mounts.sensitive --mount "type=foo,src=/etc,dst=/host,options=bind:ro"
}

@test "ctr run --device of a raw device: not handed over" {
	run run_in --rm --device /dev/kmsg --mount "type=bind,src=$HOST/share,dst=/share,options=rbind:rw" \
		-- one sh -c "test -e /dev/kmsg && $TRACE"
	[ "$status" -ne 0 ]
	never_ran
}

@test "an annotation does not choose the namespace of a policy for Kubernetes" {
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'", "select": [
		{ "when": { "engine": "kubernetes", "namespace": "kube-system" }, "profile": "privileged" } ] }'
	run run_in --rm --annotation io.kubernetes.cri.sandbox-namespace=kube-system \
		--annotation io.kubernetes.pod.namespace=kube-system -- one probe
	holds_restricted
}

@test "a policy for engine containerd finds ctr's containers" {
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'", "select": [
		{ "when": { "engine": "docker" }, "profile": "privileged" },
		{ "when": { "engine": "containerd" }, "profile": "marked" } ] }'
	run run_in --rm -- one probe
	holds_restricted "$MARKED_ID"
}
