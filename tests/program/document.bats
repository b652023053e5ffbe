#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Laws 3, 4 and 5: the runtime reads what was judged, with everything in it that no
# rule touched, and judging it twice changes nothing more.

load lib.bash

# config FILTER: change the bundle's config.json
config() {
	jq -cj "$1" "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
}

# raw SED: change it as text
raw() {
	sed -i "$1" "$BUNDLE/config.json"
}

read_by_runtime() { # the bytes that the runtime found
	jq -j .config "$OUT"
}

@test "the runtime reads exactly the bytes that the record seals" {
	for profile in privileged baseline restricted; do
		rm -rf "$RECORD_DIR" "$ROOT"
		policy "$profile"
		create c1
		passed
		read_by_runtime | cmp - "$BUNDLE/config.json"
		same "sha256:$(read_by_runtime | sha256sum | cut -d' ' -f1)" "$(head -n 1 "$(record_file c1)" | jq -r .seal)"
		last_decision ".seal == \"$(head -n 1 "$(record_file c1)" | jq -r .seal)\""
	done
}

@test "what two parsers may read differently is refused, and the file stays as it was" {
	local name text pattern

	while IFS='|' read -r name text pattern; do
		printf '%b' "$text" >"$BUNDLE/config.json"
		cp "$BUNDLE/config.json" "$WORK/before"
		create c1
		refused "$pattern" || { echo "of: $name"; false; }
		cmp "$WORK/before" "$BUNDLE/config.json"
	done <<-'LINES'
		a key twice            |{"ociVersion":"1.0.2","ociVersion":"1.0.2"}|ociVersion
		a key twice, deep      |{"process":{"user":{"uid":1000,"uid":0}}}|uid
		a key twice, unknown   |{"x":{"y":1,"z":2,"y":1}}|/x.*y
		another case           |{"Process":{}}|runc reads as "process"
		case as Go folds it    |{"proce\xc5\xbfs":{}}|runc reads as "process"
		the Kelvin sign        |{"linux":{"mas\xe2\x84\xaaedPaths":[]}}|runc reads as "maskedPaths"
		an escaped key         |{"process":{},"\\u0070rocess":{}}|process
		a byte-order mark      |\xef\xbb\xbf{}|line 1
		a comment              |{} // done|line 1
		trailing bytes         |{} {}|line 1
		a trailing NUL         |{}\0|line 1
		a trailing comma       |{"root":{},}|line 1
		invalid UTF-8          |{"hostname":"\xff"}|line 1
		UTF-8, too long        |{"hostname":"\xc0\xaf"}|line 1
		a lone surrogate       |{"hostname":"\\ud800"}|line 1
		a NUL                  |{"hostname":"a\\u0000b"}|line 1
		a negative zero        |{"x":-0}|-0
		a number out of range  |{"process":{"user":{"uid":4294967296}}}|/process/user/uid
		a number too large     |{"x":18446744073709551616}|too large
		a fraction             |{"process":{"user":{"uid":0.5}}}|/process/user/uid
		an exponent            |{"process":{"user":{"uid":0e1}}}|/process/user/uid
		a number as text       |{"process":{"user":{"uid":"0"}}}|/process/user/uid
		an object as an array  |{"process":[]}|/process
		NaN                    |{"x":NaN}|line 1
		UTF-16                 |\xff\xfe{\0}\0|line 1
	LINES
}

@test "a document nested too deep or too long is refused" {
	printf '%*s' 5000 '' | tr ' ' '[' >"$BUNDLE/config.json"
	create c1
	refused 'line 1'
	{ printf '{"hostname":"'; head -c 17M /dev/zero | tr '\0' a; printf '"}'; } >"$BUNDLE/config.json"
	create c1
	refused 'longer than'
}

@test "a document of 15 MiB is read whole" {
	config '.annotations.big = "BIG"'
	python3 - "$BUNDLE/config.json" <<-'EOF'
		import sys
		text = open(sys.argv[1]).read()
		open(sys.argv[1], "w").write(text.replace('"BIG"', '"' + "a" * 15 * 1024 * 1024 + '"'))
	EOF
	cp "$BUNDLE/config.json" "$WORK/before"
	create c1
	[ "$STATUS" = 0 ]
	read_by_runtime | cmp - "$WORK/before"
}

