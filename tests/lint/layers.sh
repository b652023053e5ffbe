#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: tests/lint/layers.sh [TOP]
# Holds the sources against their layers: who may include whom, which file alone may use
# a library, call malloc, open a file, write to stderr, end the program; which functions
# nobody calls; and that every file names its licence. Prints FILE:LINE: REASON for each
# violation; exit status 1 when there is one.
set -eu

cd "${1:-$(dirname "$0")/../..}"

files=$(mktemp)
trap 'rm -f "$files"' EXIT

# What belongs to the project: git knows; in an unpacked release everything does.
if [ -e .git ]; then
	git ls-files --cached --others --exclude-standard
else
	find . -type f -not -path './build*' | sed 's|^\./||'
fi | sort -u | while IFS= read -r file; do
	[ ! -f "$file" ] || printf '%s\n' "$file"
done >"$files"

# ---- C ----

# The order of the steps (a file may include those of its own number and below), and
# which of them are pure: bytes in, values out.
order='
	1 pure   shim/command.[ch] shim/command/*
	2 -      shim/input.[ch]
	3 -      shim/bundle.[ch]
	4 pure   shim/schema.[ch] shim/document.[ch]
	5 -      shim/evidence.c shim/alias.[ch]
	5 pure   shim/evidence.h
	6 pure   shim/identity.[ch]
	7 pure   shim/rules/*
	8 pure   shim/policy.[ch] shim/profile.[ch]
	9 -      shim/policy_files.[ch]
	10 pure  shim/decision.[ch]
	11 pure  shim/rewrite.[ch]
	12 -     shim/record.[ch] shim/record_json.[ch] shim/log.[ch]
	13 -     shim/handoff.[ch]
	14 -     shim/run.[ch] shim/report.[ch]
	15 -     shim/create.c shim/exec.c shim/update.c
	16 -     shim/main.c
'

place_of() { # FILE: "base", "system", "NUMBER pure" or "NUMBER -"; nothing when it is in no layer
	case $1 in
	shim/base/*) echo base ;;
	shim/system/*) echo system ;;
	*)
		echo "$order" | while read -r number kind patterns; do
			set -f
			for pattern in $patterns; do
				# shellcheck disable=SC2254 # a pattern it is
				case $1 in $pattern) echo "$number $kind" && return ;; esac
			done
		done
		;;
	esac
}

check_c() {
	grep -E '^(shim|tests|verify|hooks|ctl)/.*\.[ch]$' "$files" | while IFS= read -r file; do
		printf '%s|%s\n' "$file" "$(place_of "$file")"
	done | awk -F '|' '
	function bad(reason) { printf "%s:%d: %s\n", file, line ? line : 1, reason }

	function is_shim() { return file ~ /^shim\// }

	# the file that #include "name" means: beside the including file, below it, else below shim/
	function meant(name,   path) {
		path = file
		sub(/[^\/]*$/, "", path)
		path = path name
		while (sub(/[^\/]+\/\.\.\//, "", path))
			;
		if (path in place)
			return path
		return "shim/" name
	}

	function include_check(name,   path, own, other) {
		if (name ~ /\.inc$/ || !is_shim())
			return
		path = meant(name)
		if (!(path in place)) {
			bad("includes \"" name "\", which is none of the project'"'"'s files")
			return
		}
		split(place[file], own, " ")
		split(place[path], other, " ")
		if (own[1] == "base" && other[1] != "base")
			bad("base/ includes nothing but base/, and here " path)
		else if (own[1] == "system" && other[1] != "base" && other[1] != "system")
			bad("system/ includes nothing but base/ and system/, and here " path)
		else if (own[2] == "pure" && other[1] == "system")
			bad("a pure step does no input or output, and here includes " path)
		else if (own[2] == "pure" && other[2] == "-")
			bad("a pure step builds on pure ones, and here on " path)
		else if (other[1] ~ /^[0-9]/ && own[1] ~ /^[0-9]/ && other[1] + 0 > own[1] + 0)
			bad("includes " path ", a later step")
	}

	function library_check(name) {
		if (name in door && file != door[name])
			bad("<" name "> is for " door[name] " alone")
		if (split(place[file], own, " ") && own[2] == "pure" && name in outside)
			bad("a pure step does no input or output, and here includes <" name ">")
	}

	# takes out comments, and what stands in strings and character constants
	function code_of(text,   out, c, two) {
		out = ""
		while (text != "") {
			c = substr(text, 1, 1)
			two = substr(text, 1, 2)
			if (in_comment) {
				if (two == "*/") {
					in_comment = 0
					text = substr(text, 3)
				} else
					text = substr(text, 2)
			} else if (two == "/*") {
				in_comment = 1
				text = substr(text, 3)
			} else if (two == "//") {
				return out
			} else if (c == "\"" || c == "\047") {
				match(text, c == "\"" ? "^\"([^\"\\\\]|\\\\.)*\"?" : "^\047([^\047\\\\]|\\\\.)*\047?")
				text = substr(text, RLENGTH + 1)
				out = out c c
			} else {
				out = out c
				text = substr(text, 2)
			}
		}
		return out
	}

	# is a function called by one of these names? A member or a longer name is another one. Leaves it in "called".
	function calls(code, names) {
		called = ""
		if (!match(code, "(^|[^A-Za-z0-9_.>])(" names ")[ \t]*\\("))
			return 0
		called = substr(code, RSTART, RLENGTH)
		gsub(/[^A-Za-z0-9_]/, "", called)
		return 1
	}

	function code_check(code,   own) {
		if (calls(code, "strcpy|strcat|sprintf|vsprintf|gets|strtok|strtok_r|atoi|atol|atoll|atof|" \
				"strtol|strtoll|strtoul|strtoull|system|popen|alloca"))
			bad(called "() is a function that this tree does without")
		if (!is_shim())
			return
		split(place[file], own, " ")
		if (file != "shim/base/arena.c" &&
		    calls(code, "malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf|getline|open_memstream"))
			bad(called "(): memory is for shim/base/arena.c alone")
		if (own[1] != "system" && calls(code, "open|openat|openat2|open64|creat|fopen|fdopen|freopen|opendir"))
			bad(called "(): files are opened in shim/system/ alone")
		if (file != "shim/main.c" && (code ~ /(^|[^A-Za-z0-9_])stderr([^A-Za-z0-9_]|$)/ || code ~ /STDERR_FILENO/ ||
		    calls(code, "perror|warn|warnx|err|errx|psignal")))
			bad("only shim/main.c writes to stderr")
		if (calls(code, "printf|vprintf|puts|putchar|fprintf|vfprintf|fputs|fputc|fwrite"))
			bad(called "(): success is silent, and a refusal is written once, by shim/main.c")
		if (file != "shim/main.c" && calls(code, "exit|_exit|_Exit|quick_exit|abort"))
			bad(called "(): only shim/main.c ends the program")
		if (calls(code, "fork|vfork|clone|posix_spawn|posix_spawnp") && file !~ /^shim\/system\//)
			bad(called "(): a start makes no child process")
	}

	BEGIN {
		door["yajl/yajl_parse.h"] = door["yajl/yajl_gen.h"] = door["yajl/yajl_tree.h"] = "shim/base/json.c"
		door["yajl/yajl_common.h"] = door["yajl/yajl_version.h"] = "shim/base/json.c"
		door["sys/capability.h"] = "shim/system/caps.c"
		door["seccomp.h"] = "shim/system/syscalls.c"
		door["libmnl/libmnl.h"] = "shim/system/netlink.c"
		door["nettle/sha2.h"] = door["nettle/sha.h"] = door["nettle/base16.h"] = "shim/base/digest.c"
		n = split("unistd.h fcntl.h dirent.h sys/stat.h sys/file.h sys/mount.h sys/socket.h sys/wait.h sys/syscall.h " \
			  "sys/mman.h sys/ioctl.h syslog.h time.h", names, " ")
		for (i = 1; i <= n; i++)
			outside[names[i]] = 1
	}

	{ list[++n_files] = $1; place[$1] = $2 }

	END {
		for (i = 1; i <= n_files; i++) {
			file = list[i]
			line = 0
			in_comment = 0
			if (is_shim() && place[file] == "")
				bad("is in no layer; give it its place in tests/lint/layers.sh")
			while ((getline text < file) > 0) {
				line++
				if (!in_comment && text ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
					split(text, part, "\"")
					include_check(part[2])
				} else if (!in_comment && text ~ /^[ \t]*#[ \t]*include[ \t]*</) {
					split(text, part, /[<>]/)
					if (is_shim())
						library_check(part[2])
				}
				code_check(code_of(text))
			}
			close(file)
		}
	}'
}

# ---- licences ----

# Is this a language that has comments?
has_comments() {
	case $1 in
	*.schema.json | profiles/*/* | */data/* | */cases/* | */engine-calls/* | */corpus/*) false ;;
	*.[ch] | *.sh | *.bash | *.bats | *.py | *.awk | *.ac | *.am | *.m4 | *.toml | *.yaml | *.yml | *.conf | *.[1-8] | *.svg) true ;;
	profiles/*.json) true ;;
	*.*) false ;;
	*) head -n 1 "$1" | grep -q '^#!' ;;
	esac
}

check_licences() {
	while IFS= read -r file; do
		if has_comments "$file" && ! head -n 5 "$file" | grep -q 'SPDX-License-Identifier: Apache-2\.0'; then
			printf '%s:1: no line with SPDX-License-Identifier: Apache-2.0 among the first five\n' "$file"
		fi
	done <"$files"
}

violations=$(check_c; check_licences)
[ -n "$violations" ] || exit 0
printf '%s\n' "$violations"
exit 1
