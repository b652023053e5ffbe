#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# start: config.json is still the sealed one, because runc reads it again for hooks.

load lib.bash

@test "start goes through while config.json is the sealed one" {
	policy restricted
	create c1
	passed
	gate start c1
	passed
	last_decision '.event == "start" and .id == "c1"'
}

@test "start refuses a config.json that was changed, removed, or put elsewhere" {
	create c1
	passed
	cp "$BUNDLE/config.json" "$WORK/sealed"

	echo >>"$BUNDLE/config.json"
	gate start c1
	refused 'not the one that was judged'
	rm "$BUNDLE/config.json"
	gate start c1
	refused 'config.json.*ENOENT'
	ln -s "$WORK/sealed" "$BUNDLE/config.json"
	gate start c1
	refused 'symbolic link'
	rm "$BUNDLE/config.json"
	cp "$WORK/sealed" "$BUNDLE/config.json"
	gate start c1
	passed
	chmod 666 "$BUNDLE/config.json"
	gate start c1
	refused 'written by others'
	rm -r "$BUNDLE"
	gate start c1
	refused 'ENOENT'
}

@test "start judges by the bundle of create, not by the directory it is called in" {
	mkdir "$WORK/elsewhere"
	cd "$BUNDLE"
	bare --root "$ROOT" create c1
	[ "$STATUS" = 0 ]
	cd "$WORK/elsewhere"
	gate start c1
	passed
	cp "$BUNDLE/config.json" .
	echo >>"$BUNDLE/config.json"
	gate start c1
	refused 'not the one that was judged'
}

@test "start does not need the policy: the record has what it needs" {
	create c1
	passed
	echo '{' >"$CONFIG_DIR/policy.json"
	rm -rf "$COPY_DIR"
	gate start c1
	passed
}
