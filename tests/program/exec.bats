#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# exec is held to the container's own record, however it is asked for: by a file, or
# by runc's and crun's single options.

load lib.bash

readonly ALL='["CAP_SYS_ADMIN","CAP_NET_BIND_SERVICE","CAP_CHOWN"]'

setup_container() { # PROFILE
	policy "$1"
	create c1
	passed
}

process() { # FILTER [FILE]: Docker's process.json, changed
	jq -cj "$1" "$DATA/docker-exec.json" >"${2:-$WORK/process.json}"
}

got() { # FILTER, of the process that the runtime read
	jq -r .process "$OUT" | jq -e "$@" >/dev/null || {
		echo "wanted of the process: $*"
		jq -r .process "$OUT"
		return 1
	}
}

by_file() {
	gate exec --process "$WORK/process.json" c1
}

# the sealed file that replaces the options: the only descriptor of ours that crosses, SEALED_AT
sealed_file_from() { # NUMBER that it must not be below
	SEALED_AT=$(jq '.descriptors[] | select(.target | test("memfd:ocigate-process")).fd' "$OUT")
	[ "$SEALED_AT" -ge "$1" ]
	saw --arg file "/proc/self/fd/$SEALED_AT" '.argv | .[index("--process") + 1] == $file'
	saw --argjson fd "$SEALED_AT" '.descriptors[] | select(.fd == $fd) | .seals == 15 and (.cloexec | not)'
}

@test "a process file is rewritten as the container was: user, capabilities, noNewPrivileges" {
	setup_container restricted
	process ".capabilities |= {bounding: $ALL, effective: $ALL, permitted: $ALL, inheritable: $ALL, ambient: $ALL} | .user.uid = 0"
	by_file
	passed
	got '.user.uid == 65532 and .user.gid == 65532 and .noNewPrivileges == true'
	got '[.capabilities[] | .[]] | unique - ["CAP_NET_BIND_SERVICE"] == []'
	jq -j .process "$OUT" | cmp - "$WORK/process.json"
	last_decision '.event == "exec" and .verdict == "rewrite" and ([.findings[].rule] | index("capabilities.allowed"))'
}

@test "exec --privileged as Docker asks for it gets no more than the container has" {
	setup_container restricted
	jq -cj . "$DATA/docker-exec-privileged.json" >"$WORK/process.json"
	by_file
	passed
	got '[.capabilities[] | .[]] | unique - ["CAP_NET_BIND_SERVICE"] == []'
	got '.noNewPrivileges == true'
}

@test "what no rule touches in a process file stays: unknown members, order, number text" {
	setup_container privileged
	printf '%s' '{"zzz":1e2,"cwd":"/","args":["id","\u00e9"],"user":{"gid":0,"uid":0},"x":{"b":1,"a":2}}' >"$WORK/process.json"
	by_file
	passed
	got '.x.b == 1'
	jq -r .process "$OUT" | grep -q '^{"zzz":1e2,"cwd":"/","args":\["id",".*"user":{"gid":0,"uid":0},"x":{"b":1,"a":2}}$'
}

@test "a process file is replaced whole, with owner and mode kept" {
	setup_container restricted
	for mode in 600 644 400; do
		process .
		chgrp 4711 "$WORK/process.json"
		chmod "$mode" "$WORK/process.json"
		by_file
		passed
		same "$mode 0:4711" "$(stat -c '%a %u:%g' "$WORK/process.json")"
		[ -z "$(find "$WORK" -maxdepth 1 -name '.*')" ]
	done
}

@test "a process file in /tmp, where containerd and Docker put it, is replaced too" {
	setup_container restricted
	mkdir -m 1777 "$WORK/tmp"
	process . "$WORK/tmp/runc-process123"
	gate exec --process "$WORK/tmp/runc-process123" c1
	passed
	got '.user.uid == 65532'
	same 'runc-process123 ' "$(ls -A "$WORK/tmp" | tr '\n' ' ')"
	# others may not have made it
	chown 1234 "$WORK/tmp/runc-process123"
	gate exec --process "$WORK/tmp/runc-process123" c1
	refused 'written by others' 255
}

@test "what somebody else left in /tmp under the temporary's name does not stop or lead astray" {
	setup_container restricted
	mkdir -m 1777 "$WORK/tmp"
	echo untouched >"$WORK/target"
	process . "$WORK/tmp/p"
	ln -s "$WORK/target" "$WORK/tmp/.p.ocigate"
	gate exec --process "$WORK/tmp/p" c1
	passed
	same untouched "$(cat "$WORK/target")"
}

