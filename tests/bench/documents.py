#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: documents.py DOCKER.JSON DIRECTORY

Makes the files that DOCKER.JSON names, empty, and writes the documents of the measurements into DIRECTORY:
docker.json   Docker's own as it is
big.json      the same with mounts, environment and annotations to 1 MB
mounts-N.json with N mounts
real.json     Docker's, made to start for real in a rootfs with a busybox
rootfs        where the rootfs lies
"""
import copy
import json
import os
import shutil
import sys


def save(path, document):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, separators=(",", ":"))


def with_mounts(document, count):
    big = copy.deepcopy(document)
    for i in range(count):
        big["mounts"].append({"destination": f"/data/volume-{i}", "type": "tmpfs", "source": "tmpfs",
                              "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]})
    return big


def make_named(document):
    rootfs = document["root"]["path"]
    for directory in ("bin", "dev/pts", "dev/shm", "etc", "proc", "sys"):  # as Docker's topmost layer has them
        os.makedirs(f"{rootfs}/{directory}")
    for name in ("hostname", "hosts", "resolv.conf"):
        with open(f"{rootfs}/etc/{name}", "w", encoding="utf-8"):
            pass
    for mount in document["mounts"]:
        if mount["type"] != "bind":
            continue
        if mount["source"].startswith("/srv"):
            os.makedirs(mount["source"], exist_ok=True)
        else:
            os.makedirs(os.path.dirname(mount["source"]), exist_ok=True)
            with open(mount["source"], "w", encoding="utf-8"):
                pass


def main():
    source, directory = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        docker = json.load(file)
    make_named(docker)
    shutil.copyfile(source, f"{directory}/docker.json")
    with open(f"{directory}/rootfs", "w", encoding="utf-8") as file:
        file.write(docker["root"]["path"])

    big = with_mounts(docker, 4550)
    big["process"]["env"] += [f"VARIABLE_{i}=value of this variable {i}" for i in range(6500)]
    big["annotations"] = {f"org.example.annotation-{i}": f"value {i}" for i in range(3000)}
    save(f"{directory}/big.json", big)
    for count in (1000, 10000):
        save(f"{directory}/mounts-{count}.json", with_mounts(docker, count))

    real = copy.deepcopy(docker)
    real.pop("hooks", None)
    real["mounts"] = [m for m in real["mounts"] if m["type"] != "bind"]
    real["process"]["args"] = ["/bin/true"]
    real["process"].pop("rlimits", None)
    real["process"].pop("apparmorProfile", None)
    real["linux"].pop("cgroupsPath", None)
    real["linux"]["resources"] = {"devices": real["linux"]["resources"]["devices"]}
    save(f"{directory}/real.json", real)


main()
