#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make the test image: a root filesystem of busybox and the probe, as a plain tar and as an OCI archive.

usage: image.py BUSYBOX PROBE ROOTFS.tar OCI.tar NAME
"""

import hashlib
import io
import json
import platform
import subprocess
import sys
import tarfile

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def add(tar, name, data=b"", mode=0o644, kind=tarfile.REGTYPE, target=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname, entry.size = kind, mode, target, len(data)
    tar.addfile(entry, io.BytesIO(data))


def rootfs(path, busybox, probe):
    applets = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split()
    with tarfile.open(path, "w") as tar:
        for name, mode in (("bin", 0o755), ("dev", 0o755), ("etc", 0o755), ("proc", 0o555), ("root", 0o700),
                           ("run", 0o755), ("sys", 0o555), ("tmp", 0o1777), ("var", 0o755), ("var/tmp", 0o1777)):
            add(tar, name, mode=mode, kind=tarfile.DIRTYPE)
        with open(busybox, "rb") as file:
            add(tar, "bin/busybox", file.read(), 0o755)
        with open(probe, "rb") as file:
            add(tar, "bin/probe", file.read(), 0o755)
        for applet in applets:
            if applet != "busybox":
                add(tar, "bin/" + applet, kind=tarfile.SYMTYPE, target="busybox")
        add(tar, "etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/tmp:/bin/sh\n")
        add(tar, "etc/group", b"root:x:0:\nuser:x:1000:\n")


def blob(tar, data, media_type):
    digest = hashlib.sha256(data).hexdigest()
    add(tar, "blobs/sha256/" + digest, data)
    return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data)}


def archive(path, layer_path, name):
    with open(layer_path, "rb") as file:
        layer_bytes = file.read()
    kind = "application/vnd.oci.image."
    with tarfile.open(path, "w") as tar:
        layer = blob(tar, layer_bytes, kind + "layer.v1.tar")
        config = blob(tar, json.dumps({
            "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
            "os": "linux",
            "config": {"Cmd": ["sleep", "1000000"], "Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
        }).encode(), kind + "config.v1+json")
        manifest = blob(tar, json.dumps({
            "schemaVersion": 2, "mediaType": kind + "manifest.v1+json", "config": config, "layers": [layer],
        }).encode(), kind + "manifest.v1+json")
        manifest["annotations"] = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name}
        add(tar, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        add(tar, "index.json", json.dumps({"schemaVersion": 2, "manifests": [manifest]}).encode())


def main(busybox, probe, rootfs_tar, oci_tar, name):
    rootfs(rootfs_tar, busybox, probe)
    archive(oci_tar, rootfs_tar, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
