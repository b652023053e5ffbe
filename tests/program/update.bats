#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# update: limits may be tightened, and not lifted past the profile; the runtime gets
# what was judged.

load lib.bash

# each form in which limits are given: file, standard input, single options
by_file() { # JSON
	printf '%s' "$1" >"$WORK/resources.json"
	gate update --resources "$WORK/resources.json" c1
}
by_stdin() {
	printf '%s' "$1" >"$WORK/resources.json"
	STDIN=$WORK/resources.json gate update --resources "${2:--}" c1
}

setup_container() { # with a limit on processes and on memory
	mkdir -p "$CONFIG_DIR/profiles"
	cat >"$CONFIG_DIR/profiles/limited.json" <<-'EOF'
		{ "name": "limited", "extends": "baseline", "rules": {
			"resources.pids": { "action": "rewrite", "max": 100 },
			"resources.memory": { "action": "rewrite", "maxBytes": 1048576000 } } }
	EOF
	policy limited
	create c1
	passed
}

@test "limits that are tightened, and all that no profile limits, go through as given" {
	setup_container
	for resources in '{}' '{"pids":{"limit":50}}' '{"pids":{"limit":100}}' '{"memory":{"limit":1048576}}' \
		'{"cpu":{"shares":512},"unknown":{"b":1,"a":2}}' "$(cat "$DATA/docker-update.json")"; do
		by_file "$resources"
		passed
		saw '.resources == $wanted' --arg wanted "$resources"
		by_stdin "$resources"
		passed
		saw '.stdin == $wanted' --arg wanted "$resources"
		by_stdin "$resources" "$WORK/resources.json"
		passed
	done
	for options in '--pids-limit 50' '--pids-limit=100' '--memory 100m' '--memory=1048576' '--cpu-share 512' \
		'--memory 1000m --memory-swap -1 --pids-limit 1'; do
		# shellcheck disable=SC2086
		gate update $options c1
		passed
		same "$(jq -cn '$ARGS.positional' --args -- update $options c1)" "$(jq -c '.argv[7:]' "$OUT")"
	done
}

@test "limits that are lifted are refused in every form" {
	setup_container
	for resources in '{"pids":{"limit":101}}' '{"pids":{"limit":-1}}' '{"pids":{"limit":0}}' \
		'{"memory":{"limit":1048576001}}' '{"memory":{"limit":-1}}' '{"memory":{"limit":0}}'; do
		by_file "$resources"
		refused 'resources\.(pids|memory)' || { echo "of: $resources"; false; }
		same "$resources" "$(cat "$WORK/resources.json")"
		by_stdin "$resources"
		refused 'resources\.(pids|memory)' || { echo "of: $resources"; false; }
	done
	for options in '--pids-limit 101' '--pids-limit=-1' '--pids-limit 0' '--memory 1001m' '--memory -1' '--memory=2g' \
		'--cpu-share 2 --pids-limit 101' '--pids-limit 50 --pids-limit 101'; do
		# shellcheck disable=SC2086
		gate update $options c1
		refused 'resources\.(pids|memory)' || { echo "of: $options"; false; }
	done
}

@test "an option beside a file: both are judged" {
	setup_container
	echo '{"pids":{"limit":50}}' >"$WORK/resources.json"
	gate update --resources "$WORK/resources.json" --pids-limit 101 c1
	refused 'resources.pids'
	gate update --pids-limit 101 --resources "$WORK/resources.json" c1
	refused 'resources.pids'
	echo '{"pids":{"limit":101}}' >"$WORK/resources.json"
	gate update --resources "$WORK/resources.json" --pids-limit 50 c1
	refused 'resources.pids'
}

@test "numbers that no runtime reads alike, and documents that two may read differently, are refused" {
	setup_container
	for options in '--pids-limit many' '--memory 1e3' '--memory 1.5g' '--pids-limit 0x10' '--memory 99999999999999999999'; do
		# shellcheck disable=SC2086
		gate update $options c1
		refused 'option --|plain decimal number' || { echo "of: $options"; false; }
	done
	for resources in '{"pids":{"limit":1,"limit":-1}}' '{"Pids":{"limit":-1}}' '{' '' '[]' '{"pids":{"limit":"1"}}'; do
		by_file "$resources"
		refused '.'
		by_stdin "$resources"
		refused 'standard input'
	done
}

@test "what standard input said is read once and reaches the runtime in a sealed file" {
	setup_container
	by_stdin '{"pids" : {"limit":50} }'
	passed
	saw '.stdin == "{\"pids\":{\"limit\":50}}"'
	saw '.descriptors[] | select(.fd == 0) | (.target | test("memfd")) and .seals == 15 and (.cloexec | not)'
	saw '[.descriptors[].fd] == [0, 1, 2]'
}

@test "standard input as a pipe, in pieces, and closed" {
	setup_container
	STATUS=0
	{ printf '{"pids":'; sleep 0.2; printf '{"limit":50}}'; } |
		(closed env -i "$OCIGATE" --root "$ROOT" update --resources=- c1) >"$OUT" 2>"$ERR" || STATUS=$?
	passed
	saw '.stdin == "{\"pids\":{\"limit\":50}}"'
	# shellcheck disable=SC2016
	called bash -c 'exec "$@" <&-' bash "$OCIGATE" --root "$ROOT" update --resources - c1
	[ "$STATUS" = 1 ]
	not ran
	grep -q 'permission denied: .*standard input' "$ERR"
}

@test "a resources file that others can write is refused; one in /tmp is not" {
	setup_container
	echo '{}' >"$WORK/resources.json"
	chmod 666 "$WORK/resources.json"
	gate update --resources "$WORK/resources.json" c1
	refused 'written by others'
	mkdir -m 1777 "$WORK/tmp"
	echo '{}' >"$WORK/tmp/podman123"
	gate update --resources="$WORK/tmp/podman123" c1
	passed
}

@test "crun's mounts add: refused by baseline, the profile's to allow" {
	echo '[]' >"$WORK/mounts.json"
	setup_container
	for word in add remove; do
		gate mounts "$word" c1 "$WORK/mounts.json"
		refused 'mounts.live'
	done
	last_decision '.event == "mounts" and .verdict == "deny"'
	policy privileged
	create c2
	gate mounts add c2 "$WORK/mounts.json"
	passed
	saw '.argv[7:] == ["mounts", "add", "c2", $file]' --arg file "$WORK/mounts.json"
}
