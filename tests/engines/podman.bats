#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Podman starts real containers through ocigate (--runtime).

load lib

setup_file() {
	lib_setup_file podman conmon script
	[ -n "$CANNOT_RUN" ] || podman_prepare
}

teardown_file() {
	lib_teardown_file
}

podman_prepare() {
	# Limits of its own: Podman raises them to the maximum otherwise, which a build machine may not allow.
	cat >"$HOST/containers.conf" <<-TOML
		[containers]
		default_ulimits = [ "nofile=1024:1024", "nproc=1000:1000" ]
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		runtime_supports_json = [ "crun", "runc", "json-speaker" ]
		[engine.runtimes]
		json-speaker = [ "$OCIGATE" ]
	TOML
	profile_marked
	if ! host podman load --quiet --input "$HOST/image.tar" >"$HOST/podman.log" 2>&1; then
		cannot_run "podman does not load an image: $(tail -n 1 "$HOST/podman.log")"
	fi
}

setup() {
	lib_setup
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'" }'
	trace_clear
}

teardown() {
	[ -z "$CANNOT_RUN" ] || return 0
	podman pod rm --all --force --time 0 >/dev/null || :
	podman rm --all --force --time 0 --volumes >/dev/null || :
}

podman() {
	host podman --runtime "$OCIGATE" "$@"
}

# run_in [OPTION...] -- [COMMAND...]
run_in() {
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	podman run --network "${network:-none}" --cgroup-parent "$CGROUP" "${options[@]}" "$IMAGE" "$@"
}

sleeper() {
	run_in --detach --name one "$@" -- sleep 60
}

container_is() {
	[ "$(podman inspect --format "{{ $1 }}" "$2")" = "$3" ]
}

container_logged() {
	podman logs "$1" | grep -q "$2"
}

@test "podman info: works, and names the runtime" {
	run podman info --format '{{ .Host.OCIRuntime.Path }} {{ .Host.OCIRuntime.Version }}'
	succeeds
	prints "$OCIGATE"
	prints "$LOW_LEVEL version"
}

@test "podman run: profile restricted holds for the entrypoint" {
	run run_in --rm -- probe
	holds_restricted
}

@test "podman run: the container's output and status are its own" {
	run run_in --rm -- sh -c 'echo out; echo err >&2; exit 7'
	[ "$status" -eq 7 ]
	[ "$output" = $'out\nerr' ] || [ "$output" = $'err\nout' ]
	run -127 run_in --rm -- /no/such/program
	prints_not "permission denied"
}

@test "podman run -it: on a terminal" {
	run host_terminal podman --runtime "$OCIGATE" run --network none --cgroup-parent "$CGROUP" --rm -it \
		"$IMAGE" sh -c 'tty; probe'
	prints /dev/pts/0
	holds_restricted
}

@test "podman run on the bridge: the network is there" {
	host_daemon greeter busybox nc -l -p 9000 -e busybox echo hello
	run podman run --rm --cgroup-parent "$CGROUP" "$IMAGE" sh -c '
		gateway=$(ip route | sed -n "s/default via \([^ ]*\).*/\1/p")
		for i in 1 2 3 4 5 6 7 8 9; do nc -w 5 "$gateway" 9000 && exit; sleep 0.2; done'
	succeeds
	prints hello
}

@test "podman exec: profile restricted holds" {
	sleeper
	run podman exec one probe
	holds_restricted
}

@test "podman exec --privileged: gives nothing more" {
	sleeper
	run podman exec --privileged one probe
	holds_restricted
}

@test "podman exec --user 0: is not root" {
	sleeper
	run podman exec --user 0:0 one probe
	succeeds
	process_is_restricted
}

@test "podman exec: options, input and status arrive" {
	sleeper
	run podman exec --env COLOUR=green --workdir /etc one sh -c 'echo $COLOUR; pwd; exit 9'
	[ "$status" -eq 9 ]
	[ "$output" = $'green\n/etc' ]
	run host sh -c 'echo through | podman --runtime "$1" exec --interactive one cat' sh "$OCIGATE"
	[ "$output" = through ]
	run host_terminal podman --runtime "$OCIGATE" exec -it one sh -c 'tty; probe'
	prints /dev/pts/
	holds_restricted
}

@test "podman run --user 1000: keeps its user" {
	run run_in --rm --user 1000:1000 -- probe
	keeps_to_restricted 1000
}

@test "podman run --cap-add, --security-opt: take nothing away" {
	run run_in --rm --cap-add SYS_ADMIN -- probe
	holds_restricted
	run run_in --rm --security-opt seccomp=unconfined -- probe
	holds_restricted
	run run_in --rm --security-opt unmask=ALL -- probe
	holds_restricted
}

@test "podman run --read-only: works as without ocigate" {
	# Its /tmp is Podman's own, who leaves out noexec.
	run run_in --rm --read-only -- probe
	succeeds
	process_is_restricted
	probed_is root-write no
	probed_is tmp-write yes
	probed_is home-write yes
}

@test "podman run --volume: ordinary directories and volumes are there" {
	run run_in --rm --volume "$HOST/share:/share" -- sh -c "$TRACE"
	succeeds
	has_run
	[ "$(stat --format %u "$HOST/share/ran")" = "$DEFAULT_ID" ]
	run run_in --rm --volume data:/data -- sh -c 'grep -c " /data " /proc/mounts'
	[ "$output" = 1 ]
}

