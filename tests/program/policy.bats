#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Law 10: a broken policy heals by the last good one, and every decision says so. And
# audit mode: judge and record, change nothing.

load lib.bash

harmful() { # a container that baseline denies
	jq -cj '.process.cwd = "/proc/1"' "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
}

# each breaks a good policy.json in the current directory, in its own way
breakages() {
	cat <<-'LINES'
		printf '{"version":1,' >policy.json
		printf '{"version":2,"runtime":"/bin/true","default":"privileged"}' >policy.json
		: >policy.json
		head -c 9M /dev/zero >policy.json
		chmod 664 policy.json
		chmod 646 policy.json
		chown 1234 policy.json
		rm policy.json; mkdir policy.json
		rm policy.json; mkfifo policy.json
		rm policy.json; ln -s policy.json policy.json
		sed -i 's/"default"/"defalt"/' policy.json
		sed -i 's/"version":1/"version":1,"version":1/' policy.json
		sed -i 's/"default":"[a-z]*"/"default":7/' policy.json
	LINES
}

@test "a good policy counts, and is kept as the last good one" {
	policy baseline
	create c1
	passed
	cmp "$CONFIG_DIR/policy.json" "$COPY_DIR/policy.json"
	same '600 0:0' "$(stat -c '%a %u:%g' "$COPY_DIR/policy.json")"
	last_decision '.policy == $path and .profile == "baseline" and (has("policyProblem") | not)' \
		--arg path "$CONFIG_DIR/policy.json"
	last_decision ".policyDigest == \"sha256:$(sha256sum "$CONFIG_DIR/policy.json" | cut -d' ' -f1)\""
}

@test "the kept copy is not written anew while it is the same, and is when the policy changes" {
	create c1
	passed
	before=$(stat -c '%i %Z' "$COPY_DIR/policy.json")
	create c2
	passed
	same "$before" "$(stat -c '%i %Z' "$COPY_DIR/policy.json")"
	policy baseline
	create c3
	passed
	cmp "$CONFIG_DIR/policy.json" "$COPY_DIR/policy.json"
}

@test "a policy of the same size and time as the one before is copied all the same" {
	touch -d @1 "$CONFIG_DIR/policy.json"
	create c1
	passed
	policy restricted
	touch -d @1 "$CONFIG_DIR/policy.json"
	create c2
	passed
	cmp "$CONFIG_DIR/policy.json" "$COPY_DIR/policy.json"
}

@test "comments are allowed in the policy" {
	printf '// why\n{ /* all of it */ "version": 1, "runtime": "%s", "default": "privileged" }\n' "$STANDIN" \
		>"$CONFIG_DIR/policy.json"
	create c1
	passed
}

@test "a policy broken in any way: the last good one counts, and each decision names the problem" {
	local n=0 breakage

	while read -r breakage; do
		n=$((n + 1))
		rm -rf "$CONFIG_DIR/policy.json"
		bundle "$BUNDLE"
		policy baseline
		create "good$n"
		passed
		(cd "$CONFIG_DIR" && eval "$breakage")
		create "healed$n"
		passed || { echo "with: $breakage"; false; }
		last_decision '.event == "create" and .profile == "baseline" and .policy == $copy and
			(.policyProblem | test("policy.json"))' --arg copy "$COPY_DIR/policy.json" || { echo "with: $breakage"; false; }
		harmful
		create "harm$n"
		refused 'process.cwd.*baseline' || { echo "with: $breakage"; false; }
		last_decision '.verdict == "deny" and (.policyProblem | test("policy.json"))'
	done < <(breakages)
}

@test "neither policy nor last good one: refused, with the reason" {
	local n=0 breakage

	while read -r breakage; do
		n=$((n + 1))
		rm -rf "$CONFIG_DIR/policy.json" "$COPY_DIR"
		policy privileged
		(cd "$CONFIG_DIR" && eval "$breakage")
		for verb in create run restore; do
			gate "$verb" --bundle "$BUNDLE" "c$n"
			refused 'policy: .*policy.json' || { echo "with: $breakage"; false; }
		done
	done < <(breakages)
}

@test "the last good copy must be trustworthy too" {
	create c1
	passed
	echo '{' >"$CONFIG_DIR/policy.json"
	chmod 666 "$COPY_DIR/policy.json"
	create c2
	refused 'policy.json'
	chmod 600 "$COPY_DIR/policy.json"
	chown 1234 "$COPY_DIR/policy.json"
	create c3
	refused 'policy.json'
	chown 0 "$COPY_DIR/policy.json"
	create c4
	passed
}

