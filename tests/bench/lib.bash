# SPDX-License-Identifier: Apache-2.0
# A private copy of what is measured, under the paths that Docker uses, in a mount namespace of its own: a no-op
# runtime, bundle and records on a tmpfs as /run is, the files that Docker's config.json names, a policy that names
# the runtime.
# shellcheck shell=bash disable=SC2034 # state, bundle and rootfs are for who sources this

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
hidden=(/run /var/lib/docker)
volume=/srv/data # a directory of the host, as docker run -v has it: on the root filesystem

bench_begin() { # OCIGATE
	if [ -z "${BENCH_NAMESPACE:-}" ]; then
		BENCH_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
	fi
	ocigate=$1
	prefix=$(cd "$(dirname "$ocigate")/.." && pwd)
	work=$(mktemp -d /tmp/ocigate-bench.XXXXXX)
	trap bench_end EXIT
	[ -e "$volume" ] || { mkdir -p "$volume" && touch "$work.made"; }
	mkdir -p "${hidden[@]}" "$prefix/etc/ocigate" "$prefix/run"
	for directory in "$work" "$prefix/run" "${hidden[@]}"; do
		mount -t tmpfs ocigate-bench "$directory"
	done
	state=/run/docker/runtime-runc/moby
	bundle=/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/0123456789abcdef
	${CC:-cc} -O2 -nostdlib -static -o "$work/noop" "$here/noop.c"
	mkdir -p "$bundle" "$state"
	[ ! -e "$prefix/etc/ocigate/policy.json" ] || mv "$prefix/etc/ocigate/policy.json" "$work/policy.before"
	python3 "$here/documents.py" "$root/tests/data/docker.json" "$work"
	rootfs=$(<"$work/rootfs")
	bench_runtime "$work/noop"
}

bench_runtime() { # PATH
	printf '{ "version": 1, "runtime": "%s" }\n' "$1" >"$prefix/etc/ocigate/policy.json"
}

bench_end() {
	rm -f "$prefix/etc/ocigate/policy.json"
	[ ! -e "$work/policy.before" ] || mv "$work/policy.before" "$prefix/etc/ocigate/policy.json"
	[ ! -e "$work.made" ] || { rm "$work.made" && rmdir "$volume"; }
	umount -l "$work"
	rmdir "$work"
}
