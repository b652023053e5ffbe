#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Records: one per container, kept as long as it is there; and the decision log.

load lib.bash

@test "an id that is in use is refused, and its record stays as it was" {
	policy restricted
	create c1
	passed
	cp "$(record_file c1)" "$WORK/before"
	bundle "$WORK/other" '.process.user.uid = 4711'
	policy privileged
	for verb in create run restore; do
		gate "$verb" --bundle "$WORK/other" c1
		refused "container id 'c1' is in use"
		cmp "$WORK/before" "$(record_file c1)"
	done
	gate start c1
	passed
	last_decision '.profile == "restricted"'
}

@test "an id whose runtime is still at work is in use, though its state is not made yet" {
	: >"$WORK/runtime/hold"
	(closed env -i "$OCIGATE" --root "$ROOT" create --bundle "$BUNDLE" c1) >"$WORK/first" 2>&1 3>&- &
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$WORK/first" ] || break
		sleep 0.05
	done
	rm -rf "${ROOT:?}/c1"
	create c1
	refused "container id 'c1' is in use"
	rm "$WORK/runtime/hold"
	wait $!
	create c1
	passed
}

@test "a record that a container left behind is replaced" {
	policy restricted
	create c1
	passed
	rmdir "$ROOT/c1"
	policy privileged
	create c1
	passed
	same privileged "$(head -n 1 "$(record_file c1)" | jq -r .profile)"
}

@test "a damaged record holds nobody's place" {
	create c1
	passed
	for made in garbled '' '{"creator":{"pid":1,"start":1}}'; do
		printf '%s' "$made" >"$(record_file c1)"
		rm -rf "${ROOT:?}/c1"
		create c1
		passed
		gate start c1
		passed
	done
}

@test "a pid that another process has now does not keep an id" {
	create c1
	passed
	rmdir "$ROOT/c1"
	sed -i "1s/\"creator\":{\"pid\":[0-9]*/\"creator\":{\"pid\":$$/" "$(record_file c1)"
	create c1
	passed
}

@test "the same id under two roots is two containers" {
	policy restricted
	create c1
	passed
	policy privileged
	bundle "$WORK/other"
	bare --root "$WORK/root2" create --bundle "$WORK/other" c1
	[ "$STATUS" = 0 ]
	[ "$(record_file c1 | wc -l)" = 2 ]
	gate start c1
	last_decision '.profile == "restricted"'
	bare --root "$WORK/root2" start c1
	last_decision '.profile == "privileged"'
}

@test "one root by several names is one: with slashes, relative" {
	create c1
	passed
	cd "$WORK"
	for root in "$ROOT/" "$WORK//root" "$WORK/./root" root ./root; do
		bare --root "$root" start c1
		[ "$STATUS" = 0 ]
		ran
	done
}

@test "delete sweeps: the record goes when the runtime's state of the container is gone" {
	create c1
	passed
	create c2
	passed
	gate delete c1
	passed
	# the runtime itself removed the state after ocigate had become it; the next delete sees that
	gate delete c1
	passed
	[ -z "$(record_file c1)" ]
	[ -s "$(record_file c2)" ]
	gate start c1
	refused 'no record'
}

@test "delete sweeps others of the same root too, and never one that is in use" {
	for i in {1..30}; do
		create "c$i"
		rmdir "$ROOT/c$i"
	done
	create here
	for i in {1..25}; do
		create "d$i"
		gate delete "d$i"
		passed
	done
	# the last ones' state went after they were looked at
	[ -s "$(record_file here)" ]
	[ "$(find "$RECORD_DIR" -name 'c*.json' | wc -l)" -le 3 ]
	[ "$(find "$RECORD_DIR" -name '*.json' | wc -l)" -le 12 ]
}

@test "a delete that the runtime refuses keeps the record" {
	create c1
	passed
	: >"$ROOT/c1/busy"
	gate delete c1
	gate delete c1
	[ -s "$(record_file c1)" ]
	gate start c1
	passed
}

@test "the runtime that a selection chose is used again for every verb of its container" {
	cp "$STANDIN" "$WORK/runtime/other"
	policy privileged ",\"select\":[{\"when\":{\"id\":\"special\"},\"profile\":\"baseline\",\"runtime\":\"$WORK/runtime/other\"}]"
	create special
	passed
	saw '.argv[0] == $runtime' --arg runtime "$WORK/runtime/other"
	create c1
	passed
	saw '.argv[0] == $runtime' --arg runtime "$STANDIN"
	policy privileged
	for words in "start special" "exec special id" "update --cpu-share 2 special" "state special" "kill special 9" \
		"pause special" "resume special" "ps special" "delete special"; do
		# shellcheck disable=SC2086
		gate $words
		passed
		saw '.argv[0] == $runtime' --arg runtime "$WORK/runtime/other"
	done
	gate state c1
	saw '.argv[0] == $runtime' --arg runtime "$STANDIN"
}

@test "every decision is one line of valid JSON, in the order of the calls" {
	create c1
	passed
	gate start c1
	gate exec c1 id
	gate update --cpu-share 2 c1
	gate state c1
	gate exec nobody id
	echo '{' >"$BUNDLE/config.json"
	create c2
	same 6 "$(wc -l <"$DECISIONS")"
	same '["create","start","exec","update","exec","create"]' "$(jq -cs '[.[].event]' "$DECISIONS")"
	jq -e 'select(.version == 1 and (.time | test("^[0-9-]+T[0-9:.]+Z$")) and .pid > 0 and .id and .root)' "$DECISIONS" |
		jq -s 'length == 6' | grep -q true
	jq -e 'has("env") or has("args") | not' "$DECISIONS" >/dev/null
}