@test "no policy file at all: the embedded one, restricted and enforced" {
	[ -x /usr/sbin/runc ] || skip "no /usr/sbin/runc to stand in for"
	mount --bind "$STANDIN" /usr/sbin/runc
	rm -r "$CONFIG_DIR"
	create c1
	passed
	last_decision '.policy == "built-in" and .profile == "restricted" and .mode == "enforce"'
	saw '.argv[0] == "/usr/sbin/runc"'
	[ "$(jq -r .config "$OUT" | jq .process.user.uid)" = 65532 ]
}

@test "a removed policy is not the broken one: what was good before does not stay" {
	[ -x /usr/sbin/runc ] || skip "no /usr/sbin/runc to stand in for"
	mount --bind "$STANDIN" /usr/sbin/runc
	create c1
	passed
	rm "$CONFIG_DIR/policy.json"
	create c2
	passed
	last_decision '.policy == "built-in" and .profile == "restricted"'
}

@test "a full disk under the kept copy stops nothing" {
	tmpfs_over "$OCIGATE_PREFIX/var" size=4k,mode=755
	mkdir -p "$COPY_DIR"
	cat /dev/zero >"$COPY_DIR/filler" 2>/dev/null || true
	create c1
	passed
	same filler "$(ls -A "$COPY_DIR")"
}

@test "unknown keys are refused, and the nearest known one is named" {
	local key nearest members

	while read -r key nearest members; do
		rm -rf "$COPY_DIR"
		printf '{"version":1,"runtime":"%s"%s}' "$STANDIN" "$members" >"$CONFIG_DIR/policy.json"
		create c1
		refused "$key.*is \"$nearest\" meant" || { echo "of: $key"; false; }
	done <<-'LINES'
		defualt default ,"defualt":"baseline"
		Mode mode ,"default":"baseline","Mode":"audit"
		requird required ,"decisions":{"requird":true}
		imag image ,"select":[{"when":{"imag":"x"},"profile":"baseline"}]
		profil profile ,"select":[{"when":{"image":"x"},"profil":"baseline"}]
	LINES
}

@test "a profile of the host's own: used, and its last good copy when it breaks" {
	mkdir -p "$CONFIG_DIR/profiles"
	cat >"$CONFIG_DIR/profiles/web.json" <<-'EOF'
		{ "name": "web", "extends": "baseline", "rules": { "user.non-root": { "action": "rewrite", "uid": 4711 } } }
	EOF
	policy web
	create c1
	passed
	[ "$(jq -r .config "$OUT" | jq .process.user.uid)" = 4711 ]
	cmp "$CONFIG_DIR/profiles/web.json" "$COPY_DIR/profiles/web.json"

	sed -i 's/user.non-root/user.nonroot/' "$CONFIG_DIR/profiles/web.json"
	bundle "$BUNDLE"
	create c2
	passed
	[ "$(jq -r .config "$OUT" | jq .process.user.uid)" = 4711 ]
	last_decision '.profileProblem | test("user.nonroot.*user.non-root")'

	rm -r "$COPY_DIR"
	create c3
	refused 'user.nonroot.*user.non-root'
}

@test "a built-in profile cannot be replaced by a file" {
	mkdir -p "$CONFIG_DIR/profiles"
	echo '{ "name": "restricted", "rules": {} }' >"$CONFIG_DIR/profiles/restricted.json"
	policy restricted
	create c1
	passed
	[ "$(jq -r .config "$OUT" | jq .process.user.uid)" = 65532 ]
}

@test "a profile that extends itself, or is a path, is refused" {
	mkdir -p "$CONFIG_DIR/profiles"
	echo '{ "name": "a", "extends": "b", "rules": {} }' >"$CONFIG_DIR/profiles/a.json"
	echo '{ "name": "b", "extends": "a", "rules": {} }' >"$CONFIG_DIR/profiles/b.json"
	policy a
	create c1
	refused 'extends'
	policy ../../../etc/passwd
	create c1
	refused 'no name of a profile'
}