@test "a process file that is a link, a FIFO, missing, or no process is refused with 255" {
	setup_container restricted
	for made in 'ln -s p l' 'mkfifo l' ':' 'mkdir l' 'echo "{" >l' 'echo "[]" >l' 'printf "{\"args\":[],\"args\":[]}" >l' \
		'printf "{\"Args\":[]}" >l' 'touch l; chmod 666 l'; do
		rm -rf "$WORK/l"
		(cd "$WORK" && cp "$DATA/docker-exec.json" p && eval "$made")
		gate exec --process "$WORK/l" c1
		refused . 255 || { echo "of: $made"; false; }
	done
}

@test "by runc's options: a sealed process file takes their place, the others stay" {
	setup_container restricted
	gate exec --cwd /tmp --env A=1 --env B=2 -u 0:0 -c CAP_SYS_ADMIN -c CAP_NET_BIND_SERVICE --additional-gids 4 \
		--tty --detach --pid-file "$WORK/exec.pid" c1 sh -c 'echo "a b"; --cap'
	passed
	sealed_file_from 3
	same "$(jq -cn '$ARGS.positional' --args -- exec --detach --pid-file "$WORK/exec.pid" --process "/proc/self/fd/$SEALED_AT" c1)" \
		"$(jq -c '.argv[7:]' "$OUT")"
	got '.args == ["sh", "-c", "echo \"a b\"; --cap"] and .cwd == "/tmp" and .terminal == true'
	got '.env | index("A=1") and index("B=2") and index("APP_MODE=production")'
	got '.user.uid == 65532 and .noNewPrivileges == true and ([.user.additionalGids[]? | select(. < 100)] == [])'
	got '[.capabilities[] | .[]] | unique - ["CAP_NET_BIND_SERVICE"] == []'
	saw '[.descriptors[].fd] == [0, 1, 2, $at]' --argjson at "$SEALED_AT"
}

@test "by crun's spelling: attached values, equals signs and abbreviations" {
	setup_container restricted
	gate exec --cwd=/tmp --env=A=1 --user=1000:1000 --no-new-privs --cap=CAP_SYS_ADMIN --detach c1 id
	passed
	sealed_file_from 3
	got '.cwd == "/tmp" and .user.uid == 1000 and .user.gid == 1000 and (.env | index("A=1"))'
	gate exec -u 1000 -d -t c1 id
	passed
	got '.user.uid == 1000 and .terminal == true'
}

@test "an option by its name and by its letter: runc rejects that itself, and so it may" {
	setup_container restricted
	gate exec --cap CAP_SYS_ADMIN -c CAP_CHOWN c1 id
	[ "$STATUS" != 0 ] || got '[.capabilities[] | .[]] | unique - ["CAP_NET_BIND_SERVICE"] == []'
	gate exec --cap CAP_SYS_ADMIN -c CAP_CHOWN --additional-gids 4 c1 id
	passed
	saw '.argv[7:] == ["exec", "--cap", "CAP_SYS_ADMIN", "-c", "CAP_CHOWN", "--additional-gids", "4", "c1", "id"]'
}

@test "by no option but the command" {
	setup_container restricted
	gate exec c1 id
	passed
	sealed_file_from 3
	got '.args == ["id"] and .user.uid == 65532'
}

@test "under privileged, too, it goes by the judged file" {
	setup_container privileged
	gate exec --user 0 --cap CAP_SYS_ADMIN c1 id
	passed
	sealed_file_from 3
	got '.user.uid == 0 and (.capabilities.effective | index("CAP_SYS_ADMIN"))'
}

@test "the sealed file is numbered behind the descriptors that the container gets" {
	setup_container restricted
	# shellcheck disable=SC2016
	called bash -c 'exec env -i "$@" 3</etc/hosts 4</etc/passwd' bash "$OCIGATE" --root "$ROOT" exec --preserve-fds 2 c1 id
	passed
	sealed_file_from 5
	# shellcheck disable=SC2016
	called bash -c 'exec env -i LISTEN_FDS=1 "$@" 3</etc/hosts' bash "$OCIGATE" --root "$ROOT" exec c1 id
	passed
	sealed_file_from 4
	saw '.descriptors[] | select(.fd == 3) | .target == "/etc/hosts"'
	# shellcheck disable=SC2016
	called bash -c 'exec env -i LISTEN_FDS=1 "$@" 3</etc/hosts 5</etc/passwd' bash "$OCIGATE" --root "$ROOT" \
		exec --preserve-fds=1 c1 id
	passed
	sealed_file_from 6
}

