# SPDX-License-Identifier: Apache-2.0
# A private copy of what is measured: a no-op runtime, a bundle on tmpfs, a policy that names both.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

bench_begin() { # OCIGATE
	ocigate=$1
	prefix=$(cd "$(dirname "$ocigate")/.." && pwd)
	work=$(mktemp -d /tmp/ocigate-bench.XXXXXX)
	trap bench_end EXIT
	mount -t tmpfs ocigate-bench "$work" # as /run is, where engines keep bundles
	${CC:-cc} -O2 -nostdlib -static -o "$work/noop" "$here/noop.c"
	mkdir -p "$work/bundle/rootfs/bin" "$work/volume" "$prefix/etc/ocigate"
	[ ! -e "$prefix/etc/ocigate/policy.json" ] || mv "$prefix/etc/ocigate/policy.json" "$work/policy.before"
	python3 "$here/documents.py" "$root/tests/data/docker.json" "$work"
	bench_runtime "$work/noop"
}

bench_runtime() { # PATH
	printf '{ "version": 1, "runtime": "%s" }\n' "$1" >"$prefix/etc/ocigate/policy.json"
}

bench_end() {
	rm -f "$prefix/etc/ocigate/policy.json"
	[ ! -e "$work/policy.before" ] || mv "$work/policy.before" "$prefix/etc/ocigate/policy.json"
	umount -l "$work"
	rmdir "$work"
}
