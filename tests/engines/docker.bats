#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Docker starts real containers through ocigate.
#
#   DOCKER_AS=named     registered beside runc, asked for with --runtime; the daemon's own
#                       directories are unusual ones, named in the policy's "engines"
#   DOCKER_AS=default   (the default) the default runtime of a daemon in its usual directories

load lib

setup_file() {
	: "${DOCKER_AS:=default}"
	export DOCKER_AS
	lib_setup_file dockerd docker script
	[ -n "$CANNOT_RUN" ] || docker_start
}

teardown_file() {
	lib_teardown_file
}

docker_start() {
	local exec_root=/run/docker more='"default-runtime": "ocigate",'

	profile_marked
	if [ "$DOCKER_AS" = named ]; then
		exec_root=$HOST/exec
		more=
		policy_of_docker restricted
	fi
	cat >"$HOST/daemon.json" <<-JSON
		{
			$more
			"runtimes": { "ocigate": { "path": "$OCIGATE" } },
			"exec-root": "$exec_root",
			"exec-opts": [ "native.cgroupdriver=cgroupfs" ],
			"cgroup-parent": "$CGROUP",
			"hosts": [ "unix:///run/docker.sock" ],
			"iptables": false,
			"ip6tables": false
		}
	JSON
	host_daemon dockerd dockerd --config-file "$HOST/daemon.json"
	if ! within 30 docker version || ! docker import "$HOST/rootfs.tar" "$IMAGE" >/dev/null; then
		cannot_run "dockerd does not start: $(tail -n 3 "$HOST/dockerd.log")"
	fi
}

setup() {
	lib_setup
	as=()
	[ "$DOCKER_AS" = default ] || as=(--runtime ocigate)
	trace_clear
}

teardown() {
	local containers

	[ -z "$CANNOT_RUN" ] || return 0
	containers=$(docker ps --all --quiet)
	# shellcheck disable=SC2086 # a word each
	[ -z "$containers" ] || docker rm --force --volumes $containers >/dev/null
}

docker() {
	host docker "$@"
}

# run_in [OPTION...] -- [COMMAND...]: docker run of the test image through ocigate
run_in() {
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	docker run "${as[@]}" "${options[@]}" "$IMAGE" "$@"
}

# The policy that gives Docker's containers the profile $1, found by where Docker keeps them.
policy_of_docker() {
	local engines=

	if [ "$DOCKER_AS" = named ]; then
		engines='"engines": [ { "engine": "docker", "root": "'$HOST/exec/runtime-runc'", "bundle": "'$HOST/exec'" } ],'
	fi
	policy '{
		"version": 1, "runtime": "'"$LOW_LEVEL_PATH"'", '"$engines"'
		"select": [ { "when": { "engine": "docker" }, "profile": "'"$1"'" } ]
	}'
}

container_is() {
	[ "$(docker inspect --format "{{ $1 }}" "$2")" = "$3" ]
}

# of the one container there is
pids_limit() {
	find /sys/fs/cgroup -path "*$CGROUP/*/pids.max" -exec cat {} +
}

# --- what holds -------------------------------------------------------------

@test "docker run: profile restricted holds for the entrypoint" {
	run run_in --rm -- probe
	holds_restricted
}

@test "docker run: the container's output and status are its own" {
	run run_in --rm -- sh -c 'echo out; echo err >&2; exit 7'
	[ "$status" -eq 7 ]
	[ "$output" = $'out\nerr' ] || [ "$output" = $'err\nout' ]
	run run_in --rm -- /no/such/program
	# Docker tells 127 by runc's words; with crun it says 125, without ocigate as well.
	[ "$status" -eq 127 ] || [ "$LOW_LEVEL" != runc ]
	[ "$status" -ne 0 ]
	prints "/no/such/program"
	prints_not "ocigate: "
}

@test "docker run -it: on a terminal" {
	run host_terminal docker run "${as[@]}" --rm -it "$IMAGE" sh -c 'tty; probe'
	prints /dev/pts/0
	holds_restricted
}

@test "docker run on the bridge: the network is there" {
	host_daemon greeter busybox nc -l -p 9000 -e busybox echo hello
	run run_in --rm -- sh -c 'for i in 1 2 3 4 5 6 7 8 9; do nc -w 5 172.17.0.1 9000 && exit; sleep 0.2; done'
	succeeds
	prints hello
}

@test "docker exec: profile restricted holds" {
	run_in --detach --name one -- sleep 60
	run docker exec one probe
	holds_restricted
}

@test "docker exec --privileged: gives nothing more" {
	run_in --detach --name one -- sleep 60
	run docker exec --privileged one probe
	holds_restricted
}

@test "docker exec --user 0: is not root" {
	run_in --detach --name one -- sleep 60
	run docker exec --user 0 one probe
	succeeds
	process_is_restricted
	run docker exec --privileged --user 0:0 one probe
	succeeds
	process_is_restricted
}

