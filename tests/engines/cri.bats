#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Kubernetes' way: containerd's CRI plugin with a runtime handler "ocigate" beside
# "runc", asked by a small client in the place of the kubelet.

load lib

setup_file() {
	lib_setup_file containerd ctr
	[ -n "$CANNOT_RUN" ] || python_has_grpc
	[ -n "$CANNOT_RUN" ] || cni_find
	[ -n "$CANNOT_RUN" ] || containerd_start
}

teardown_file() {
	lib_teardown_file
}

python_has_grpc() {
	"$PYTHON" -c 'import grpc, google.protobuf' 2>/dev/null ||
		cannot_run "python3-grpcio or python3-protobuf is not installed"
}

cni_find() {
	local dir

	for dir in /opt/cni/bin /usr/lib/cni /usr/libexec/cni; do
		if [ -x "$dir/bridge" ] && [ -x "$dir/host-local" ]; then
			CNI_BIN=$dir
			return
		fi
	done
	cannot_run "the CNI plugins are not installed (containernetworking-plugins)"
}

containerd_start() {
	mkdir "$HOST/net.d"
	cat >"$HOST/net.d/10-test.conflist" <<-JSON
		{ "cniVersion": "0.4.0", "name": "test", "plugins": [ {
			"type": "bridge", "bridge": "cri0", "isGateway": true,
			"ipam": { "type": "host-local", "dataDir": "$HOST/ipam", "ranges": [ [ { "subnet": "10.99.0.0/24" } ] ] }
		} ] }
	JSON
	cat >"$HOST/containerd.toml" <<-TOML
		version = 2
		disabled_plugins = [ "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
			"io.containerd.snapshotter.v1.zfs" ]
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "$IMAGE"
		  restrict_oom_score_adj = true
		  disable_apparmor = true
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "$CNI_BIN"
		    conf_dir = "$HOST/net.d"
		  [plugins."io.containerd.grpc.v1.cri".containerd]
		    default_runtime_name = "runc"
		    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		      runtime_type = "io.containerd.runc.v2"
		    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.ocigate]
		      runtime_type = "io.containerd.runc.v2"
		      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.ocigate.options]
		        BinaryName = "$OCIGATE"
	TOML
	profile_marked
	host_daemon containerd containerd --config "$HOST/containerd.toml"
	if ! within 30 host ctr version || ! host ctr --namespace k8s.io images import "$HOST/image.tar" >/dev/null ||
	   ! within 30 network_is_ready; then
		cannot_run "containerd does not start: $(grep -E 'level=(error|fatal)' "$HOST/containerd.log" | tail -n 3)"
	fi
}

setup() {
	lib_setup
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'" }'
	trace_clear
	pods=$BATS_TEST_TMPDIR/pods
	: >"$pods"
}

teardown() {
	local pod

	[ -z "$CANNOT_RUN" ] || return 0
	while read -r pod; do
		cri StopPodSandbox "{ \"pod_sandbox_id\": \"$pod\" }" || :
		cri RemovePodSandbox "{ \"pod_sandbox_id\": \"$pod\" }" || :
	done <"$pods" >/dev/null
}

# cri METHOD [REQUEST [FIELD...]]
cri() {
	host "$PYTHON" -B "$TOOLS/cri.py" /run/containerd/containerd.sock "$@"
}

network_is_ready() {
	cri Status | "$PYTHON" -c 'import json, sys
conditions = json.load(sys.stdin)["status"]["conditions"]
sys.exit(not all(condition.get("status") for condition in conditions))'
}

# pod_config NAME [NAMESPACE [SECURITY_CONTEXT [MORE]]]
pod_config() {
	cat <<-JSON
		{ "metadata": { "name": "$1", "uid": "$1-uid", "namespace": "${2:-default}" }, "hostname": "$1",
		  "log_directory": "$HOST/logs", ${4:-}
		  "linux": { "cgroup_parent": "$CGROUP", "security_context": { ${3:-} } } }
	JSON
}

# pod CONFIG [HANDLER]: prints its id
pod() {
	local id

	id=$(cri RunPodSandbox "{ \"config\": $1, \"runtime_handler\": \"${2-ocigate}\" }" pod_sandbox_id) &&
		[ -n "$id" ] && echo "$id" >>"$pods" && echo "$id"
}

# Every pod of a kubelet says this; without it a container has the pod's PID namespace.
readonly OWN_PID='"namespace_options": { "pid": 1 }'

