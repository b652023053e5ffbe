#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What becomes of containers when the policy goes away, breaks and comes back,
# with Docker as the engine. Laws 7 and 10 of the design, before a real engine.

load lib

setup_file() {
	lib_setup_file dockerd docker
	[ -n "$CANNOT_RUN" ] || docker_start
}

teardown_file() {
	lib_teardown_file
}

docker_start() {
	cat >"$HOST/daemon.json" <<-JSON
		{
			"default-runtime": "ocigate",
			"runtimes": { "ocigate": { "path": "$OCIGATE" } },
			"exec-opts": [ "native.cgroupdriver=cgroupfs" ],
			"cgroup-parent": "$CGROUP",
			"hosts": [ "unix:///run/docker.sock" ],
			"bridge": "none", "iptables": false, "ip6tables": false
		}
	JSON
	host_daemon dockerd dockerd --config-file "$HOST/daemon.json"
	if ! within 30 docker version || ! docker import "$HOST/rootfs.tar" "$IMAGE" >/dev/null; then
		cannot_run "dockerd does not start: $(tail -n 3 "$HOST/dockerd.log")"
	fi
}

setup() {
	lib_setup
	profile_marked
	good_policy
}

teardown() {
	local containers

	[ -z "$CANNOT_RUN" ] || return 0
	good_policy
	containers=$(docker ps --all --quiet)
	# shellcheck disable=SC2086 # a word each
	[ -z "$containers" ] || docker rm --force $containers >/dev/null
}

docker() {
	host docker "$@"
}

run_in() {
	docker run --network none "$@"
}

good_policy() {
	policy '{ "version": 1, "default": "marked", "runtime": "'"$LOW_LEVEL_PATH"'" }'
}

broken_policy() {
	policy '{ "version": 1, "default": "marked", "runtime": '
}

# as after an installation, or when /var was lost
forget_last_good_policy() {
	find "$STATE" -type f -not -name 'decisions*' -exec rm -f {} +
}

@test "a new policy counts from the next container on" {
	run run_in --rm "$IMAGE" probe
	holds_restricted "$MARKED_ID"
	policy '{ "version": 1, "default": "restricted", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	run run_in --rm "$IMAGE" probe
	holds_restricted
}

@test "no policy file: profile restricted" {
	run_in --rm "$IMAGE" true
	rm "$CONFIG/policy.json"
	run run_in --rm "$IMAGE" probe
	holds_restricted
	run run_in --rm --privileged "$IMAGE" true
	refused 126
}

@test "a broken policy: the last good one counts, and the decision says so" {
	run_in --rm "$IMAGE" true
	broken_policy
	run run_in --rm "$IMAGE" probe
	holds_restricted "$MARKED_ID"
	run tail -n 2 "$STATE/log/ocigate/decisions.jsonl"
	prints '"policyProblem"'
	run run_in --rm --privileged "$IMAGE" true
	refused 126
}

@test "a policy that others may write: the last good one counts" {
	run_in --rm "$IMAGE" true
	policy '{ "version": 1, "default": "privileged", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	chmod 666 "$CONFIG/policy.json"
	run run_in --rm "$IMAGE" probe
	holds_restricted "$MARKED_ID"
	policy '{ "version": 1, "default": "privileged", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	chown 1000 "$CONFIG/policy.json"
	run run_in --rm "$IMAGE" probe
	holds_restricted "$MARKED_ID"
}

@test "a policy with an unknown key: the last good one counts" {
	run_in --rm "$IMAGE" true
	policy '{ "version": 1, "defualt": "privileged", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	run run_in --rm "$IMAGE" probe
	holds_restricted "$MARKED_ID"
}

@test "a broken policy and no last good one: new containers are refused" {
	broken_policy
	forget_last_good_policy
	run run_in --rm "$IMAGE" true
	refused 126
	good_policy
	run run_in --rm "$IMAGE" probe
	holds_restricted "$MARKED_ID"
}

@test "a broken policy and no last good one: what runs can be seen, stopped and removed" {
	run_in --detach --name one "$IMAGE" sleep 60
	run_in --detach --name two "$IMAGE" sleep 60
	run_in --detach --name three "$IMAGE" sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'
	broken_policy
	forget_last_good_policy

	run docker ps --quiet
	succeeds
	[ "$(wc -l <<<"$output")" -eq 3 ]
	run docker top one
	succeeds
	run docker inspect one
	succeeds
	run docker pause one
	succeeds
	run docker unpause one
	succeeds
	run docker stop three
	succeeds
	run docker wait three
	[ "$output" = 3 ]
	run docker kill two
	succeeds
	run docker rm two three
	succeeds
	run docker rm --force one
	succeeds
	run docker ps --all --quiet
	[ -z "$output" ]
}

@test "a broken policy: an exec into what runs stays judged by the container's record" {
	run_in --detach --name one "$IMAGE" sleep 60
	broken_policy
	run docker exec --privileged --user 0 one probe
	succeeds
	process_is_restricted
}

@test "a policy that became laxer opens no container that runs" {
	run_in --detach --name one "$IMAGE" sleep 60
	policy '{ "version": 1, "default": "privileged", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	run docker exec --privileged --user 0 one probe
	succeeds
	process_is_restricted
}

@test "docker info and a restarted daemon: with a broken policy too" {
	broken_policy
	forget_last_good_policy
	run docker info
	succeeds
	run host sh -c 'kill -HUP "$(cat /run/docker.pid 2>/dev/null || cat /var/run/docker.pid)"'
	succeeds
	run docker version
	succeeds
}

@test "profile privileged: nothing is changed, but there is a record" {
	local id

	policy '{ "version": 1, "default": "privileged", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	id=$(run_in --detach --name one "$IMAGE" sleep 60)
	has_record_of "$id"
	run docker exec one probe
	succeeds
	user_is 0
	probed_is root-write yes
	probed_is NoNewPrivs 0
}

@test "mode audit: nothing is changed, the findings are written down" {
	local id

	policy '{ "version": 1, "mode": "audit", "default": "restricted", "runtime": "'"$LOW_LEVEL_PATH"'" }'
	id=$(run_in --detach --name one "$IMAGE" sleep 60)
	run docker exec one probe
	succeeds
	user_is 0
	probed_is root-write yes
	run decisions_about "$id"
	succeeds
	[ "$output" -ge 1 ]
	run grep "$id" "$STATE/log/ocigate/decisions.jsonl"
	prints rootfs.read-only
}