@test "a text that the container's author made long does not make the line long" {
	jq -cj '.process.cwd = "/proc/" + ("x" * 100000)' "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
	policy baseline
	create c1
	refused 'process.cwd'
	[ "$(wc -c <"$DECISIONS")" -lt 8192 ]
	[ "$(wc -c <"$ERR")" -lt 4096 ]
}

@test "fifty creates at once: all pass, fifty records, fifty whole lines" {
	for i in {1..50}; do
		bundle "$WORK/bundle$i"
	done
	policy restricted
	for i in {1..50}; do
		(closed env -i "$OCIGATE" --root "$ROOT" create --bundle "$WORK/bundle$i" "c$i") >"$WORK/out$i" 2>"$WORK/err$i" 3>&- &
	done
	wait
	same '' "$(cat "$WORK"/err*)"
	for i in {1..50}; do
		[ "$(wc -l <"$WORK/out$i")" = 1 ]
		jq -j .config "$WORK/out$i" | cmp - "$WORK/bundle$i/config.json"
		same "sha256:$(sha256sum "$WORK/bundle$i/config.json" | cut -d' ' -f1)" "$(head -n 1 "$(record_file "c$i")" | jq -r .seal)"
	done
	same 50 "$(wc -l <"$DECISIONS")"
	same 50 "$(jq -r .id "$DECISIONS" | sort -u | wc -l)"
}

@test "twenty creates of one id at once: one container, one record that is its own" {
	for i in {1..20}; do
		bundle "$WORK/bundle$i" ".hostname = \"h$i\""
	done
	: >"$WORK/runtime/hold"
	for i in {1..20}; do
		(closed env -i "$OCIGATE" --root "$ROOT" create --bundle "$WORK/bundle$i" c1) >"$WORK/out$i" 2>"$WORK/err$i" 3>&- &
	done
	for ((i = 0; i < 200; i++)); do
		[ "$(cat "$WORK"/out* "$WORK"/err* | wc -l)" != 20 ] || break
		sleep 0.05
	done
	rm "$WORK/runtime/hold"
	wait
	same 1 "$(cat "$WORK"/out* | wc -l)"
	same 19 "$(grep -l "container id 'c1' is in use" "$WORK"/err* | wc -l)"
	same "sha256:$(cat "$WORK"/out* | jq -j .config | sha256sum | cut -d' ' -f1)" \
		"$(head -n 1 "$(record_file c1)" | jq -r .seal)"
}

@test "two creates in one bundle at once: the runtime reads a judged document or does not run" {
	policy restricted
	for ((round = 0; round < 10; round++)); do
		bundle "$BUNDLE"
		for i in 1 2 3 4; do
			(closed env -i "$OCIGATE" --root "$ROOT" create --bundle "$BUNDLE" "c$round-$i") \
				>"$WORK/out$i" 2>"$WORK/err$i" 3>&- &
		done
		wait
		for i in 1 2 3 4; do
			if [ -s "$WORK/out$i" ]; then
				same 65532 "$(jq -r .config "$WORK/out$i" | jq .process.user.uid)"
				[ ! -s "$WORK/err$i" ]
			else
				grep -qE 'EBUSY|replaced while it was judged|ENOENT' "$WORK/err$i"
			fi
		done
		same 'config.json rootfs ' "$(ls -A "$BUNDLE" | tr '\n' ' ')"
	done
}

@test "root of a user namespace, as rootless engines have it, keeps records like any other user" {
	chmod 711 "$BATS_RUN_TMPDIR"
	mkdir "$WORK/xdg"
	chown -R 65534:65534 "$BUNDLE" "$WORK/xdg"
	called /usr/bin/env -i XDG_RUNTIME_DIR="$WORK/xdg" /usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups \
		/usr/bin/unshare --user --map-root-user "$OCIGATE" --root "$ROOT" create --bundle "$BUNDLE" c1
	passed
	[ -n "$(find "$WORK/xdg/ocigate" -name c1.json)" ]
	# the host's root is not led elsewhere by its environment
	ENVIRONMENT=(XDG_RUNTIME_DIR="$WORK/xdg")
	bundle "$WORK/other"
	create c2 "$WORK/other"
	passed
	[ -e "$(record_file c2)" ]
}

@test "a user other than root keeps records of his own, and cannot choose the policy" {
	local as_user=(/usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups /usr/bin/env -i XDG_RUNTIME_DIR="$WORK/xdg")

	chmod 711 "$BATS_RUN_TMPDIR"
	mkdir "$WORK/xdg"
	chown -R 65534:65534 "$BUNDLE" "$WORK/xdg"
	policy restricted
	called "${as_user[@]}" "$OCIGATE" --root "$WORK/xdg/root" create --bundle "$BUNDLE" c1
	passed
	same 65532 "$(jq -r .config "$OUT" | jq .process.user.uid)"
	same '600 65534' "$(stat -c '%a %u' "$(find "$WORK/xdg/ocigate" -name c1.json)")"
	called "${as_user[@]}" "$OCIGATE" --root "$WORK/xdg/root" start c1
	passed
	# his own record, changed by him, is his own business; root's are not
	called /usr/bin/env -i XDG_RUNTIME_DIR="$WORK/xdg" "$OCIGATE" --root "$WORK/xdg/root" start c1
	[ "$STATUS" = 1 ]
	not ran
	chown 65534 "$CONFIG_DIR/policy.json"
	called "${as_user[@]}" "$OCIGATE" --root "$WORK/xdg/root" create --bundle "$BUNDLE" c2
	[ "$STATUS" = 1 ]
	not ran
}