@test "docker exec: options, input and status arrive" {
	run_in --detach --name one -- sleep 60
	run docker exec --env COLOUR=green --workdir /etc one sh -c 'echo $COLOUR; pwd; exit 9'
	[ "$status" -eq 9 ]
	[ "$output" = $'green\n/etc' ]
	run host sh -c 'echo through | docker exec --interactive one cat'
	[ "$output" = through ]
	run docker exec --detach one touch /tmp/detached
	succeeds
	within 5 docker exec one test -e /tmp/detached
}

@test "docker exec -it: on a terminal" {
	run_in --detach --name one -- sleep 60
	run host_terminal docker exec -it one sh -c 'tty; probe'
	prints /dev/pts/
	holds_restricted
}

@test "docker run --user 1000: keeps its user" {
	run run_in --rm --user 1000:1000 -- probe
	keeps_to_restricted 1000
	run_in --detach --name one --user 1000:1000 -- sleep 60
	run docker exec one probe
	keeps_to_restricted 1000
}

@test "docker run --cap-add: adds nothing" {
	run run_in --rm --cap-add SYS_ADMIN --cap-add NET_ADMIN -- probe
	holds_restricted
	run run_in --rm --cap-add ALL -- probe
	holds_restricted
}

@test "docker run --security-opt: neither seccomp nor masks go away" {
	run run_in --rm --security-opt seccomp=unconfined -- probe
	holds_restricted
	run run_in --rm --security-opt systempaths=unconfined -- probe
	holds_restricted
}

@test "docker run --read-only: works as without ocigate" {
	# A file system that the user asked to be read-only stays so, /tmp too: never looser.
	run run_in --rm --read-only -- probe
	succeeds
	process_is_restricted
	user_is "$DEFAULT_ID"
	probed_is root-write no
	probed_is tmp-write no
	run run_in --rm --read-only --tmpfs /tmp -- probe
	holds_restricted
}

@test "docker run --volume: ordinary directories and volumes are there" {
	run run_in --rm --volume "$HOST/share:/share" -- sh -c "$TRACE; ls -ln /share/ran"
	succeeds
	has_run
	[ "$(stat --format %u "$HOST/share/ran")" = "$DEFAULT_ID" ]
	run run_in --rm --volume data:/data -- sh -c 'grep -c " /data " /proc/mounts'
	[ "$output" = 1 ]
	run run_in --rm --volume "$HOST/share:/share:ro" -- sh -c 'touch /share/x'
	[ "$status" -eq 1 ]
	prints "Read-only file system"
}

@test "docker run --init: works" {
	PATH=$HOST_PATH command -v docker-init >/dev/null || skip "docker-init is not installed"
	run run_in --rm --init -- probe
	holds_restricted
}

@test "docker run --memory, --cpus, --pids-limit: are kept" {
	run_in --detach --name one --memory 64m --cpus 0.5 --pids-limit 33 -- sleep 60
	run docker stats --no-stream --format '{{ .MemUsage }}' one
	prints "/ 64MiB"
	run pids_limit
	[ "$output" = 33 ]
}

# --- a container's life -----------------------------------------------------

@test "docker run -d, logs, top, wait, stop, start, kill, rm" {
	run_in --detach --name one -- sh -c 'trap "echo stopping; exit 3" TERM; echo up; while :; do sleep 0.1; done'
	within 5 container_logged one up
	run docker top one
	succeeds
	prints "sleep 0.1"
	run docker stop one
	succeeds
	run docker wait one
	[ "$output" = 3 ]
	run docker logs one
	[ "$output" = $'up\nstopping' ]
	docker start one
	run docker kill one
	succeeds
	run docker wait one
	[ "$output" = 137 ]
	run docker rm one
	succeeds
	run docker ps --all --quiet
	[ -z "$output" ]
}

container_logged() {
	docker logs "$1" | grep -q "$2"
}

@test "docker restart: comes back and the profile holds again" {
	run_in --detach --name one -- sleep 60
	run docker restart --time 0 one
	succeeds
	container_is .State.Running one true
	run docker exec one probe
	holds_restricted
}

@test "docker run --restart: Docker starts it again by itself" {
	run_in --detach --name one --restart on-failure:2 -- sh -c 'sleep 0.2; exit 1'
	within 20 container_is .RestartCount one 2
	run docker wait one
	[ "$output" = 1 ]
}

@test "docker pause and unpause" {
	run_in --detach --name one -- sleep 60
	run docker pause one
	succeeds
	container_is .State.Status one paused
	run docker unpause one
	succeeds
	run docker exec one true
	succeeds
}

@test "docker update: limits may be tightened" {
	run_in --detach --name one -- sleep 60
	run docker update --memory 64m --memory-swap 64m --pids-limit 20 one
	succeeds
	run pids_limit
	[ "$output" = 20 ]
}

@test "docker update: a limit that the profile sets is not lifted" {
	run_in --detach --name one -- sleep 60
	run docker update --pids-limit -1 one
	refused
	run pids_limit
	[[ $output =~ ^[0-9]+$ ]]
	container_is .State.Running one true
}

