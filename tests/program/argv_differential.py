#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""command_read() against the real parsers of runc and crun.

Generates command lines, lets the installed runtimes read them, and compares:

 1. A line that a runtime takes for a judged verb is read the same by us (verb, id,
    bundle, root, log, files, options, command behind the id), or refused.
 2. A line that we let pass is never taken for a judged verb by a runtime.
 3. An ordinary line, as engines send them, is never refused, nor is one option
    that a runtime's --help names.

How the runtimes are made to tell what they read, without starting anything:

 crun   argp_spy.so is preloaded, writes down what argp tells crun, and ends it
        before it acts. Everything is seen.
 runc   runs under strace, in a directory where all it finds makes it stop early:
        each config.json has a limit of a kind that does not exist, containers
        have stopped, and those to exec into have a bundle that does not exist.
        Seen are the log, the directory it changes to, config.json, the
        container's directory, the files of exec and update.

usage: argv_differential.py SHOW_COMMAND [ARGP_SPY] [--lines N] [--seed N] [--verbose]
                            [--runc PATH] [--crun PATH]

ARGV_DIFFERENTIAL_LINES is the number of lines when none is given.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

JUDGED = {"create": "creates", "run": "creates", "restore": "creates", "start": "starts", "exec": "execs",
          "update": "updates", "mounts": "mounts"}
PASSING = ["delete", "state", "kill", "pause", "resume", "ps", "events", "checkpoint", "list", "features", "spec",
           "help"]
# a running container would be hit by these
DANGEROUS = {"kill", "delete", "pause", "resume", "update", "checkpoint", "events", "ps"}
STOPPED, RUNNING = ["c1", "c.2", "C_3"], ["live1", "live2"]
BUNDLES = ["b1", "b2", "@/b3", "create", "./b1"]
ROOTS = ["@/r1", "@/r2", "r1", "state"]
LOGS = ["@/logs/a", "logs/b", "run", "file:logs/c"]
FILES = ["p1", "@/p2", "-", "exec"]
DEFAULT_ROOT = "/run/runc"
# spellings on which parsers are known to differ, and values that look like something else: run with every seed
TRAPS = """
create --bundle=b1 c1
create -b b1 c1
create -bb1 c1
create -b=b1 c1
create --b b1 c1
create --b=b1 c1
create -bundle b1 c1
create -bundle=b1 c1
create --bundl b1 c1
create --bu=b1 c1
create --bundle b1 --bundle b2 c1
create -b b1 --bundle b2 c1
create --bundle b1 -b b2 c1
create --bundle= c1
create -f @/b1/config.json c1
create --config b1/config.json --bundle b2 c1
create --bundle b1 -- c1
create -- c1 --bundle b1
create c1 --bundle b1
create c1 -- --bundle b1
create --no-pivot c1 --bundle b1
create --bundle b2 c1 --bundle b1
create b1 c1 --bundle
create c1 --help
create --help=false c1
create --no-pivot=false c1
create --no-pivot=maybe c1
create --preserve-fds=0x1 c1
create --preserve-fds 010 c1
create --pid-file --bundle c1
create --pid-file -- c1
create --pid-file - c1
create --pid-file=a=b c1
create ---bundle b1 c1
create -- -- c1
create --no-new c1
create --pid p1 c1
run -d c1
run -db b1 c1
run -d=false c1
run -dx c1
run --detach=false -d c1
run -d --detach c1
run c.2 --detach --bundle=b1 --keep
restore -no-subreaper --bundle b1 c1
restore c1 extra
restore --network-lock c1 c.2
start c1 extra
start -
start -- -c1
start --help=false c1
exec -p p1 live1
exec -p=p1 live1
exec -pp1 live1
exec --process=@/p2 live1
exec --process= live1 sh
exec --proc p1 live1
exec -p p1 -p @/p2 live1 sh
exec live1 -p p1
exec live1 sh -p p1
exec -- live1 sh
exec live1 -- sh
exec -t live1 sh
exec -t=false live1 sh
exec -tfalse live1 sh
exec --tty=false live1 sh
exec --tty=0 live1 sh
exec --tty=no live1 sh
exec -dt live1 sh
exec -dtp p1 live1
exec -c=CAP_KILL live1 sh
exec -user 0 live1 sh
exec -e live1 live2 sh
exec -g 5 live1 sh
exec live1
update -r - c1
update -r=- c1
update --resources=- c1
update --resources p1 c1
update c1 --resources p1
update --memory -1 c1
-- create c1
--root @/r1 -- start c1
-root @/r1 start c1
--root=@/r1 --root r1 start c1
--roo @/r1 start c1
--roo=@/r1 --root r1 start c1
--rootless=@/r2 --root r1 start c1
--root r1 --rootless=@/r2 start c1
--rootless true start c1
--root= start c1
--log run create c1
--log=run --log logs/b create c1
--log= create c1
--cgroup-manager disabled create c1
--cgroup-manager create start c1
--criu create start c1
--debug=false create c1
--systemd-cgroup=false start c1
--version=false create c1
-v=false start c1
--help=false start c1
-h=0 start c1
--help --help=false start c1
--version create c1
-V create c1
--usage create c1
--program-name start create c1
--frob state c1
init
help create
h create
state c1
kill c1 KILL
kill -r c.* KILL
kill c1 --all
delete -f c1
delete c1 --force
delete -r c1
pause c1 extra
checkpoint --help
restore --lsm-mount-context
mounts add c1 m1
mounts remove -- c1 m1
"""
TIMEOUT_S = 20
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


