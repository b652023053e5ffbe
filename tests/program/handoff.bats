#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Laws 6 and 9: what the engine made reaches the runtime as it is, and nothing of ours does.

load lib.bash

# both: the same call straight to the stand-in and through ocigate, in the same process's place
both() { # SETTING... -- ARGUMENTS
	local before=()

	while [ "$1" != -- ]; do
		before+=("$1")
		shift
	done
	shift
	called "${before[@]}" "$STANDIN" "$@"
	cp "$OUT" "$WORK/straight"
	called "${before[@]}" "$OCIGATE" "$@"
	[ "$STATUS" = 0 ] && [ ! -s "$ERR" ] || fails "wanted: success" || return
	cmp <(sed 's/"pid":[0-9]*,"parent":[0-9]*/PIDS/' "$WORK/straight") \
		<(sed 's/"pid":[0-9]*,"parent":[0-9]*/PIDS/' "$OUT") || {
		echo "straight: $(head -c 4000 "$WORK/straight")"
		fails "wanted: the same report"
	}
}

@test "argv of every verb reaches the runtime as it is, argv[0] is the runtime's path" {
	local line words

	create c1
	passed
	printf '{"args":["id"],"cwd":"/","user":{"uid":0,"gid":0}}' >"$WORK/process.json"
	echo '{}' >"$WORK/resources.json"
	while read -r line; do
		eval "words=($line)"
		rm -rf "$ROOT/fresh"
		gate "${words[@]}"
		passed || { echo "of: $line"; false; }
		same "$(jq -cn '$ARGS.positional' --args -- "$STANDIN" --root "$ROOT" --log "$LOG" --log-format json "${words[@]}")" \
			"$(jq -c .argv "$OUT")"
	done <<-'LINES'
		create --bundle "$BUNDLE" fresh
		create -b "$BUNDLE" --pid-file "$WORK/a b.pid" --no-pivot fresh
		run --bundle="$BUNDLE" --keep fresh
		run -b "$BUNDLE" -d fresh
		restore --image-path /nowhere --work-path "" --detach -no-subreaper --bundle "$BUNDLE" fresh
		start c1
		exec --process "$WORK/process.json" --detach --pid-file "$WORK/init.pid" c1
		exec -d -p "$WORK/process.json" c1
		update --resources "$WORK/resources.json" c1
		update -r "$WORK/resources.json" c1
		update --cpu-share 512 c1
		state c1
		kill c1 KILL
		kill --all c1 9
		pause c1
		resume c1
		ps --format json c1
		events --stats c1
		checkpoint --image-path /nowhere c1
		list --format=json
		features
		--version
		--help
		delete --force c1
	LINES
}

@test "the environment arrives byte for byte" {
	local odd=$'A=\xff\xfe "quoted" \\ \t end'

	both env -i PATH=/x HOME=/root EMPTY= "$odd" B=1 LISTEN_FDNAMES=a:b NOTIFY_SOCKET=/run/notify \
		_OCI_SYNCPIPE=3 _OCI_STARTPIPE=4 XDG_RUNTIME_DIR=/run/user/0 -- --root "$ROOT" create --bundle "$BUNDLE" c1
	saw '.environment | index("NOTIFY_SOCKET=/run/notify") and index("_OCI_SYNCPIPE=3") and index("EMPTY=")'
}

@test "no PATH and no HOME are needed, by no verb" {
	create c1
	passed
	saw '.environment == []'
	for verb in start state delete; do
		gate "$verb" c1
		passed
		saw '.environment == []'
	done
}

@test "LISTEN_PID stays true: ocigate becomes the runtime in its own process" {
	# shellcheck disable=SC2016
	called bash -c 'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3</dev/null' bash \
		"$OCIGATE" --root "$ROOT" create --bundle "$BUNDLE" c1
	passed
	saw '(.pid | tostring) as $pid | .environment | index("LISTEN_PID=\($pid)") and index("LISTEN_FDS=1")'
	saw '[.descriptors[] | select(.fd > 2) | .fd] == [3]'
}

