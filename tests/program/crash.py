#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Law 5: whatever goes wrong at whatever system call, no container runs unjudged.

A call of ocigate is traced once, then repeated with one fault at one system call
(strace -e inject), for each system call from the first look at the policy to the
execve of the runtime: errors EIO, ENOSPC, ENOMEM, EINTR, and SIGKILL in front of it.
After each run:

  - the runtime did not run, or it read exactly the judged document and the record
    that seals it is there;
  - the document on disk is the old or the judged one, whole, with its owner and mode;
  - what was refused was refused aloud, in one line and one log record (one of them, when
    the fault was in writing the other), and left no temporary file (but one that could
    not be locked, which the next run clears away);
  - the same call without a fault then does what it should: nothing is stuck.

usage: tests/program/run (which sets the environment), or crash.py SCENARIO... in it
CRASH_ALL=1: every fault at every system call; without, each system call is killed
and given one of the errors in turn.
"""
import collections
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ERRORS = ["EIO", "ENOSPC", "ENOMEM", "EINTR"]
KILL = "SIGKILL"
FINE = 0
PREFIX = pathlib.Path(os.environ["OCIGATE_PREFIX"])
DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
ALL = os.environ.get("CRASH_ALL") == "1"

Run = collections.namedtuple("Run", "status report stderr log trace")


def compact(document):
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def docker_config():
    config = json.loads((DATA / "docker.json").read_text())
    del config["hooks"]
    config["root"]["path"] = "rootfs"
    config["mounts"] = [mount for mount in config["mounts"] if mount["type"] != "bind"]
    return config


class Host:
    """An empty state, a policy, a stand-in, a bundle; and how ocigate is called."""

    def __init__(self, work, policy=None):
        self.work = work
        self.root = work / "root"
        self.log = work / "log.json"
        self.bundle = work / "bundle"
        self.standin = work / "standin"
        self.policy = policy or {}

    def fresh(self):
        for directory in "etc", "var", "run":
            for entry in (PREFIX / directory).iterdir():
                shutil.rmtree(entry)
        shutil.rmtree(self.work, ignore_errors=True)
        (self.bundle / "rootfs").mkdir(parents=True)
        shutil.copy(os.environ["STANDIN_BUILT"], self.standin)
        (PREFIX / "etc/ocigate").mkdir()
        policy = {"version": 1, "runtime": str(self.standin), "default": "restricted", **self.policy}
        (PREFIX / "etc/ocigate/policy.json").write_bytes(compact(policy))

    def call(self, words, inject=None, stdin=b"", log="log.json"):
        log = self.work / log
        log.unlink(missing_ok=True)
        trace = self.work / "trace"
        strace = ["strace", "-o", trace]
        if inject:
            strace += ["-e", "inject=" + inject]
        command = [os.environ["OCIGATE"], "--root", self.root, "--log", log, "--log-format", "json", *words]
        done = subprocess.run(strace + command if inject is not None else command, input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={}, timeout=60, check=False)
        return Run(done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr.decode(),
                   log.read_text() if log.exists() else "", trace.read_text() if inject is not None else "")

    def record(self):
        """The head of the one record, None if there is none."""
        files = [file for file in (PREFIX / "run").rglob("*.json") if not file.name.startswith(".")]
        assert len(files) <= 1, f"records: {files}"
        return json.loads(files[0].read_text().split("\n")[0]) if files else None

    def leftovers(self):
        return [str(file) for top in (PREFIX / "var", PREFIX / "run", self.work)
                for file in top.rglob(".*.ocigate") if top.exists()]


class Scenario:
    """One call, and what may come of it. `document` is the file that is judged and replaced."""

    verb_status = 1
    seen = "config"
    denied = False
    stdin = b""

    def __init__(self, host):
        self.host = host
        self.document = host.bundle / "config.json"
        self.old = self.judged = None

    def prepare(self):
        self.host.fresh()
        self.write(compact(self.config()))

    def config(self):
        return docker_config()

    def write(self, content):
        self.old = content
        self.document.write_bytes(content)
        self.document.chmod(0o640)

    def words(self):
        return ["create", "--bundle", self.host.bundle, "c1"]

    def is_sealed(self, run):
        """The runtime ran: is there the record that says what it read?"""
        record = self.host.record()
        return record is not None and record["seal"] == sha256(run.report[self.seen].encode())

    def learn(self):
        """One run without a fault, traced: what is judged, and the system calls to fail."""
        self.prepare()
        run = self.host.call(self.words(), "", self.stdin)
        if self.denied:
            assert run.report is None, "without any fault it ran"
        else:
            assert run.status == FINE and run.report, run.stderr
            self.judged = run.report[self.seen].encode()
        return calls_of(run.trace)

    def check(self, run, fault):
        if run.report is not None:
            assert not self.denied, "a denied container runs"
            assert run.report[self.seen].encode() == self.judged, "the runtime read another document"
            assert self.is_sealed(run), "the runtime runs without the record of this document"
            assert not run.stderr and not run.log, f"success is not silent: {run.stderr}"
        self.check_document(run)
        if fault != KILL:
            assert not self.host.leftovers() or cannot_lock(run), f"left behind: {self.host.leftovers()}"
            assert run.report is not None or self.refuses_aloud(run), f"status {run.status}, '{run.stderr}', '{run.log}'"
        if run.report is None:
            self.check_healing()

    def check_document(self, run):
        found, stat = self.document.read_bytes(), self.document.stat()
        assert found in (self.old, self.judged), "the document is neither the old nor the judged one"
        assert run.report is None or found == self.judged, "the document on disk is not what runs"
        assert (stat.st_mode & 0o7777, stat.st_uid) == (0o640, 0), f"owner or mode changed: {stat}"
        record = self.host.record()
        assert record is None or record["seal"] == sha256(self.sealed_bytes()), "the record seals something else"

    def sealed_bytes(self):
        return self.document.read_bytes()

    def refuses_aloud(self, run):
        """On stderr and in the log the same line; a fault in one of them leaves the other."""
        lines = run.stderr.splitlines()
        records = [json.loads(line)["msg"] for line in run.log.splitlines()]
        said = lines or records
        spoken = lines == records or (f'"{self.host.log}"' in run.trace.split("(INJECTED)")[0] and not (lines and records))
        return (run.status == self.verb_status and spoken and len(said) == 1 and
                said[0].startswith("ocigate: permission denied: "))

    def check_healing(self):
        run = self.host.call(self.words(), stdin=self.stdin)
        if self.denied:
            assert run.report is None and self.refuses_aloud(run), "denied no more"
            return
        assert run.status == FINE and run.report, f"the same call again is refused: {run.stderr}"
        assert run.report[self.seen].encode() == self.judged, "the same call again gives another document"
        assert self.is_sealed(run), "the same call again leaves no record"
        assert not self.host.leftovers(), f"left behind: {self.host.leftovers()}"


class Create(Scenario):
    """create under restricted, on a host where ocigate never ran"""


class CreateAgain(Scenario):
    """create over an already judged bundle, with copies, directories and an old record in place"""

    def prepare(self):
        super().prepare()
        assert self.host.call(self.words()).status == FINE
        (self.host.root / "c1").rmdir()
        self.old = self.document.read_bytes()


class DeniedMount(Scenario):
    """create that only the look at the host denies: a mount of /etc by a link"""

    denied = True

    def config(self):
        config = docker_config()
        (self.host.work / "link").symlink_to("/etc")
        config["mounts"].append({"destination": "/data", "type": "bind", "source": str(self.host.work / "link"),
                                 "options": ["rbind", "rprivate"]})
        return config


class DeniedNamespace(Scenario):
    """create that only the look at the host denies: its network by a path"""

    denied = True

    def config(self):
        config = docker_config()
        for namespace in config["linux"]["namespaces"]:
            if namespace["type"] == "network":
                namespace["path"] = "/proc/1/ns/net"
        return config


class BrokenPolicy(Scenario):
    """create under a broken policy, by the last good one, of a container that it denies"""

    denied = True

    def prepare(self):
        super().prepare()
        assert self.host.call(self.words()).report
        (self.host.root / "c1").rmdir()
        (PREFIX / "etc/ocigate/policy.json").write_text("{")
        config = docker_config()
        config["process"]["cwd"] = "/proc/1"
        self.write(compact(config))

    def check_document(self, run):
        found = self.document.read_bytes()
        assert found == self.old, "the document of a denied container was changed"


class Inside(Scenario):
    """what is done with a container that was created, in the same place"""

    def prepare(self):
        self.document = self.host.bundle / "config.json"
        super().prepare()
        created = self.host.call(["create", "--bundle", self.host.bundle, "c1"])
        assert created.status == FINE and created.report
        self.old = self.sealed = self.document.read_bytes()

    def sealed_bytes(self):
        return self.sealed

    def is_sealed(self, run):
        return self.host.record() is not None


class ChangedStart(Inside):
    """start of a container whose config.json was changed"""

    denied = True

    def prepare(self):
        super().prepare()
        self.write(self.old + b"\n")

    def words(self):
        return ["start", "c1"]


class Exec(Inside):
    """exec by a process file, as root with every capability"""

    verb_status = 255
    seen = "process"

    def process(self):
        process = json.loads((DATA / "docker-exec-privileged.json").read_text())
        process["user"]["uid"] = 0
        return process

    def prepare(self):
        super().prepare()
        self.document = self.host.work / "process.json"
        self.write(compact(self.process()))

    def learn(self):
        calls = super().learn()
        judged = json.loads(self.judged)
        assert judged["user"]["uid"] == 65532 and judged["noNewPrivileges"] is True
        return calls

    def words(self):
        return ["exec", "--process", self.host.work / "process.json", "--detach", "c1"]


class ExecByOptions(Exec):
    """exec by options, as root with every capability"""

    def prepare(self):
        Inside.prepare(self)
        self.document.chmod(0o640)

    def words(self):
        return ["exec", "--user", "0:0", "--cap", "CAP_SYS_ADMIN", "c1", "id"]

    def check_document(self, run):
        assert self.document.read_bytes() == self.sealed, "exec changed config.json"


class Update(Inside):
    """update that lifts a limit, by standard input"""

    denied = True
    seen = "stdin"
    stdin = b'{"pids":{"limit":-1}}'

    def prepare(self):
        super().prepare()
        self.document.chmod(0o640)

    def words(self):
        return ["update", "--resources", "-", "c1"]


SCENARIOS = {scenario.__name__: scenario for scenario in (
    Create, CreateAgain, DeniedMount, DeniedNamespace, BrokenPolicy, ChangedStart, Exec, ExecByOptions, Update)}


def cannot_lock(run):
    """Was the fault at the lock of a new temporary, or at the look at it that follows?"""
    lines = run.trace.split("(INJECTED)")[0].splitlines()
    return "flock(" in lines[-1] or "flock(" in lines[-2]


def calls_of(trace):
    """(system call, how many-eth of its name) from the first open of ours up to the execve of the runtime."""
    counts = collections.Counter()
    found = []
    ours = False
    for line in trace.splitlines():
        name = re.match(r"(\w+)\(", line)
        if not name:
            continue
        counts[name[1]] += 1
        ours = ours or f'"{PREFIX}/' in line and counts["execve"] == 1 and name[1] != "execve"
        if ours:
            # the execve of ocigate itself is before strace counts
            found.append((name[1], counts[name[1]] - (name[1] == "execve")))
        if name[1] in ("exit_group", "execve") and ours:
            break
    return [call for call in found if call[0] != "exit_group"]


def faults_of(index):
    if ALL:
        return [KILL, *ERRORS]
    return [KILL, ERRORS[index % len(ERRORS)]]


def rule_of(call, number, fault):
    return f"{call}:signal={KILL}:when={number}" if fault == KILL else f"{call}:error={fault}:when={number}"


def was_injected(run, fault):
    return "killed by SIGKILL" in run.trace if fault == KILL else "(INJECTED)" in run.trace


def run_scenario(scenario):
    """How many runs there were, and what went wrong in them."""
    problems = []
    calls = scenario.learn()
    n_runs = n_ran = 0
    assert len(calls) > 15, f"only {len(calls)} system calls found"
    for index, (call, number) in enumerate(calls):
        for fault in faults_of(index):
            n_runs += 1
            scenario.prepare()
            try:
                run = scenario.host.call(scenario.words(), rule_of(call, number, fault), scenario.stdin)
                n_ran += run.report is not None
                assert was_injected(run, fault), "the fault did not happen"
                scenario.check(run, fault)
            except (AssertionError, ValueError, KeyError, OSError, subprocess.SubprocessError) as problem:
                problems.append(f"{fault} at {call} number {number}: {problem!r}")
    return f"{len(calls)} system calls, {n_runs} runs, {n_ran} went on", problems


def run_swap(host):
    """create while config.json is replaced by another: what was not judged is never started"""
    scenario = Create(host)
    calls = scenario.learn()
    problems, n_swapped = [], 0
    harmful = docker_config()
    harmful["process"]["cwd"] = "/proc/1"
    # held up at each system call in turn, the swap in the middle of it
    for call, number in calls[::1 if ALL else 3]:
        scenario.prepare()
        swap = threading.Timer(0.15, swap_in, (scenario.document, compact(harmful)))
        swap.start()
        run = host.call(scenario.words(), f"{call}:delay_enter=300000:when={number}")
        swap.join()
        found = scenario.document.read_bytes()
        n_swapped += "replaced while it was judged" in run.stderr
        if run.report is not None and run.report["config"].encode() != scenario.judged:
            # swapped behind the record: what is not sealed is not started
            again = host.call(["start", "c1"])
            if again.report is not None:
                problems.append(f"{call} number {number}: the swapped document was started")
        if run.report is None and not scenario.refuses_aloud(run):
            problems.append(f"{call} number {number}: {run.stderr}")
        if found not in (scenario.judged, compact(harmful)):
            problems.append(f"{call} number {number}: config.json is in pieces")
    if not n_swapped:
        problems.append("none of the swaps was noticed")
    return f"{n_swapped} noticed by the inode", problems


def run_twice(host):
    """two creates of one id, the first held up: one container at most, held to its own record"""
    scenario = Create(host)
    calls = scenario.learn()
    # from the lock of the records on; up to there the two have nothing to do with each other
    first = max(index for index, call in enumerate(calls) if call[0] == "flock") - 3
    problems, n_ran = [], 0
    other = docker_config()
    other["hostname"] = "other"
    for call, number in calls[first:]:
        scenario.prepare()
        second = host.work / "second"
        (second / "rootfs").mkdir(parents=True)
        (second / "config.json").write_bytes(compact(other))
        runs = []
        held = threading.Thread(target=lambda rule=f"{call}:delay_enter=300000:when={number}": runs.append(
            host.call(scenario.words(), rule)))
        held.start()
        time.sleep(0.15)
        runs.append(host.call(["create", "--bundle", second, "c1"], log="second.json"))
        held.join()
        ran = [run for run in runs if run.report is not None]
        n_ran += len(ran)
        if len(ran) != 1:
            problems.append(f"{call} number {number}: {len(ran)} containers run")
        elif host.record()["seal"] != sha256(ran[0].report["config"].encode()):
            problems.append(f"{call} number {number}: the container runs under the other's record")
    return f"{n_ran} ran", problems


def swap_in(path, content):
    other = path.with_name("other")
    other.write_bytes(content)
    other.rename(path)


RACES = {"Swap": run_swap, "Twice": run_twice}


def main(names):
    chosen = names or [*SCENARIOS, *RACES]
    print(f"1..{len(chosen)}")
    if not shutil.which("strace"):
        for number, name in enumerate(chosen, 1):
            word = "not ok" if os.environ.get("TESTS_MUST_RUN") == "1" else "ok"
            print(f"{word} {number} {name} # skip strace is not installed")
        return os.environ.get("TESTS_MUST_RUN") == "1"
    failed = False
    for number, name in enumerate(chosen, 1):
        with tempfile.TemporaryDirectory(prefix="ocigate-crash.") as work:
            host = Host(pathlib.Path(work) / "host")
            start = time.monotonic()
            if name in RACES:
                title, (summary, problems) = RACES[name].__doc__, RACES[name](host)
            else:
                title = SCENARIOS[name].__doc__
                summary, problems = run_scenario(SCENARIOS[name](host))
        failed = failed or bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} {name}, {title}: {summary}, {time.monotonic() - start:.0f} s")
        for problem in problems:
            print(f"# {problem}")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
