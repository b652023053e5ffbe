#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Call one method of the Kubernetes Container Runtime Interface, version 1.

usage: cri.py SOCKET METHOD [REQUEST [FIELD...]]    request and answer are JSON, with the names of the .proto file

With FIELD..., only that value of the answer is printed: "status state". "exec" stands
for what a command printed, and its exit code becomes this program's.

A refusal prints the error's text on stderr and exits with 1. Only what the tests
need is described here; unknown fields of an answer are passed over by protobuf.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

PACKAGE = "runtime.v1"

# message: "field number type", where a type may be "repeated X" or "map" (of strings), or another message's name
MESSAGES = {
    "Int64Value": "value 1 int64",
    "KeyValue": "key 1 string, value 2 string",
    "ImageSpec": "image 1 string",
    "Capability": "add_capabilities 1 repeated string, drop_capabilities 2 repeated string",
    "SecurityProfile": "profile_type 1 int32, localhost_ref 2 string",
    "NamespaceOption": "network 1 int32, pid 2 int32, ipc 3 int32, target_id 4 string",
    "LinuxSandboxSecurityContext": "namespace_options 1 NamespaceOption, run_as_user 3 Int64Value,"
                                   "readonly_rootfs 4 bool, privileged 6 bool, seccomp 9 SecurityProfile",
    "LinuxPodSandboxConfig": "cgroup_parent 1 string, security_context 2 LinuxSandboxSecurityContext, sysctls 3 map",
    "PodSandboxMetadata": "name 1 string, uid 2 string, namespace 3 string, attempt 4 uint32",
    "PodSandboxConfig": "metadata 1 PodSandboxMetadata, hostname 2 string, log_directory 3 string, labels 6 map,"
                        "annotations 7 map, linux 8 LinuxPodSandboxConfig",
    "RunPodSandboxRequest": "config 1 PodSandboxConfig, runtime_handler 2 string",
    "RunPodSandboxResponse": "pod_sandbox_id 1 string",
    "StopPodSandboxRequest": "pod_sandbox_id 1 string",
    "StopPodSandboxResponse": "",
    "RemovePodSandboxRequest": "pod_sandbox_id 1 string",
    "RemovePodSandboxResponse": "",
    "PodSandboxStatusRequest": "pod_sandbox_id 1 string",
    "PodSandboxNetworkStatus": "ip 1 string",
    "PodSandboxStatus": "id 1 string, state 3 int32, network 5 PodSandboxNetworkStatus, runtime_handler 9 string",
    "PodSandboxStatusResponse": "status 1 PodSandboxStatus",
    "ListPodSandboxRequest": "",
    "PodSandbox": "id 1 string, state 3 int32, runtime_handler 7 string",
    "ListPodSandboxResponse": "items 1 repeated PodSandbox",
    "LinuxContainerResources": "cpu_period 1 int64, cpu_quota 2 int64, cpu_shares 3 int64,"
                               "memory_limit_in_bytes 4 int64, unified 9 map",
    "LinuxContainerSecurityContext": "capabilities 1 Capability, privileged 2 bool,"
                                     "namespace_options 3 NamespaceOption,"
                                     "run_as_user 5 Int64Value, run_as_group 12 Int64Value, readonly_rootfs 7 bool,"
                                     "no_new_privs 11 bool,"
                                     "masked_paths 13 repeated string, readonly_paths 14 repeated string,"
                                     "seccomp 15 SecurityProfile",
    "LinuxContainerConfig": "resources 1 LinuxContainerResources, security_context 2 LinuxContainerSecurityContext",
    "Mount": "container_path 1 string, host_path 2 string, readonly 3 bool, propagation 5 int32",
    "ContainerMetadata": "name 1 string, attempt 2 uint32",
    "ContainerConfig": "metadata 1 ContainerMetadata, image 2 ImageSpec, command 3 repeated string,"
                       "args 4 repeated string, working_dir 5 string, envs 6 repeated KeyValue,"
                       "mounts 7 repeated Mount, labels 9 map, annotations 10 map, log_path 11 string,"
                       "tty 14 bool, linux 15 LinuxContainerConfig",
    "CreateContainerRequest": "pod_sandbox_id 1 string, config 2 ContainerConfig, sandbox_config 3 PodSandboxConfig",
    "CreateContainerResponse": "container_id 1 string",
    "StartContainerRequest": "container_id 1 string",
    "StartContainerResponse": "",
    "StopContainerRequest": "container_id 1 string, timeout 2 int64",
    "StopContainerResponse": "",
    "RemoveContainerRequest": "container_id 1 string",
    "RemoveContainerResponse": "",
    "ContainerStatusRequest": "container_id 1 string",
    "ContainerStatus": "id 1 string, state 3 int32, exit_code 7 int32, reason 10 string, message 11 string",
    "ContainerStatusResponse": "status 1 ContainerStatus",
    "UpdateContainerResourcesRequest": "container_id 1 string, linux 2 LinuxContainerResources",
    "UpdateContainerResourcesResponse": "",
    "ExecSyncRequest": "container_id 1 string, cmd 2 repeated string, timeout 3 int64",
    "ExecSyncResponse": "stdout 1 bytes, stderr 2 bytes, exit_code 3 int32",
    "VersionRequest": "version 1 string",
    "VersionResponse": "version 1 string, runtime_name 2 string, runtime_version 3 string,"
                       "runtime_api_version 4 string",
    "StatusRequest": "verbose 1 bool",
    "RuntimeCondition": "type 1 string, status 2 bool, reason 3 string, message 4 string",
    "RuntimeStatus": "conditions 1 repeated RuntimeCondition",
    "StatusResponse": "status 1 RuntimeStatus",
}