@test "podman run -d, logs, top, stop, start, restart, kill, wait, rm" {
	run_in --detach --name one -- sh -c 'trap "echo stopping; exit 3" TERM; echo up; while :; do sleep 0.1; done'
	id=$(podman inspect --format '{{ .Id }}' one)
	has_record_of "$id"
	within 5 container_logged one up
	run podman top one
	succeeds
	run podman stop one
	succeeds
	run podman wait one
	[ "$output" = 3 ]
	run podman logs one
	[ "$output" = $'up\nstopping' ]
	podman start one
	podman restart --time 0 one
	container_is .State.Running one true
	run podman exec one probe
	holds_restricted
	run podman kill one
	succeeds
	run podman wait one
	[ "$output" = 137 ]
	run podman rm one
	succeeds
	run podman ps --all --quiet
	[ -z "$output" ]
	# Podman deletes once, and only a later delete can see that the runtime has forgotten the container.
	run_in --rm -- true
	no_record_of "$id"
}

@test "podman pause and unpause" {
	sleeper
	run podman pause one
	succeeds
	container_is .State.Status one paused
	run podman unpause one
	succeeds
	run podman exec one true
	succeeds
}

@test "podman update: limits may be tightened" {
	sleeper
	run podman update --memory 64m one
	succeeds
	run find /sys/fs/cgroup -path "*$CGROUP/*" -path "*/libpod-*" -not -path '*conmon*' \
		\( -name memory.limit_in_bytes -o -name memory.max \) -exec cat {} +
	prints 67108864
}

@test "podman healthcheck run: healthy, and runs under the profile" {
	sleeper --health-interval disable --health-cmd 'test "$(id -u)" != 0 && ! touch /x && touch /tmp/x'
	run podman healthcheck run one
	succeeds
}

@test "podman pod create: a pod and its containers" {
	podman pod create --name pod --network none --cgroup-parent "$CGROUP" --infra-image "$IMAGE" \
		--infra-command 'sleep 1000000'
	run podman run --detach --pod pod --name one "$IMAGE" sleep 60
	succeeds
	run podman exec one probe
	holds_restricted
	run podman run --rm --pod pod "$IMAGE" probe
	holds_restricted
	run podman pod pause pod
	succeeds
	run podman pod unpause pod
	succeeds
	run podman pod kill pod
	succeeds
	run podman pod rm --force --time 0 pod
	succeeds
}

@test "podman ps, inspect, stats, cp" {
	sleeper
	run podman ps --quiet
	[ -n "$output" ]
	run podman inspect one
	succeeds
	run podman stats --no-stream one
	succeeds
	run podman cp one:/etc/passwd "$HOST/home/passwd"
	succeeds
	grep -q ^root: "$HOST/home/passwd"
}

# refuses RULE OPTION...
refuses() {
	local rule=$1
	shift

	trace_clear
	run run_in --rm "$@" --volume "$HOST/share:/share" -- sh -c "$TRACE"
	refused_for "$rule" 126
	never_ran
}

@test "podman run --privileged: refused, with our line" {
	refuses "" --privileged
	[ "$(grep -c 'ocigate: ' <<<"$output")" -eq 1 ]
}

@test "podman run --privileged with a runtime that Podman knows to log JSON: the same" {
	run host podman --runtime json-speaker run --rm --network none --cgroup-parent "$CGROUP" --privileged \
		--volume "$HOST/share:/share" "$IMAGE" sh -c "$TRACE"
	refused 126
	never_ran
	run host podman --runtime json-speaker run --rm --network none --cgroup-parent "$CGROUP" "$IMAGE" probe
	holds_restricted
}

@test "podman run --privileged -it: our line is on the terminal" {
	run host_terminal podman --runtime "$OCIGATE" run --network none --cgroup-parent "$CGROUP" --rm -it --privileged \
		--volume "$HOST/share:/share" "$IMAGE" sh -c "$TRACE"
	refused 126
	never_ran
}

@test "podman run --pid host, --network host, --ipc host, --uts host: refused" {
	refuses namespaces.host --pid host
	network=host refuses namespaces.host
	refuses namespaces.host --ipc host
	refuses namespaces.host --uts host
}

@test "podman run --volume of sensitive directories and sockets: refused" {
	local path

	for path in / /etc /proc /sys /dev /run /var/lib/containers; do
		refuses mounts.sensitive --volume "$path:/host"
		refuses mounts.sensitive --volume "$path:/host:ro"
	done
}

@test "podman run --rootfs of the host: refused" {
	run podman run --rm --network none --cgroup-parent "$CGROUP" --rootfs / sh -c 'echo it has run'
	refused_for rootfs.path 126
	prints_not "it has run"
}

@test "podman run --annotation: chooses no profile" {
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'", "select": [
		{ "when": { "engine": "kubernetes", "namespace": "kube-system" }, "profile": "privileged" },
		{ "when": { "engine": "cri-o" }, "profile": "privileged" } ] }'
	run run_in --rm --annotation io.kubernetes.cri.sandbox-namespace=kube-system \
		--annotation io.kubernetes.pod.namespace=kube-system --annotation run.oci.seccomp_bpf_data=AAAA -- probe
	holds_restricted
}

@test "a policy for engine podman finds Podman's containers" {
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'", "select": [
		{ "when": { "engine": "docker" }, "profile": "privileged" },
		{ "when": { "engine": "podman" }, "profile": "marked" } ] }'
	run run_in --rm -- probe
	holds_restricted "$MARKED_ID"
}
