#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command line that an engine really sent is read right.

engine-calls/*.jsonl hold what Docker, containerd (ctr, CRI) and Podman passed to
the runtime, one JSON array a line. What each line means is worked out here a
second time, by a plain walk over the few options that engines use, and compared
with what show_command prints.

usage: recorded_calls.py SHOW_COMMAND
"""
import json
import pathlib
import subprocess
import sys

KINDS = {
    "create": "creates", "run": "creates", "restore": "creates", "start": "starts", "exec": "execs",
    "update": "updates", "delete": "deletes", "state": "passes", "kill": "passes", "pause": "passes",
    "resume": "passes", "ps": "passes", "checkpoint": "passes",
}
GLOBAL_VALUES = {"--root", "--log", "--log-format", "--cgroup-manager"}
GLOBAL_SWITCHES = {"--debug", "--systemd-cgroup"}
VALUES = {
    "--bundle", "--pid-file", "--console-socket", "--process", "--resources", "--image-path", "--work-path", "--format",
}
SWITCHES = {
    "--detach", "--no-pivot", "--no-new-keyring", "-no-subreaper", "--tty", "--force", "--all", "--leave-running",
}
FIELDS = ["root", "log", "log-format", "id", "bundle", "pid-file", "process", "resources"]


def options_of(words, at, values, switches):
    """The options from words[at] on as (name, value, place, words), and where they end."""
    found = []
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        name, equals, value = words[at].partition("=")
        if name in values and equals:
            found.append((name, value, at, 1))
            at += 1
        elif name in values:
            found.append((name, words[at + 1], at, 2))
            at += 2
        elif name in switches and not equals:
            found.append((name, None, at, 1))
            at += 1
        else:
            raise ValueError(f"this test does not know {words[at]}")
    return found, at


def meaning(words):
    expected = dict.fromkeys(FIELDS)
    before, at = options_of(words, 0, GLOBAL_VALUES, GLOBAL_SWITCHES)
    expected.update((name[2:], value) for name, value, _, _ in before if name[2:] in FIELDS)
    verb = words[at]
    expected.update(verb=verb, kind=KINDS[verb], verb_at=at + 1, read=True)
    if words[at + 1:] == ["--help"]:
        return expected
    behind, id_at = options_of(words, at + 1, VALUES, SWITCHES)
    expected["id"] = words[id_at]
    if KINDS[verb] != "passes":
        expected.update((name.lstrip("-"), value) for name, value, _, _ in behind if name.lstrip("-") in FIELDS)
    expected["options"] = [[name.lstrip("-"), value, place + 1, n] for name, value, place, n in behind]
    expected["forced"] = any(name == "--force" for name, _, _, _ in behind)
    if verb not in ("kill",) and id_at + 1 != len(words):
        raise ValueError("words behind the id")
    return expected


def main():
    calls = []
    for path in sorted((pathlib.Path(__file__).parent / "engine-calls").glob("*.jsonl")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            words = json.loads(line)
            if isinstance(words, list):
                calls.append((f"{path.name}:{number}", words))
    sent = b"".join(b"".join(w.encode() + b"\0" for w in words) + b"\1\0" for _, words in calls)
    shown = subprocess.run([sys.argv[1], "--stdin0"], input=sent, stdout=subprocess.PIPE, check=True, timeout=60)
    readings = [json.loads(line) for line in shown.stdout.splitlines()]
    wrong = 0
    for (place, words), reading in zip(calls, readings, strict=True):
        expected = meaning(words)
        differs = {k: (v, reading[k]) for k, v in expected.items() if reading[k] != v}
        if differs:
            wrong += 1
            print(f"{place}: {' '.join(words)}\n\t(wanted, read): {differs} {reading['failure']}")
    print(f"recorded-calls: {len(calls) - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong or len(calls) < 500 else 0)


if __name__ == "__main__":
    main()
