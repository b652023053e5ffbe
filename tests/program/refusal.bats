#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Law 6: one voice on failure. `refused` of lib.bash looks at every byte of it.

load lib.bash

# what can go wrong, each in its own way; {} is the bundle
broken_bundles() {
	cat <<-'LINES'
		rm config.json                                    |config.json.*ENOENT
		rm config.json; mkdir config.json                 |config.json.*no plain file
		mv config.json real; ln -s real config.json       |symbolic link
		rm config.json; mkfifo config.json                |no plain file
		chmod 666 config.json                             |written by others
		chmod 777 .                                       |written by others
		chown 1234 config.json                            |written by others
		: >config.json                                    |config.json
		echo '{' >config.json                             |line [0-9]+
		echo '[]' >config.json                            |config.json
		echo 'not a directory' >config.json               |config.json
		truncate -s 17M config.json                       |longer than
	LINES
}

@test "every kind of bad bundle is refused in one line, one record, status 1" {
	local commands pattern verb

	while IFS='|' read -r commands pattern; do
		for verb in create run restore; do
			rm -rf "$BUNDLE"
			bundle "$BUNDLE"
			(cd "$BUNDLE" && eval "$commands")
			gate "$verb" --bundle "$BUNDLE" c1
			refused "$pattern" || { echo "of: $commands"; false; }
		done
	done < <(broken_bundles)
}

@test "a bundle that is missing, or no directory, is refused without the words that mislead engines" {
	create c1 "$WORK/nowhere"
	refused "open the (bundle|directory) '$WORK/nowhere': ENOENT"
	create c1 "$BUNDLE/config.json"
	refused 'open the (bundle|directory) .*ENOTDIR'
}

@test "what the container's author wrote reaches terminal and log escaped, on one line" {
	jq -c '.process.cwd = "/proc/\u001b[2J\nlevel=info"' "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
	policy baseline
	create c1
	refused 'process.cwd'
	[ "$(LC_ALL=C grep -c $'[\x01-\x08\x0b-\x1f\x7f]' "$ERR" "$LOG" "$DECISIONS" | grep -vc ':0$')" = 0 ]
}

@test "exec is refused with status 255" {
	gate exec --process "$WORK/process.json" c1
	refused 'has no record' 255
	gate exec c1 sh
	refused 'has no record' 255
	gate exec --frobnicate c1 sh
	refused 'frobnicate' 255
}

@test "start, update and mounts are refused with status 1" {
	gate start c1
	refused 'has no record'
	gate update --memory 5g c1
	refused 'has no record'
	gate mounts add c1 "$WORK/mounts.json"
	refused 'has no record'
}

@test "a command line that cannot be read with certainty is refused" {
	gate create --bundle "$BUNDLE" --frobnicate c1
	refused 'frobnicate'
	gate create --bundle "" c1
	refused '--bundle is empty'
	gate create --bundle "$BUNDLE" ../c1
	refused "container id '../c1'"
}

@test "a verb that nobody knows is refused: a later runtime may start containers by it" {
	gate frobnicate c1
	refused 'frobnicate'
}

@test "the record is appended: containerd reads the last one, earlier ones stay" {
	echo '{"level":"error","msg":"earlier","time":"2026-01-01T00:00:00Z"}' >"$LOG"
	called env -i "$OCIGATE" --root "$ROOT" --log "$LOG" --log-format json start c1
	[ "$(jq -r .level "$LOG" | wc -l)" = 2 ]
	same earlier "$(head -n 1 "$LOG" | jq -r .msg)"
	same "$(cat "$ERR")" "$(tail -n 1 "$LOG" | jq -r .msg)"
}

@test "without --log-format json the record has runc's text form" {
	bare --root "$ROOT" --log "$LOG" start c1
	grep -qE '^time="[^"]+" level=error msg="ocigate: permission denied: .*no record' "$LOG"
	[ "$(wc -l <"$LOG")" = 1 ]
}

@test "crun's log places: file: is a file, journald: and syslog: are left to stderr" {
	cd "$WORK"
	bare --root "$ROOT" --log "file:$LOG" --log-format json start c1
	refused 'no record'
	for place in journald:c1 syslog:c1; do
		bare --root "$ROOT" --log "$place" start c1
		[ "$STATUS" = 1 ]
		grep -q 'permission denied' "$ERR"
		[ ! -e "$WORK/$place" ]
	done
}

@test "a log that cannot be written changes nothing on stderr" {
	for log in /nowhere/log.json "$WORK" ""; do
		bare --root "$ROOT" --log "$log" --log-format json start c1
		[ "$STATUS" = 1 ]
		not ran
		[ "$(wc -l <"$ERR")" = 1 ]
		grep -q 'permission denied' "$ERR"
	done
}

@test "a log that is a FIFO that nobody reads does not keep the engine waiting" {
	mkfifo "$WORK/fifo"
	called timeout 10 env -i "$OCIGATE" --root "$ROOT" --log "$WORK/fifo" start c1
	[ "$STATUS" = 1 ]
}

@test "the line names the first reason, the profile, and how many more; the decision has them all" {
	jq -c '.process.cwd = "/proc/1" | .process.args = ["/proc/self/exe"]' "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
	policy baseline
	create c1
	refused 'process.cwd: .*/process/cwd.*profile baseline.*1 more'
	last_decision '.verdict == "deny" and .nDenied == 2 and .message == $line' --arg line "$(cat "$ERR")"
	last_decision '[.findings[] | select(.effect == "denied") | .rule] == ["process.cwd", "process.entrypoint"]'
}

@test "a housekeeping verb that fails says so without claiming a refusal" {
	rm "$STANDIN"
	gate state c1
	[ "$STATUS" = 1 ]
	[ "$(wc -l <"$ERR")" = 1 ]
	not grep -qiE "permission denied|$MISLEADING" "$ERR"
}