@test "descriptors that the engine opened arrive, with their numbers, and none of ours" {
	: >"$WORK/five"
	# shellcheck disable=SC2016
	both bash -c 'exec env -i "$@" 3</etc/hosts 4</dev/null 5>'"$WORK"'/five 17</etc/passwd' bash -- \
		--root "$ROOT" create --bundle "$BUNDLE" c1
	saw '[.descriptors[] | select(.fd > 2) | [.fd, .target]] ==
		[[3, "/etc/hosts"], [4, "/dev/null"], [5, $five], [17, "/etc/passwd"]]' --arg five "$WORK/five"
	saw 'all(.descriptors[]; .cloexec | not)'
}

@test "no descriptor of ours is left open in any verb" {
	create c1
	passed
	saw '[.descriptors[].fd] == [0, 1, 2]'
	printf '{"args":["id"],"cwd":"/","user":{"uid":0,"gid":0}}' >"$WORK/process.json"
	echo '{}' >"$WORK/resources.json"
	for words in "start c1" "exec --process $WORK/process.json c1" "update --resources $WORK/resources.json c1" \
		"state c1" "delete c1"; do
		# shellcheck disable=SC2086
		gate $words
		passed
		saw '[.descriptors[].fd] == [0, 1, 2]'
	done
}

@test "closed standard descriptors stay closed, and no file of ours takes their place" {
	# shellcheck disable=SC2016
	both bash -c 'exec env -i "$@" <&- 2>&-' bash -- --root "$ROOT" create --bundle "$BUNDLE" c1
	saw '[.descriptors[].fd] == [1]'
}

@test "a refusal with stderr closed writes its line into no file of ours" {
	echo '{' >"$BUNDLE/config.json"
	for closing in '2>&-' '<&- 2>&-' '<&- >&- 2>&-'; do
		rm -rf "$RECORD_DIR" "$DECISIONS"
		# shellcheck disable=SC2016
		called bash -c 'exec "$@" '"$closing" bash "$OCIGATE" --root "$ROOT" create --bundle "$BUNDLE" c1
		[ "$STATUS" = 1 ]
		not ran
		same '{' "$(cat "$BUNDLE/config.json")"
		decisions '.message' | grep -q 'permission denied'
		[ "$(grep -vc '^{' "$DECISIONS")" = 0 ]
	done
}

@test "the parent-death signal stays" {
	both setpriv --pdeathsig KILL env -i -- --root "$ROOT" create --bundle "$BUNDLE" c1
	saw '.pdeathsig == 9'
}

@test "the working directory stays, and is the default bundle" {
	cd "$BUNDLE"
	both env -i -- --root "$ROOT" create c1
	saw '.cwd == $bundle' --arg bundle "$BUNDLE"
	create c2 .
	passed
	saw '.argv[-2:] == [".", "c2"]'
}

@test "a relative --root is the runtime's, from where it is called" {
	cd "$WORK"
	both env -i -- --root root create --bundle bundle c1
	[ -d "$WORK/root/c1" ]
	called "$OCIGATE" --root "$WORK//./root/" start c1
	passed
}

@test "success is silent: stdout, stderr and --log hold no byte of ours" {
	policy restricted
	create c1
	passed
	: >"$LOG"
	bare --root "$ROOT" --log "$LOG" --log-format text --debug start c1
	[ ! -s "$LOG" ]
	[ ! -s "$ERR" ]
}

@test "a runtime that is ocigate itself is refused, by any name" {
	local name

	ln -s "$OCIGATE" "$WORK/link"
	for name in "$OCIGATE" "$WORK/link"; do
		STANDIN=$name policy privileged
		create c1
		refused "is ocigate itself"
	done
}

@test "a runtime that others could have written is refused" {
	chmod 0775 "$STANDIN"
	create c1
	refused 'writable by others'
	chmod 0755 "$STANDIN"
	chown 65534 "$STANDIN"
	create c1
	refused 'belongs to user 65534'
}

@test "a runtime that is missing is refused in words that engines take for a refusal" {
	rm "$STANDIN"
	create c1
	refused 'runtime .*ENOENT'
}

@test "a runtime that cannot be executed is refused, and the record says nothing else" {
	echo 'not a program' >"$STANDIN"
	create c1
	refused 'execute the runtime .*ENOEXEC'
	last_decision '.message | test("ENOEXEC")'
}