# ---- what the runtimes have

Option = collections.namedtuple("Option", "name letter takes")  # takes: "value", "switch", "maybe"


def options_of_runc(text):
    for line in text.splitlines():
        match = re.match(r"\s+(--?[\w-]+(?: value)?(?:, --?[\w-]+(?: value)?)*)\s{2}", line + "  ")
        if not match:
            continue
        names = [part.split()[0].lstrip("-") for part in match[1].split(", ")]
        long = next((n for n in names if len(n) > 1), None)
        letter = next((n for n in names if len(n) == 1), None)
        if long and long not in ("help", "version"):
            yield Option(long, letter, "value" if " value" in match[1] else "switch")


def options_of_crun(text):
    # crun shows this one as a switch, and takes the next word for its value
    text = text.replace("--network-lock ", "--network-lock=")
    for line in text.splitlines():
        match = re.match(r"\s+(?:-(\w), )?\s*--([\w-]+)(\[?=)?", line)
        if match and match[2] not in ("help", "usage", "version"):
            yield Option(match[2], match[1], {None: "switch", "=": "value", "[=": "maybe"}[match[3]])


def learn(runtime, parse):
    """The options of each verb, "" for those in front of the verb."""
    learnt = {}
    for verb in ["", *JUDGED, *PASSING]:
        text = subprocess.run([runtime, *([verb] if verb else []), "--help"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False, timeout=TIMEOUT_S).stdout
        learnt[verb] = list(parse(text))
    return learnt


# ---- lines

class Lines:
    """Command lines, the same for the same seed."""

    def __init__(self, seed, runc, crun):
        self.random = random.Random(seed)
        self.known = {verb: list({o.name: o for o in runc[verb] + crun[verb]}.values()) for verb in runc}
        self.common = {verb: [o for o in runc[verb] if o.name in {c.name for c in crun[verb]}] for verb in runc}

    def value(self, option, odd):
        pools = {"bundle": BUNDLES, "root": ROOTS, "log": LOGS, "process": FILES[:2], "resources": FILES,
                 "log-format": ["json", "text"], "config": ["@/b1/config.json", "f1"], "preserve-fds": ["0", "1"],
                 "cgroup-manager": ["disabled", "cgroupfs", "systemd"], "rootless": ["true", "false", "auto"],
                 "log-level": ["error", "debug"], "format": ["json", "table"], "manage-cgroups-mode": ["soft", "full"],
                 "blkio-weight": ["100"], "pids-limit": ["10", "-1"], "additional-gids": ["5"], "status-fd": ["3"]}
        if odd and self.random.random() < 0.12:
            return self.random.choice(["", "-", "--", "--bundle", "-d", "true", "0x10", "07", "create", "exec", "=",
                                       "a=b", "--help", "false", "é", "-1", "live1"])
        return self.random.choice(pools.get(option.name, ["v1", "v2"]))

    def plain(self, option):
        if option.takes == "switch" or option.takes == "maybe":
            return ["--" + option.name]
        value = self.value(option, False)
        return ["--" + option.name, value] if self.random.random() < 0.7 else [f"--{option.name}={value}"]

    def spelt(self, option):
        pick = self.random.random
        name = option.name
        if pick() < 0.3 and option.letter:
            name = option.letter
        elif pick() < 0.1:
            name = name[:self.random.randint(1, len(name))]
        dashes = "-" if len(name) == 1 or pick() < 0.08 else "--"
        if pick() < 0.02:
            dashes = self.random.choice(["", "---", "-", "--"])
        word = dashes + name
        if option.takes != "value" and pick() < 0.9:
            return [word]
        value = self.value(option, True)
        if option.takes != "value":
            value = self.random.choice(["true", "false", "0", "t", "no", "yes", ""])
            return [word + "=" + value] if pick() < 0.8 else [word + value]
        form = pick()
        if form < 0.45:
            return [word, value]
        if form < 0.8:
            return [word + "=" + value]
        if form < 0.9 or form > 0.98:
            return [word + (value if form < 0.9 else "")]
        return [word, value]

    def id(self, verb):
        if verb == "exec" and self.random.random() < 0.8:
            return self.random.choice(RUNNING)
        return self.random.choice(STOPPED)

    def arguments(self, verb):
        if verb in ("list", "features", "spec", "help"):
            return []
        if verb == "exec":
            return [self.id(verb), *self.random.choice([[], ["sh"], ["sh", "-c", "--bundle=x"], ["--", "id"]])]
        if verb == "mounts":
            return [self.random.choice(["add", "remove"]), self.id(verb), "m1"]
        if verb == "kill":
            return [self.id(verb), *self.random.choice([[], ["KILL"], ["9"]])]
        return [self.id(verb)]

    def draw(self, options, most):
        return [self.random.choice(options) for _ in range(self.random.randint(0, most))] if options else []

    def ordinary(self, verb):
        front = self.draw([o for o in self.common[""] if o.name != "rootless"], 4)
        behind = self.draw(self.common[verb], 4)
        line = [w for o in front for w in self.plain(o)] + [verb] + [w for o in behind for w in self.plain(o)]
        return line + (["--"] if self.random.random() < 0.1 else []) + self.arguments(verb)

    def various(self, verb):
        line = [w for o in self.draw(self.known[""], 3) for w in self.spelt(o)]
        line.append(verb)
        options = [self.spelt(o) for o in self.draw(self.known[verb], 4)]
        arguments = self.arguments(verb)
        if self.random.random() < 0.15:
            arguments.insert(0, "--")
        if self.random.random() < 0.1:
            arguments.append(self.random.choice(["extra", "c1", "--help", "--", "-x"]))
        parts = options + [arguments]
        if self.random.random() < 0.2:
            self.random.shuffle(parts)
        return line + [w for part in parts for w in part]

    def disturbed(self, line):
        line = list(line)
        for _ in range(self.random.randint(1, 2)):
            at = self.random.randint(0, len(line))
            change = self.random.random()
            if change < 0.3 and line:
                line.pop(min(at, len(line) - 1))
            elif change < 0.5 and line:
                line.insert(at, self.random.choice(line))
            elif change < 0.6 and len(line) > 1:
                other = self.random.randrange(len(line))
                at = min(at, len(line) - 1)
                line[at], line[other] = line[other], line[at]
            else:
                line.insert(at, self.random.choice(
                    ["--", "-", "", "--help", "-h", "-?", "--version", "-v", "--version=false", "--help=false",
                     "-v=false", "--usage", "--frob", "-x", "--no-such=1", "create", "run", "state", "init", "--b",
                     "-dt", "--=", "-="]))
        return line

    def soup(self):
        words = [*JUDGED, *PASSING, *STOPPED, *BUNDLES, *ROOTS, "--", "-", "", "-d", "-b", "--bundle", "--root",
                 "--log=run", "--help", "-f", "-p", "--process", "-it", "--detach", "-dpx", "--no-pivot",
                 "--pid-file=z"]
        return [self.random.choice(words) for _ in range(self.random.randint(0, 8))]

    def safe(self, line):
        """No word may lead to a running container when another could harm it."""
        if DANGEROUS & set(line):
            line = [re.sub(r"live\d", "c1", word) for word in line]
        return [word for word in line if "HANG" not in word]

    def next(self):
        # crun of Debian 12 has no mounts yet
        judged = [v for v in JUDGED for _ in range(1 if v == "mounts" else 4)]
        verb = self.random.choice(judged if self.random.random() < 0.8 else PASSING)
        kind = self.random.random()
        if kind < 0.2:
            return "ordinary", self.safe(self.ordinary(verb))
        if kind < 0.7:
            return "various", self.safe(self.various(verb))
        if kind < 0.95:
            before = self.various(verb) if kind < 0.85 else self.ordinary(verb)
            return "disturbed", self.safe(self.disturbed(before))
        return "soup", self.safe(self.soup())


# ---- the directory in which the runtimes run

class Place:
    def __init__(self, top, pid):
        self.top = pathlib.Path(top)
        self.live = self.process(pid)
        (self.top / "rootfs").mkdir(parents=True)
        for name in ("b1", "b2", "b3", "create", "."):
            (self.top / name).mkdir(parents=True, exist_ok=True)
            self.write(self.top / name / "config.json", self.config())
        (self.top / "logs").mkdir()
        self.restore()

    @staticmethod
    def write(path, value):
        path.write_text(json.dumps(value))

    @staticmethod
    def process(pid):
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        return {"init_process_pid": pid, "init_process_start": int(stat.rsplit(")", 1)[1].split()[19])}

    def config(self):
        """What runc and crun take for a configuration until they look at its limits."""
        return {"ociVersion": "1.0.2", "root": {"path": str(self.top / "rootfs")},
                "process": {"cwd": "/", "args": ["true"], "user": {"uid": 0, "gid": 0},
                            "rlimits": [{"type": "RLIMIT_NO_SUCH", "hard": 1, "soft": 1}]},
                "linux": {"cgroupsPath": "/argv-differential",
                          "namespaces": [{"type": "mount"}, {"type": "pid"}]}}

    def state(self, name):
        process = self.live if name in RUNNING else {"init_process_pid": 4194303, "init_process_start": 1}
        return {"id": name, "created": "2024-01-01T00:00:00Z", "cgroup_paths": {}, "namespace_paths": {}, **process,
                "config": {"rootfs": "/nonexistent", "labels": ["bundle=/nonexistent-bundle"], "namespaces": [],
                           "cgroups": {"path": "/argv-differential", "memory": 0}}}

    def restore(self):
        for root in ("r1", "r2", "state"):
            for name in STOPPED + RUNNING:
                path = self.top / root / name / "state.json"
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    self.write(path, self.state(name))

    def absolute(self, path):
        return os.path.normpath(self.top / path)


# ---- what the runtimes do

def run_crun(crun, spy, place, line):
    """None when crun rejects the line or only prints, else what it reads."""
    read_fd, write_fd = os.pipe()
    try:
        done = subprocess.run([crun, *line], cwd=place.top, pass_fds=[write_fd],
                              env={"PATH": PATH, "LD_PRELOAD": spy, "ARGP_SPY_FD": str(write_fd)},
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=TIMEOUT_S, check=False)
    finally:
        os.close(write_fd)
        with os.fdopen(read_fd, "rb") as pipe:
            events = pipe.read().decode().splitlines()
    return crun_reading(events, line, done.returncode)


def crun_reading(events, line, status):
    if not events or events[-1] != "x":
        return None
    parts, at = [[]], []
    for event in events[:-1]:
        kind, _, text = event.partition(" ")
        if kind == "a":
            at.append(int(text))
            parts.append([])
            continue
        name, equals, value = text.partition(" =")
        parts[-1].append((name, bytes.fromhex(value).decode("utf-8", "surrogateescape") if equals else None))
    if status != 0 or len(at) != 2:
        raise RuntimeError(f"crun's events make no sense: {events} for {line}")
    verb_at = at[0]
    arguments = line[verb_at - 1 + at[1]:]
    return {"verb": line[verb_at - 1], "front": parts[0], "options": parts[1], "arguments": arguments}


NOISE = re.compile("^/(sys|proc|etc|dev)/|/(newuidmap|newgidmap|criu|runc|rootfs)$")
TRACE = re.compile(r'^\d+\s+(\w+)\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"(?:, ([A-Z_|]+))?')


def run_runc(runc, place, line):
    """What runc does: the verb as far as it can be told, and the paths it uses."""
    trace = place.top.parent / (place.top.name + ".trace")
    done = subprocess.run(["strace", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none", "-s", "4096", "-o", trace,
                           "-e", "trace=openat,chdir,mkdirat,newfstatat", runc, *line],
                          env={"PATH": PATH}, cwd=place.top, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT_S, check=False)
    text = done.stdout.decode("utf-8", "surrogateescape")
    seen = {"verbs": set(), "bundle": None, "container": None, "log": None, "opened": set(), "entered": [],
            "text": text, "loaded": False}
    for entry in trace.read_text(errors="surrogateescape").splitlines():
        match = TRACE.match(entry)
        if match:
            path = match[2].encode("latin-1").decode("unicode_escape").encode("latin-1")
            note(seen, place, match[1], os.fsdecode(path), match[3] or "")
    seen["file_missing"] = seen["loaded"] and ": no such file or directory" in text and "open " in text
    seen["verbs"] = verbs_done(seen, text)
    return seen


def note(seen, place, call, path, flags):
    here = seen["entered"][-1] if seen["entered"] else str(place.top)
    path = os.path.normpath(os.path.join(here, path))
    if call == "chdir":
        seen["entered"].append(path)
    elif call == "openat" and "O_APPEND" in flags:
        seen["log"] = path
    elif call == "openat" and path.endswith("/state.json"):
        seen["container"] = os.path.dirname(path)
        seen["loaded"] = True
    elif call == "openat" and path.endswith("/config.json") and "O_CREAT" not in flags:
        seen["bundle"] = os.path.dirname(path)
    elif call == "openat":
        seen["opened"].add(path)
    elif call in ("mkdirat", "newfstatat") and seen["bundle"] and path != here and not NOISE.search(path):
        # the last that is looked at or made behind config.json is the container's, then its parents
        if not (seen["container"] or "").startswith(path + "/"):
            seen["container"] = path


def verbs_done(seen, text):
    """Verbs that may have led to this; empty when nothing was done."""
    if seen["loaded"]:
        if "exec failed" in text:
            return {"exec"}
        if "cannot start a" in text:
            return {"start"}
        if "does not exist" in text or "not a directory" in text:
            return {"start", "update", *PASSING}
        if "invalid value for" in text or "EOF" in text or seen["file_missing"]:
            return {"update"}
        if "container not running" in text:
            return {"update", "kill", "pause"}
        return {"update", *PASSING}
    if "exists. Remove it first" in text:
        return {"spec"}
    if seen["bundle"] or seen["entered"]:
        for verb in ("create", "run"):
            if f"runc {verb} failed" in text:
                return {verb}
        return {"restore"} if seen["bundle"] else {"restore", "spec"}
    return set()


# ---- the comparison

def compare_crun(ours, crun):
    """Why our reading is wrong, given crun's; None if it is not."""
    if not crun or crun["verb"] not in JUDGED:
        return id_difference(ours, crun["arguments"][0] if crun and crun["arguments"] else None)
    if not ours["read"]:
        return None
    if ours["kind"] != JUDGED[crun["verb"]]:
        return f"crun acts as {crun['verb']}"
    front, behind = dict(crun["front"]), dict(crun["options"])
    arguments = crun["arguments"]
    wanted = {"verb": crun["verb"], "id": arguments[1 if crun["verb"] == "mounts" else 0]}
    wanted.update({name: front.get(name) for name in ("root", "log", "log-format")})
    wanted.update({name: behind.get(name) for name in ("bundle", "config", "pid-file", "process", "resources")})
    if crun["verb"] == "exec":
        wanted["rest"] = arguments[1:]
    off = {"false": "false", "no": "false"}
    options = [[n, off.get(v) if n == "tty" else v] for n, v in crun["options"] if n != "program-name"]
    wanted["options"] = options
    return differences(wanted, {**ours, "options": [o[:2] for o in ours["options"] if o[0] != "program-name"]})


def differences(wanted, ours):
    wrong = {name: (value, ours[name]) for name, value in wanted.items() if ours[name] != value}
    return f"(runtime, ours): {wrong}" if wrong else None


def id_difference(ours, name):
    if ours["kind"] in ("passes", "deletes") and ours["id"] and name and ours["id"] != name:
        return f"the id is {name}, not {ours['id']}"
    return None


def compare_runc(ours, place, runc):
    """The same for runc, as far as it can be seen."""
    judged = {JUDGED[v] for v in runc["verbs"] if v in JUDGED}
    if not ours["read"]:
        return None
    if ours["kind"] in ("passes", "deletes"):
        if judged and not runc["verbs"] - set(JUDGED):
            return f"runc acts as {runc['verbs']}"
        return id_difference(ours, os.path.basename(runc["container"]) if runc["container"] else None)
    if not runc["verbs"]:
        return None
    if ours["verb"] not in runc["verbs"]:
        return f"runc acts as {runc['verbs']}"
    wanted, here = {}, place.absolute
    if runc["log"]:
        wanted["log"] = runc["log"], here(ours["log"]) if ours["log"] else None
    if runc["container"] and not re.search("not a directory|slice:prefix:name", runc["text"]):
        wanted["container"] = runc["container"], os.path.join(here(ours["root"] or DEFAULT_ROOT), ours["id"])
    if ours["kind"] == "creates":
        entered = runc["entered"][0] if runc["entered"] else runc["bundle"]
        wanted["bundle"] = entered, here(ours["bundle"] or ".")
    if runc["file_missing"]:
        wanted["file"] = here(ours["process"] or ours["resources"] or "nothing") in runc["opened"], True
    wrong = {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}
    return f"(runc, ours): {wrong}, runc says: {runc['text'].strip()}" if wrong else None


def read_all(show_command, lines):
    sent = b"".join(b"".join(os.fsencode(w) + b"\0" for w in line) + b"\1\0" for line in lines)
    shown = subprocess.run([show_command, "--stdin0"], input=sent, stdout=subprocess.PIPE, check=True, timeout=300)
    return [as_text(json.loads(entry)) for entry in shown.stdout.splitlines()]


def as_text(value):
    if isinstance(value, str):
        return value.encode("latin-1").decode("utf-8", "surrogateescape")
    if isinstance(value, list):
        return [as_text(v) for v in value]
    return {k: as_text(v) for k, v in value.items()} if isinstance(value, dict) else value


class Differential:
    def __init__(self, options):
        self.options = options
        self.counts = collections.Counter()
        self.refusals = collections.defaultdict(list)
        self.wrong = []
        self.words = set()

    def line(self, place, kind, line, ours):
        """What the runtimes do with @line, and what is wrong with our reading of it."""
        place.restore()
        wrong = []
        runc, crun = {"verbs": set()}, None
        if self.options.runc:
            runc = run_runc(self.options.runc, place, line)
            wrong.append(compare_runc(ours, place, runc))
        if self.options.crun:
            crun = run_crun(self.options.crun, self.options.argp_spy, place, line)
            wrong.append(compare_crun(ours, crun))
        if kind == "ordinary" and not ours["read"]:
            wrong.append(f"an ordinary line is refused: {ours['failure']}")
        if kind == "ordinary" and ours["verb"] in JUDGED and ours["kind"] == "passes":
            wrong.append("an ordinary line is not judged")
        return runc, crun, [w for w in wrong if w]

    def keep(self, kind, line, ours, runc, crun, wrong):
        by_runc = bool(runc["verbs"])
        by_crun = bool(crun)
        ours_text = ours["kind"] if ours["read"] else "refused"
        self.counts[ours_text, "runc" if by_runc else "-", "crun" if by_crun else "-"] += 1
        if not ours["read"]:
            self.refusals[re.sub("'[^']*'|\\d+", "_", ours["failure"]), by_runc, by_crun].append(line)
        if wrong:
            self.wrong.append((kind, line, ours, wrong))


def spy_built(top):
    source, library = pathlib.Path(__file__).resolve().parent / "argp_spy.c", f"{top}/argp_spy.so"
    subprocess.run([*os.environ.get("CC", "gcc").split(), "-std=c17", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared",
                    "-o", library, source], check=True, timeout=TIMEOUT_S * 3)
    return library


def helper():
    """A process that stands for a running container."""
    return subprocess.Popen(["sleep", "3600"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def in_default_root():
    return set(os.listdir(DEFAULT_ROOT)) if os.path.isdir(DEFAULT_ROOT) else set()


def clean_up(before, words):
    """run --keep without --root leaves an empty directory in the default root, named by a word of the line."""
    for name in (in_default_root() - before) & words:
        try:
            os.rmdir(os.path.join(DEFAULT_ROOT, name))
        except OSError:
            pass  # not empty, so not from here


def every_option_known(options, runc, crun, place):
    """Each option that a --help names, given once in an ordinary line, is read and judged."""
    lines = []
    for learnt in (runc, crun):
        for verb, known in learnt.items():
            for o in known:
                words = ["--" + o.name] + ([] if o.takes != "value" else ["1"])
                arguments = {"exec": ["c1", "sh"], "mounts": ["add", "c1", "f"]}.get(verb, ["c1"])
                if verb in JUDGED:
                    lines.append([verb, *words, *arguments])
                elif not verb:
                    lines.append([*words, *([] if o.name != "rootless" else ["--root", "r"]), "create", "c1"])
    readings = read_all(options.show_command, lines)
    return [("help", line, ours, ["not judged: " + ours["failure"]]) for line, ours in zip(lines, readings)
            if not ours["read"] or ours["kind"] != JUDGED[ours["verb"]]]


def arguments_read():
    parser = argparse.ArgumentParser()
    parser.add_argument("show_command")
    parser.add_argument("argp_spy", nargs="?", help="argp_spy.so; built here when not given")
    parser.add_argument("--lines", type=int, default=int(os.environ.get("ARGV_DIFFERENTIAL_LINES", "3000")))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runc", default=shutil.which("runc", path=os.environ["PATH"] + ":/usr/sbin"))
    parser.add_argument("--crun", default=shutil.which("crun"))
    parser.add_argument("--verbose", action="store_true", help="also show what was refused, and why")
    return parser.parse_args()


def can_run(options):
    """Leaves out what is not here; 77 is a skip."""
    missing = [name for name in ("runc", "crun") if not getattr(options, name)]
    missing += ["strace"] if not shutil.which("strace") else []
    if "strace" in missing:
        options.runc = None
    root = os.geteuid() == 0
    if missing or not root:
        print(f"argv-differential: not here: {', '.join(missing) or 'root'}")
    if (missing or not root) and os.environ.get("TESTS_MUST_RUN") == "1":
        sys.exit(1)
    if not root or not (options.runc or options.crun):
        sys.exit(77)


def main():
    options = arguments_read()
    options.show_command = os.path.abspath(options.show_command)
    can_run(options)
    runc = learn(options.runc, options_of_runc) if options.runc else {v: [] for v in ["", *JUDGED, *PASSING]}
    crun = learn(options.crun, options_of_crun) if options.crun else {v: [] for v in ["", *JUDGED, *PASSING]}

    before = in_default_root()
    sleeper = helper()
    differential = Differential(options)
    with tempfile.TemporaryDirectory(prefix="argv-") as top:
        options.argp_spy = os.path.abspath(options.argp_spy) if options.argp_spy else spy_built(top)
        places = [Place(f"{top}/{n}", sleeper.pid) for n in range(2)]
        try:
            differential.wrong += every_option_known(options, runc, crun, places[0])
            compare(differential, options, Lines(options.seed, runc, crun), places)
        finally:
            sleeper.kill()
            sleeper.wait()
            clean_up(before, differential.words)
    report(differential, options)


def compare(differential, options, lines, places):
    drawn = [("trap", trap.split()) for trap in TRAPS.strip().splitlines()]
    drawn += [lines.next() for _ in range(options.lines - len(drawn))]

    differential.words.update(word for _, line in drawn for word in line)

    def work(n):
        place = places[n]
        mine = [(kind, [w.replace("@", str(place.top)) for w in line]) for kind, line in drawn[n::len(places)]]
        readings = read_all(options.show_command, [line for _, line in mine])
        return [(kind, line, ours, *differential.line(place, kind, line, ours))
                for (kind, line), ours in zip(mine, readings, strict=True)]

    with concurrent.futures.ThreadPoolExecutor(len(places)) as pool:
        for results in pool.map(work, range(len(places))):
            for kind, line, ours, by_runc, by_crun, wrong in results:
                differential.keep(kind, line, ours, by_runc, by_crun, wrong)


def blind(differential, options):
    """Too few lines on which a runtime acted: then this test sees nothing."""
    acted = {1: options.runc, 2: options.crun}
    for place, runtime in acted.items():
        count = sum(n for key, n in differential.counts.items() if key[place] != "-")
        if runtime and count < options.lines / 20:
            yield f"{runtime} acted on {count} of {options.lines} lines only"


def report(differential, options):
    for reason in blind(differential, options):
        differential.wrong.append(("blind", [], None, [reason]))
    for kind, line, ours, wrong in differential.wrong:
        print(f"{kind}: {line}\n\tread as {ours}")
        for reason in wrong:
            print("\t" + reason)
    print("ours, acted by runc, acted by crun: lines")
    for key, count in sorted(differential.counts.items()):
        print(f"\t{' '.join(key)}: {count}")
    if options.verbose:
        for (why, by_runc, by_crun), refused in sorted(differential.refusals.items(), key=lambda r: -len(r[1])):
            print(f"refused {len(refused)} (runc acts: {by_runc}, crun: {by_crun}): {why}")
            for line in refused[:4]:
                print(f"\t{line}")
    print(f"argv-differential: {options.lines - len(differential.wrong)} passed, {len(differential.wrong)} failed")
    sys.exit(1 if differential.wrong else 0)


if __name__ == "__main__":
    main()