@test "docker health check: turns healthy, and runs under the profile" {
	run_in --detach --name one --health-interval 0.2s --health-retries 1 \
		--health-cmd 'test "$(id -u)" != 0 && ! touch /x && touch /tmp/x' -- sleep 60
	within 20 container_is .State.Health.Status one healthy
}

@test "docker cp, diff and inspect" {
	run_in --detach --name one -- sleep 60
	run docker cp one:/etc/passwd "$HOST/home/passwd"
	succeeds
	grep -q ^root: "$HOST/home/passwd"
	run docker diff one
	succeeds
	run docker inspect one
	succeeds
}

@test "a record from create to delete, and a line for every decision" {
	local id

	id=$(run_in --detach --name one -- sleep 60)
	has_record_of "$id"
	docker exec one true
	docker rm --force one
	no_record_of "$id"
	run decisions_about "$id"
	succeeds
	[ "$output" -ge 2 ]
}

@test "nothing in log.json when nothing is wrong" {
	local id log

	id=$(run_in --detach --name one -- sleep 60)
	docker exec one true
	log=$(host sh -c 'find /run/docker "$1/exec" -path "*$2/log.json" 2>/dev/null; :' sh "$HOST" "$id")
	[ -n "$log" ]
	run host cat "$log"
	[ -z "$output" ]
}

# --- what is refused --------------------------------------------------------

@test "the trace shows when a container runs" {
	run run_in --rm --volume "$HOST/share:/share" -- sh -c "$TRACE"
	succeeds
	has_run
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

@test "docker run --privileged: refused, with our line" {
	refuses "" --privileged
	[ "$(grep -c 'ocigate: ' <<<"$output")" -eq 1 ]
}

@test "docker run --privileged -it: our line is on the terminal" {
	run host_terminal docker run "${as[@]}" --rm -it --privileged --volume "$HOST/share:/share" "$IMAGE" sh -c "$TRACE"
	refused 126
	never_ran
}

@test "docker run --privileged -d: refused, and the container is not running" {
	run run_in --detach --name one --privileged --volume "$HOST/share:/share" -- sh -c "$TRACE"
	refused 126
	never_ran
	container_is .State.Running one false
	run docker start one
	refused
	never_ran
	run docker rm one
	succeeds
}

@test "docker run --pid host, --network host, --ipc host, --uts host: refused" {
	refuses namespaces.host --pid host
	refuses namespaces.host --network host
	refuses namespaces.host --ipc host
	refuses namespaces.host --uts host
}

@test "docker run --volume of the host's /: refused, also read-only" {
	refuses mounts.sensitive --volume /:/host
	refuses mounts.sensitive --volume /:/host:ro
}

@test "docker run --volume of the host's /etc, /proc, /sys, /dev: refused" {
	local path

	for path in /etc /etc/passwd /proc /sys /dev; do
		refuses mounts.sensitive --volume "$path:/host"
	done
}

@test "docker run --volume of an engine's socket or directory: refused" {
	local path

	for path in /run/docker.sock /var/run/docker.sock /run /var/lib/docker /var/lib/containerd; do
		refuses mounts.sensitive --volume "$path:/host"
	done
}

@test "docker run --volume of a link to a sensitive directory: refused" {
	ln -sfn /etc "$HOST/home/innocent"
	refuses mounts.sensitive --volume "$HOST/home/innocent:/data"
	ln -sfn /run/docker.sock "$HOST/home/innocent"
	refuses mounts.sensitive --volume "$HOST/home/innocent:/data"
	ln -sfn ../../.. "$HOST/home/innocent"
	refuses mounts.sensitive --volume "$HOST/home/innocent/etc:/data"
}

@test "docker run --device of a raw device: not handed over" {
	trace_clear
	run run_in --rm --device /dev/kmsg --volume "$HOST/share:/share" -- sh -c "test -e /dev/kmsg && $TRACE"
	[ "$status" -ne 0 ]
	never_ran
}

@test "docker run --volume :rshared: not propagated to the host" {
	trace_clear
	run run_in --rm --volume "$HOST/shared:/share:rshared" -- cat /proc/self/mountinfo
	prints_not "shared:"
	[ "$status" -eq 0 ] || refused 126
}

# --- which profile ----------------------------------------------------------

@test "a policy for engine docker finds Docker's containers" {
	policy_of_docker marked
	run run_in --rm -- probe
	policy_of_docker restricted
	holds_restricted "$MARKED_ID"
}

@test "a label does not choose the engine or its namespace" {
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'",
		  "select": [ { "when": { "engine": "kubernetes", "namespace": "kube-system" }, "profile": "privileged" } ] }'
	run run_in --rm --label io.kubernetes.pod.namespace=kube-system \
		--label io.kubernetes.cri.sandbox-namespace=kube-system -- probe
	policy_of_docker restricted
	holds_restricted
}