@test "lossless under privileged: unknown members, order, number text and escapes survive" {
	cat >"$BUNDLE/config.json" <<-'EOF'
		{"zzz":[1e3,1.50,0.1e+1,18446744073709551615],"ociVersion":"1.0.2-dev",
		 "process":{"cwd":"/","args":["sh"],"unknown":{"b":1,"a":[null,true,false,{}]},"user":{"gid":5,"uid":7}},
		 "root":{"path":"rootfs"}, "linux":{"namespaces":[{"type":"pid"}],"x-new":{"k":"v"}},
		 "annotations":{"z":"\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\","a":"","k\u0001ey":"<&>\u2028"}}
	EOF
	cp "$BUNDLE/config.json" "$WORK/before"
	create c1
	passed
	# the same values in the same order
	cmp <(jq --stream -c . "$WORK/before") <(read_by_runtime | jq --stream -c .)
	# and jq would have lost these
	read_by_runtime | grep -qF '[1e3,1.50,0.1e+1,18446744073709551615]'
	read_by_runtime | grep -qF '"process":{"cwd":"/","args":["sh"],"unknown":{"b":1,"a":[null,true,false,{}]}'
}

@test "lossless under restricted: what no rule touches stays where it was" {
	config '.zzz = {"b": 1, "a": [1, {"x": null}]} | .process.zzz = "p" | .linux.zzz = 3 | .annotations = {"z": "1", "a": "2"}'
	cp "$BUNDLE/config.json" "$WORK/before"
	policy restricted
	create c1
	passed
	for path in .zzz .process.zzz .linux.zzz .annotations .process.args .process.cwd .hostname .ociVersion; do
		same "$(jq -c "$path" "$WORK/before")" "$(read_by_runtime | jq -c "$path")"
	done
	same "$(jq -c keys_unsorted "$WORK/before")" "$(read_by_runtime | jq -c keys_unsorted)"
}

@test "what ocigate wrote is what it writes: real engines' documents pass privileged byte for byte but for spaces" {
	for file in docker podman ctr k8s k8s-sandbox runc-spec crun-spec docker-privileged; do
		bundle "$WORK/$file"
		jq '.root.path = "rootfs"' "$DATA/$file.json" >"$WORK/$file/config.json"
		create "$file" "$WORK/$file"
		passed || { echo "of: $file"; false; }
		read_by_runtime | cmp - <(jq -cj . "$WORK/$file/config.json")
	done
}

@test "a second create over the judged bundle gives the same bytes" {
	for profile in privileged baseline restricted; do
		bundle "$BUNDLE"
		policy "$profile"
		create "first-$profile"
		passed
		cp "$BUNDLE/config.json" "$WORK/once"
		create "second-$profile"
		passed
		cmp "$WORK/once" "$BUNDLE/config.json"
		last_decision '[.findings[] | select(.effect == "rewritten")] == []'
	done
}

@test "a profile that is turned stricter and back does not get looser documents" {
	policy restricted
	create c1
	passed
	cp "$BUNDLE/config.json" "$WORK/strict"
	policy privileged
	create c2
	passed
	cmp "$WORK/strict" "$BUNDLE/config.json"
}

@test "owner and mode of config.json stay, and the directory holds nothing else afterwards" {
	for mode in 600 640 644 400; do
		bundle "$BUNDLE"
		chgrp 4711 "$BUNDLE/config.json"
		chmod "$mode" "$BUNDLE/config.json"
		policy restricted
		create "c$mode"
		passed
		same "$mode 0:4711" "$(stat -c '%a %u:%g' "$BUNDLE/config.json")"
		same 'config.json rootfs ' "$(ls -A "$BUNDLE" | tr '\n' ' ')"
	done
}

@test "the disk of the bundle is full: refused, config.json is the old one, whole" {
	tmpfs_over "$WORK/small" size=16k,mode=755
	bundle "$WORK/small"
	policy restricted
	cat /dev/zero >"$WORK/small/filler" 2>/dev/null || true
	cp "$WORK/small/config.json" "$WORK/before"
	create c1 "$WORK/small"
	refused 'config.json.*ENOSPC'
	cmp "$WORK/before" "$WORK/small/config.json"
	same 'config.json filler rootfs ' "$(ls -A "$WORK/small" | tr '\n' ' ')"
}

@test "the bundle is read-only: refused" {
	tmpfs_over "$WORK/small" size=64k,mode=755
	bundle "$WORK/small"
	mount -o remount,ro "$WORK/small"
	policy restricted
	create c1 "$WORK/small"
	refused 'config.json.*EROFS'
}

@test "a temporary that a killed run left is cleared away; a link in its place is not followed" {
	printf half >"$BUNDLE/.config.json.ocigate"
	policy restricted
	create c1
	passed
	same 'config.json rootfs ' "$(ls -A "$BUNDLE" | tr '\n' ' ')"
	echo untouched >"$WORK/target"
	ln -s "$WORK/target" "$BUNDLE/.config.json.ocigate"
	create c2
	passed
	same untouched "$(cat "$WORK/target")"
}

@test "crun's -f and --config: that file is judged, and the runtime reads what was written there" {
	mkdir "$WORK/elsewhere"
	jq -cj '.process.user.uid = 0' "$BUNDLE/config.json" >"$WORK/elsewhere/other.json"
	cp "$BUNDLE/config.json" "$WORK/before"
	policy restricted
	for option in -f --config; do
		gate create --bundle "$BUNDLE" "$option" "$WORK/elsewhere/other.json" "c$option"
		passed
		read_by_runtime | cmp - "$WORK/elsewhere/other.json"
		[ "$(read_by_runtime | jq .process.user.uid)" = 65532 ]
		cmp "$WORK/before" "$BUNDLE/config.json"
		last_decision '.verdict != "deny"'
	done
	jq -cj '.process.cwd = "/proc/1"' "$BUNDLE/config.json" >"$WORK/elsewhere/other.json"
	gate create --bundle "$BUNDLE" -f "$WORK/elsewhere/other.json" c3
	refused 'process.cwd'
}

# Law 8: nothing that the container's author controls switches a check off.
@test "labels, annotations, environment and names of the container choose no profile" {
	policy baseline ',"select":[{"when":{"engine":"kubernetes"},"profile":"privileged"},
		{"when":{"namespace":"kube-system"},"profile":"privileged"},{"when":{"pod":"*"},"profile":"privileged"},
		{"when":{"claimedImage":"*trusted*"},"profile":"privileged"},{"when":{"image":"*"},"profile":"privileged"}]'
	config '.process.cwd = "/proc/1" | .hostname = "kube-system" | .process.env += ["OCIGATE_PROFILE=privileged"] |
		.annotations = {"io.kubernetes.cri.sandbox-namespace": "kube-system", "io.kubernetes.pod.namespace": "kube-system",
			"io.kubernetes.cri.sandbox-name": "x", "io.kubernetes.cri.image-name": "trusted",
			"io.kubernetes.cri-o.ImageName": "trusted", "ocigate.profile": "privileged"}'
	create c1
	refused 'process.cwd.*baseline'
}

@test "no variable of the environment and no option changes policy, state or runtime" {
	mkdir -p "$WORK/home/.config/ocigate" "$WORK/xdg/ocigate"
	ENVIRONMENT=(HOME="$WORK/home" XDG_CONFIG_HOME="$WORK/home/.config" XDG_RUNTIME_DIR="$WORK/xdg" PATH="$WORK"
		OCIGATE_POLICY="$WORK/p" OCIGATE_SYSCONFDIR="$WORK" OCIGATE_RUNTIME=/bin/true TMPDIR="$WORK" LD_BIND_NOW=1)
	policy restricted
	create c1
	passed
	saw '.argv[0] == $standin' --arg standin "$STANDIN"
	[ -s "$(record_file c1)" ]
	same '' "$(find "$WORK/xdg" "$WORK/home" -type f)"
	gate create --bundle "$BUNDLE" --policy "$WORK/p" c2
	refused 'policy'
}
