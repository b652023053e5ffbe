#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: documents.py DOCKER.JSON DIRECTORY

Writes the documents of the measurements into DIRECTORY:
docker.json   Docker's own, with bind sources that exist here
big.json      the same with mounts, environment and annotations to 1 MB
mounts-N.json with N mounts
real.json     Docker's, made to start for real in a bundle with a busybox rootfs
"""
import copy
import json
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


def main():
    source, directory = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        docker = json.load(file)
    for mount in docker["mounts"]:
        if mount["type"] == "bind":
            mount["source"] = directory + "/volume"
    docker["root"]["path"] = directory + "/bundle/rootfs"
    docker.get("linux", {}).get("resources", {}).pop("blockIO", None)
    save(f"{directory}/docker.json", docker)

    big = with_mounts(docker, 3550)
    big["process"]["env"] += [f"VARIABLE_{i}=value of this variable {i}" for i in range(5000)]
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