FIELD = descriptor_pb2.FieldDescriptorProto
SCALARS = {"int32": FIELD.TYPE_INT32, "int64": FIELD.TYPE_INT64, "uint32": FIELD.TYPE_UINT32,
           "bool": FIELD.TYPE_BOOL, "string": FIELD.TYPE_STRING, "bytes": FIELD.TYPE_BYTES}


def set_type(field, kind):
    if kind in SCALARS:  # an enum is an int32 on the wire
        field.type = SCALARS[kind]
    else:
        field.type, field.type_name = FIELD.TYPE_MESSAGE, "." + PACKAGE + "." + kind


def add_map_entry(message, field):
    """A map is a repeated nested message with key and value."""
    name = "".join(word.capitalize() for word in field.name.split("_")) + "Entry"
    entry = message.nested_type.add(name=name)
    entry.options.map_entry = True
    for number, part in enumerate(("key", "value"), 1):
        entry.field.add(name=part, number=number, label=FIELD.LABEL_OPTIONAL, type=FIELD.TYPE_STRING)
    field.label, field.type = FIELD.LABEL_REPEATED, FIELD.TYPE_MESSAGE
    field.type_name = "." + PACKAGE + "." + message.name + "." + name


def describe():
    file = descriptor_pb2.FileDescriptorProto(name="cri.proto", package=PACKAGE, syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for text in filter(None, (part.strip() for part in fields.split(","))):
            field_name, number, kind = text.split(" ", 2)
            field = message.field.add(name=field_name, number=int(number), label=FIELD.LABEL_OPTIONAL)
            if kind == "map":
                add_map_entry(message, field)
                continue
            if kind.startswith("repeated "):
                field.label, kind = FIELD.LABEL_REPEATED, kind[len("repeated "):]
            set_type(field, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def message_class(pool, name):
    descriptor = pool.FindMessageTypeByName(PACKAGE + "." + name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def plain(answer):
    """The answer as JSON; what a container printed as text, not as base64."""
    value = json_format.MessageToDict(answer, preserving_proto_field_name=True)
    for key in ("stdout", "stderr"):
        if key in value:
            value[key] = getattr(answer, key).decode("utf-8", "replace")
    return value


def show(value, *fields):
    if fields == ("exec",):
        print(value.get("stdout", "") + value.get("stderr", ""), end="")
        sys.exit(value.get("exit_code", 0))
    for field in fields:
        value = value.get(field, "") if value != "" else ""
    print(value if fields else json.dumps(value))


def main(socket, method, request="{}", *fields):
    pool = describe()
    question = json_format.Parse(request, message_class(pool, method + "Request")(), descriptor_pool=pool)
    with grpc.insecure_channel("unix://" + socket) as channel:
        call = channel.unary_unary("/%s.RuntimeService/%s" % (PACKAGE, method),
                                   request_serializer=lambda message: message.SerializeToString(),
                                   response_deserializer=message_class(pool, method + "Response").FromString)
        try:
            answer = call(question, timeout=60)
        except grpc.RpcError as error:
            sys.exit("%s: %s: %s" % (method, error.code().name, error.details()))
    show(plain(answer), *fields)


if __name__ == "__main__":
    main(*sys.argv[1:])