@test "the engine's own descriptors keep their numbers, though no option names them" {
	setup_container restricted
	# shellcheck disable=SC2016
	called bash -c 'exec env -i "$@" 3</etc/hosts 7</etc/passwd' bash "$OCIGATE" --root "$ROOT" exec c1 id
	passed
	sealed_file_from 4
	saw '[.descriptors[] | select(.fd > 2 and .fd != $at) | [.fd, .target]] == [[3, "/etc/hosts"], [7, "/etc/passwd"]]' \
		--argjson at "$SEALED_AT"
}

@test "both a process file and options: the file is judged, and the runtime decides" {
	setup_container restricted
	process '.user.uid = 0'
	gate exec --process "$WORK/process.json" --user 0 --cap CAP_SYS_ADMIN c1 id
	# runc and crun take the file and do not look at the rest
	if [ "$STATUS" = 0 ]; then
		passed
		got '.user.uid == 65532'
	else
		refused . 255
	fi
}

@test "more descriptors of the container than there can be: the process is not put among them" {
	setup_container restricted
	gate exec --preserve-fds 1966080000 c1 id
	refused 'hold the judged process' 255
	ENVIRONMENT=(LISTEN_FDS=4294901760)
	gate exec c1 id
	refused 'hold the judged process' 255
}

@test "by options the sealed config.json is read: changed or missing, exec is refused" {
	setup_container restricted
	echo >>"$BUNDLE/config.json"
	gate exec c1 id
	refused 'not the one that was judged' 255
	rm "$BUNDLE/config.json"
	gate exec c1 id
	refused 'config.json.*ENOENT' 255
	process .
	by_file
	passed
}

@test "numbers and words that are none are refused" {
	setup_container restricted
	for options in '--user root' '--user 0x0' '--user 4294967296' '--user 1:2:3' '--user -1' '--additional-gids no' \
		'--user :5' '--cgroup ../..' '--cgroup sub' '--cgroup /x'; do
		# shellcheck disable=SC2086
		gate exec $options c1 id
		refused . 255 || { echo "of: $options"; false; }
	done
}

@test "exec of a container that was never created here is refused" {
	process .
	by_file
	refused 'no record' 255
	gate exec --user 0 c1 id
	refused 'no record' 255
}

@test "exec is held to the profile of create, not to the policy of today" {
	setup_container restricted
	policy privileged
	process '.user.uid = 0'
	by_file
	passed
	got '.user.uid == 65532'
	last_decision '.profile == "restricted"'
	echo '{' >"$CONFIG_DIR/policy.json"
	rm -rf "$COPY_DIR"
	process '.user.uid = 0'
	by_file
	passed
	got '.user.uid == 65532'
}

@test "waivers that counted at create count for exec" {
	policy restricted ',"waivers":[{"rule":"user.non-root","when":{"id":"c*"},"until":"2999-12-31","owner":"o","reason":"r"}]'
	create c1
	passed
	policy restricted
	process '.user.uid = 0'
	by_file
	passed
	got '.user.uid == 0 and .noNewPrivileges == true'
}

@test "a command that the profile denies is refused" {
	mkdir -p "$CONFIG_DIR/profiles"
	cat >"$CONFIG_DIR/profiles/quiet.json" <<-'EOF'
		{ "name": "quiet", "extends": "baseline", "rules": {
			"exec.command": { "action": "deny", "allow": ["/usr/bin/health*", "id"], "deny": ["*sh"] } } }
	EOF
	setup_container quiet
	for command in sh /bin/bash ls; do
		gate exec c1 "$command"
		refused 'exec.command' 255
		process ".args = [\"$command\"]"
		by_file
		refused 'exec.command' 255
	done
	gate exec c1 id -u
	passed
	gate exec c1 /usr/bin/healthcheck
	passed
}

@test "an exec of a working directory of the kernel is refused" {
	setup_container baseline
	gate exec --cwd /proc/self/fd/7 c1 id
	refused 'process.cwd' 255
	process '.cwd = "/proc/self/fd/7"'
	by_file
	refused 'process.cwd' 255
}