@test "a profile of a wrong owner or mode does not count" {
	mkdir -p "$CONFIG_DIR/profiles"
	echo '{ "name": "web", "extends": "baseline", "rules": {} }' >"$CONFIG_DIR/profiles/web.json"
	chmod 666 "$CONFIG_DIR/profiles/web.json"
	policy web
	create c1
	refused 'web.json.*writable by others'
}

@test "audit mode: the document stays byte for byte, what would be denied goes on, the decision says so" {
	harmful
	printf '\n \n' >>"$BUNDLE/config.json"
	cp "$BUNDLE/config.json" "$WORK/before"
	inode=$(stat -c %i "$BUNDLE/config.json")
	policy restricted ',"mode":"audit"'
	for verb in create run restore; do
		gate "$verb" --bundle "$BUNDLE" "of-$verb"
		passed
		jq -j .config "$OUT" | cmp - "$WORK/before"
		same "$inode" "$(stat -c %i "$BUNDLE/config.json")"
		last_decision '.mode == "audit" and .verdict == "deny" and (.message | test("process.cwd"))'
		[ -s "$(record_file "of-$verb")" ]
	done
}

@test "audit mode: exec, update, start and a garbled document go on as well" {
	policy restricted ',"mode":"audit"'
	create c1
	passed
	printf '{"args":["id"],"cwd":"/","user":{"uid":0,"gid":0},"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}' >"$WORK/process.json"
	printf '{"pids":{"limit":-1}}' >"$WORK/resources.json"
	cp "$WORK/process.json" "$WORK/before"
	gate exec --process "$WORK/process.json" c1
	passed
	saw '.process == $before' --arg before "$(cat "$WORK/before")"
	gate exec --cap CAP_SYS_ADMIN c1 id
	passed
	saw '.argv[-5:] == ["exec", "--cap", "CAP_SYS_ADMIN", "c1", "id"]'
	gate update --resources "$WORK/resources.json" c1
	passed
	last_decision '.event == "update" and .verdict == "deny"'
	STDIN=$WORK/resources.json gate update --resources - c1
	passed
	saw '.stdin == "{\"pids\":{\"limit\":-1}}"'
	echo '{ "pids" :' >"$WORK/garbled"
	STDIN=$WORK/garbled gate update --resources - c1
	passed
	saw '.stdin == "{ \"pids\" :\n"'
	gate update --pids-limit -1 c1
	passed
	echo '{' >"$BUNDLE/config.json"
	gate start c1
	passed
	last_decision '.event == "start" and (.message | test("not the one that was judged"))'
	create c2
	passed
	saw '.config == "{\n"'
	last_decision '.event == "create" and (.message | test("config.json"))'
}

@test "audit mode does not hide that a container of before is enforced" {
	policy restricted
	create c1
	passed
	policy restricted ',"mode":"audit"'
	printf '{"pids":{"limit":-1}}' >"$WORK/resources.json"
	gate update --resources "$WORK/resources.json" c1
	refused 'resources.pids'
	echo >>"$BUNDLE/config.json"
	gate start c1
	refused 'not the one that was judged'
}

@test "selections choose the profile; a waiver lets one rule go, until its day" {
	harmful
	policy baseline ',"select":[{"when":{"id":"trusted-*"},"profile":"privileged"}],
		"waivers":[{"rule":"process.cwd","when":{"id":"waived"},"until":"2999-12-31","owner":"o","reason":"r"},
			{"rule":"process.cwd","when":{"id":"late"},"until":"2020-12-31","owner":"o","reason":"r"}]'
	create trusted-1
	passed
	last_decision '.profile == "privileged"'
	create waived
	passed
	last_decision '[.findings[] | select(.rule == "process.cwd")][0] | .waivedBy != null and .effect == "waived"'
	create late
	refused 'process.cwd'
	create other
	refused 'process.cwd'
}

@test "the decision log: as the policy says, elsewhere or nowhere" {
	policy privileged ",\"decisions\":{\"file\":\"$WORK/elsewhere/log.jsonl\"}"
	create c1
	passed
	[ ! -e "$DECISIONS" ]
	same '["create"]' "$(jq -cs '[.[].event]' "$WORK/elsewhere/log.jsonl")"
	policy privileged ',"decisions":{"file":""}'
	create c2
	passed
	[ ! -e "$DECISIONS" ]
	gate start c1
	passed
	same '["create","start"]' "$(jq -cs '[.[].event]' "$WORK/elsewhere/log.jsonl")"
}