# create POD CONFIG NAME [SECURITY_CONTEXT [MORE [COMMAND...]]]: prints the container's id
create() {
	local pod=$1 config=$2 name=$3 security=${4:-$OWN_PID} more=${5:-}
	shift $(($# < 5 ? $# : 5))
	[ $# -gt 0 ] || set -- sleep 60

	cri CreateContainer "{ \"pod_sandbox_id\": \"$pod\", \"sandbox_config\": $config, \"config\": {
		\"metadata\": { \"name\": \"$name\" }, \"image\": { \"image\": \"$IMAGE\" }, $more
		\"command\": $(list "$@"), \"log_path\": \"$name.log\",
		\"linux\": { \"security_context\": { $security } } } }" container_id
}

# list WORD...: as a JSON list
list() {
	local word text=

	for word; do
		word=${word//\\/\\\\}
		word=${word//\"/\\\"}
		word=${word//$'\n'/\\n}
		text+=${text:+, }\"$word\"
	done
	printf '[ %s ]' "$text"
}

start() {
	cri StartContainer "{ \"container_id\": \"$1\" }"
}

# execute CONTAINER COMMAND...: prints its output, returns its status
execute() {
	local id=$1
	shift

	cri ExecSync "{ \"container_id\": \"$id\", \"cmd\": $(list "$@"), \"timeout\": 20 }" exec
}

container_state() {
	cri ContainerStatus "{ \"container_id\": \"$1\" }" status state
}

# The enum starts at "created" with 0, which JSON leaves out; 1 is running, 2 exited.
has_state() {
	[ "$(container_state "$1")" = "$2" ]
}

# what the container of log_path NAME.log wrote
log_of() {
	sed 's/^[^ ]* std[a-z]* [FP] //' "$HOST/logs/$1.log"
}

# running_pod [SECURITY_CONTEXT [MORE]]: one pod with one container that sleeps; sets pod, config, container
running_pod() {
	config=$(pod_config one)
	pod=$(pod "$config")
	container=$(create "$pod" "$config" main "${1:-}" "${2:-}")
	start "$container"
}

@test "the runtime says that it is ready" {
	run cri Version
	succeeds
	prints containerd
	run network_is_ready
	succeeds
}

@test "pod and container: profile restricted holds for the entrypoint" {
	config=$(pod_config one)
	pod=$(pod "$config")
	container=$(create "$pod" "$config" main "" "" probe)
	start "$container"
	within 10 has_state "$container" 2
	run log_of main
	holds_restricted
}

@test "exec sync: profile restricted holds" {
	running_pod
	run execute "$container" probe
	holds_restricted
	run execute "$container" sh -c 'echo out; exit 9'
	[ "$status" -eq 9 ]
	prints out
}

@test "pod network: the container has the pod's address and reaches its neighbour" {
	local ip

	running_pod
	ip=$(cri PodSandboxStatus "{ \"pod_sandbox_id\": \"$pod\" }" status network ip)
	[ -n "$ip" ]
	run execute "$container" ip -o -4 addr show dev eth0
	prints "inet $ip/24"
	host_daemon greeter busybox nc -l -p 9000 -e busybox echo hello
	run execute "$container" sh -c 'for i in 1 2 3 4 5 6 7 8 9; do nc -w 5 10.99.0.1 9000 && exit; sleep 0.2; done'
	prints hello
}

@test "two containers of a pod share its network and IPC, not their PIDs" {
	running_pod
	second=$(create "$pod" "$config" second)
	start "$second"
	for space in net ipc pid; do
		one=$(execute "$container" readlink "/proc/self/ns/$space")
		two=$(execute "$second" readlink "/proc/self/ns/$space")
		[ -n "$one" ]
		if [ "$space" = pid ]; then
			[ "$one" != "$two" ]
		else
			[ "$one" = "$two" ]
		fi
	done
}

@test "a pod with a shared PID namespace works" {
	config=$(pod_config one default '"namespace_options": { "pid": 0 }')
	pod=$(pod "$config")
	container=$(create "$pod" "$config" main '"namespace_options": { "pid": 0 }')
	start "$container"
	run execute "$container" probe
	holds_restricted
}

@test "stop and remove, and no record is left" {
	running_pod
	has_record_of "$container"
	has_record_of "$pod"
	has_state "$container" 1
	cri StopContainer "{ \"container_id\": \"$container\", \"timeout\": 0 }"
	has_state "$container" 2
	cri RemoveContainer "{ \"container_id\": \"$container\" }"
	no_record_of "$container"
	cri StopPodSandbox "{ \"pod_sandbox_id\": \"$pod\" }"
	cri RemovePodSandbox "{ \"pod_sandbox_id\": \"$pod\" }"
	no_record_of "$pod"
	[ "$(cri ListPodSandbox)" = "{}" ]
}

@test "update of resources: limits may be tightened" {
	running_pod
	run cri UpdateContainerResources "{ \"container_id\": \"$container\",
		\"linux\": { \"memory_limit_in_bytes\": 67108864, \"cpu_shares\": 256 } }"
	succeeds
	run cat "$(find /sys/fs/cgroup -path "*$CGROUP/*$container/*" \( -name memory.limit_in_bytes -o -name memory.max \))"
	[ "$output" = 67108864 ]
}

@test "runAsUser 1000: keeps its user" {
	running_pod '"run_as_user": { "value": 1000 }, "run_as_group": { "value": 1000 }, '"$OWN_PID"
	run execute "$container" probe
	keeps_to_restricted 1000
}

@test "added capabilities, seccomp unconfined, procMount unmasked: take nothing away" {
	running_pod '"capabilities": { "add_capabilities": [ "ALL" ] }, "seccomp": { "profile_type": 1 }, '"$OWN_PID"
	run execute "$container" probe
	holds_restricted
	second=$(create "$pod" "$config" second '"masked_paths": [], "readonly_paths": [], '"$OWN_PID")
	start "$second"
	run execute "$second" probe
	holds_restricted
}

@test "an ordinary host path is mounted" {
	running_pod "" '"mounts": [ { "container_path": "/share", "host_path": "'"$HOST/share"'" } ],'
	run execute "$container" sh -c "$TRACE"
	succeeds
	has_run
}

# refuses RULE SECURITY_CONTEXT [MOUNT]: a container of a pod that runs
refuses() {
	local mounts='{ "container_path": "/share", "host_path": "'"$HOST/share"'" }'

	trace_clear
	container=$(create "$pod" "$config" "refused-$RANDOM" "${2:-}" "\"mounts\": [ $mounts ${3:+, $3} ]," \
		sh -c "$TRACE; sleep 60")
	[ -n "$container" ]
	run start "$container"
	refused_for "$1"
	never_ran
	cri RemoveContainer "{ \"container_id\": \"$container\" }" >/dev/null
}

@test "privileged container: refused, our line is in the error" {
	config=$(pod_config one default '"privileged": true')
	# a pod that announces privileged containers may itself be refused
	run pod "$config"
	if [ "$status" -ne 0 ]; then
		refused
		return
	fi
	pod=$output
	refuses "" '"privileged": true, '"$OWN_PID"
	[ "$(grep -c 'ocigate: ' <<<"$output")" -eq 1 ]
}

@test "pod on the host's network, PIDs, IPC: refused" {
	local which

	for which in network pid ipc; do
		run pod "$(pod_config "host-$which" default '"namespace_options": { "'$which'": 2 }')"
		# containerd gives a sandbox container its own PIDs all the same
		if [ "$status" -eq 0 ] && [ "$which" = pid ]; then
			pod=$output
			config=$(pod_config "host-$which" default '"namespace_options": { "pid": 2 }')
			refuses namespaces.host '"namespace_options": { "pid": 2 }'
			continue
		fi
		refused_for namespaces.host
	done
}

@test "container with a sensitive host path: refused" {
	local path

	config=$(pod_config one)
	pod=$(pod "$config")
	for path in / /etc /proc /sys /run /run/containerd/containerd.sock /var/lib/containerd; do
		refuses mounts.sensitive "" '{ "container_path": "/host", "host_path": "'$path'", "readonly": true }'
	done
}

@test "handler runc: untouched by ocigate" {
	config=$(pod_config one)
	pod=$(pod "$config" runc)
	container=$(create "$pod" "$config" main)
	start "$container"
	run execute "$container" probe
	succeeds
	user_is 0
	probed_is root-write yes
	no_record_of "$container"
}

@test "the policy selects by namespace of the pod, a label does not" {
	policy '{ "version": 1, "runtime": "'"$LOW_LEVEL_PATH"'", "select": [
		{ "when": { "engine": "kubernetes", "namespace": "kube-system" }, "profile": "privileged" },
		{ "when": { "engine": "kubernetes", "namespace": "marked*" }, "profile": "marked" } ] }'

	config=$(pod_config system kube-system)
	pod=$(pod "$config")
	container=$(create "$pod" "$config" main)
	start "$container"
	run execute "$container" probe
	succeeds
	user_is 0
	probed_is root-write yes

	config=$(pod_config marked marked-one)
	pod=$(pod "$config")
	container=$(create "$pod" "$config" main)
	start "$container"
	run execute "$container" probe
	holds_restricted "$MARKED_ID"

	config=$(pod_config forged default "" '"labels": { "io.kubernetes.pod.namespace": "kube-system" },
		"annotations": { "io.kubernetes.cri.sandbox-namespace": "kube-system" },')
	pod=$(pod "$config")
	container=$(create "$pod" "$config" main "" \
		'"annotations": { "io.kubernetes.cri.sandbox-namespace": "kube-system" },
		 "labels": { "io.kubernetes.pod.namespace": "kube-system" },')
	start "$container"
	run execute "$container" probe
	holds_restricted
}
