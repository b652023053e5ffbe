#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Law 1: for what is judged there is no way to the runtime without a decision that was kept.

load lib.bash

readonly REQUIRED=',"decisions":{"required":true}'

setup_container() { # c1, whose record was made under a good policy
	create c1
	passed
	printf '{"args":["id"],"cwd":"/","user":{"uid":0,"gid":0}}' >"$WORK/process.json"
	echo '{}' >"$WORK/resources.json"
}

# creators PATTERN: create, run and restore are refused for that reason
creators() {
	for verb in create run restore; do
		gate "$verb" --bundle "$BUNDLE" fresh
		refused "$1" || { echo "of: $verb"; return 1; }
	done
}

# changers PATTERN: so are start, exec and update
changers() {
	gate start c1
	refused "$1" || return
	gate exec --process "$WORK/process.json" c1
	refused "$1" 255 || return
	gate exec c1 id
	refused "$1" 255 || return
	gate update --resources "$WORK/resources.json" c1
	refused "$1" || return
	STDIN=$WORK/resources.json gate update --resources - c1
	refused "$1" || return
	gate update --cpu-share 512 c1
	refused "$1"
}

@test "each judged verb that reaches the runtime leaves a decision" {
	local verbs='["create","start","exec","exec","update","update","run"]'

	setup_container
	gate start c1
	passed
	gate exec --process "$WORK/process.json" c1
	passed
	gate exec c1 id
	passed
	gate update --resources "$WORK/resources.json" c1
	passed
	gate update --cpu-share 512 c1
	passed
	gate run --bundle "$BUNDLE" c2
	passed
	same "$verbs" "$(jq -cs '[.[].event]' "$DECISIONS")"
	[ -s "$(record_file c1)" ]
	[ -s "$(record_file c2)" ]
}

@test "a record is a file of root alone, two lines of JSON, without environment and arguments" {
	jq -c '.process.env += ["PASSWORD=do-not-tell"] | .process.args = ["sh", "-c", "do-not-tell"]' \
		"$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
	create c1
	passed
	same '600 0:0' "$(stat -c '%a %u:%g' "$(record_file c1)")"
	same '700 0:0' "$(stat -c '%a %u:%g' "$(dirname "$(record_file c1)")")"
	same '700 0:0' "$(stat -c '%a %u:%g' "$RECORD_DIR")"
	same 600 "$(stat -c %a "$DECISIONS")"
	[ "$(jq -s length "$(record_file c1)")" = 2 ]
	[ "$(wc -l <"$(record_file c1)")" = 2 ]
	not grep -q do-not-tell "$(record_file c1)" "$DECISIONS"
}

@test "no state directory can be made: refused" {
	mount -o remount,ro "$OCIGATE_PREFIX/run"
	creators 'record: .*EROFS' || failed=1
	mount -o remount,rw "$OCIGATE_PREFIX/run"
	[ -z "${failed:-}" ]
	: >"$RECORD_DIR"
	creators 'record: .*(ENOTDIR|EEXIST)'
}

@test "the state directory is read-only: refused" {
	setup_container
	mount -o remount,ro "$OCIGATE_PREFIX/run"
	creators 'record: .*EROFS' || failed=1
	mount -o remount,rw "$OCIGATE_PREFIX/run"
	[ -z "${failed:-}" ]
}

@test "the disk of the records is full: refused, and nothing half-written stays" {
	tmpfs_over "$RECORD_DIR" size=4k,mode=700
	head -c 4096 /dev/zero >"$RECORD_DIR/filler"
	creators 'record: .*ENOSPC'
	same "$RECORD_DIR/filler" "$(find "$RECORD_DIR" -type f)"
}

@test "the disk has no inodes left: refused" {
	tmpfs_over "$RECORD_DIR" nr_inodes=1,mode=700
	creators 'record: .*ENOSPC'
}

@test "the record's name is taken by a directory: refused" {
	setup_container
	mkdir "$(dirname "$(record_file c1)")/fresh.json"
	creators 'record'
}

@test "the state directory is a link of somebody's, or its file is: nothing is written through it" {
	setup_container
	echo untouched >"$WORK/target"
	ln -s "$WORK/target" "$(dirname "$(record_file c1)")/fresh.json"
	ln -s "$WORK/target" "$(dirname "$(record_file c1)")/.fresh.json.ocigate"
	create fresh
	passed
	same untouched "$(cat "$WORK/target")"
	[ -f "$(record_file fresh)" ] && [ ! -L "$(record_file fresh)" ]
}

@test "a decision log that is required and cannot be written refuses every judged verb" {
	for broken in 'mkdir $DECISIONS' ': >$OCIGATE_PREFIX/var/log' 'ln -s /nowhere/file $DECISIONS' 'mkfifo $DECISIONS' \
		'ln -s /dev/full $DECISIONS'; do
		rm -rf "$OCIGATE_PREFIX/var/log" "${RECORD_DIR:?}" "$ROOT"
		policy privileged "$REQUIRED"
		setup_container
		rm -rf "$OCIGATE_PREFIX/var/log"
		case $broken in
		*'$DECISIONS') mkdir -p "$(dirname "$DECISIONS")" ;;
		esac
		eval "$broken"
		creators 'every decision logged' && changers 'every decision logged' || { echo "with: $broken"; false; }
	done
}

@test "a decision log that is required and on a full disk refuses, and holds no half line" {
	policy privileged "$REQUIRED"
	setup_container
	cp "$DECISIONS" "$WORK/before"
	tmpfs_over "$(dirname "$DECISIONS")" size=4k,mode=700
	head -c 4000 /dev/zero | tr '\0' '\n' >"$DECISIONS"
	creators 'every decision logged'
	changers 'every decision logged'
}

@test "a decision log that is not required and cannot be written stops nothing: the record is there" {
	mkdir -p "$DECISIONS"
	setup_container
	gate start c1
	passed
	gate exec c1 id
	passed
	[ -s "$(record_file c1)" ]
}

@test "start, exec and update of a container without a record are refused" {
	printf '{"args":["id"],"cwd":"/","user":{"uid":0,"gid":0}}' >"$WORK/process.json"
	echo '{}' >"$WORK/resources.json"
	changers 'has no record'
}

@test "they are refused when the record cannot be read" {
	local record

	setup_container
	record=$(record_file c1)
	cp "$record" "$WORK/good"
	for made in 'echo garbled' ':' 'head -n 1 good' 'head -c 300 good' 'printf "{}\n{}\n"' 'sed s/\"c1\"/\"c2\"/ good' \
		'sed "1s/^/[]/" good' 'sed "2s/.*/[]/" good' 'sed "2s/.*/{}/" good'; do
		(cd "$WORK" && eval "$made" >"$record")
		changers 'c1|config.json' || { echo "with: $made"; false; }
	done
	rm "$record"
	ln -s "$WORK/good" "$record"
	changers 'record .*ELOOP'
}

@test "they are refused for the same id under another root" {
	setup_container
	ROOT=$WORK/other
	changers 'has no record'
	bare start c1
	[ "$STATUS" = 1 ]
	not ran
}

@test "a decision that denies is kept as well" {
	jq -c '.process.cwd = "/proc/1"' "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
	policy baseline
	creators 'process.cwd'
	same '["create","run","restore"]' "$(jq -cs '[.[] | select(.verdict == "deny") | .event]' "$DECISIONS")"
	[ -z "$(record_file fresh)" ]
}
