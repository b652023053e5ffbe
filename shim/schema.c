/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table for each kind of object, inner objects first. The rows stand in the
 * order in which Go writes the members, because that is how most documents come.
 *
 * No two names of a table may be the same to Go, which does not tell "ID" from
 * "id"; the unit test holds this.
 */
#include "schema.h"

#include <stddef.h>

/* config.md */

static const struct schema_field console_size[] = {
	{ "height", SCHEMA_UINT64, NULL },
	{ "width", SCHEMA_UINT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field user[] = {
	{ "uid", SCHEMA_UINT32, NULL },      { "gid", SCHEMA_UINT32, NULL },
	{ "umask", SCHEMA_UINT32, NULL },    { "additionalGids", SCHEMA_UINT32S, NULL },
	{ "username", SCHEMA_STRING, NULL }, { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field capabilities[] = {
	{ "bounding", SCHEMA_STRINGS, NULL },    { "effective", SCHEMA_STRINGS, NULL },
	{ "inheritable", SCHEMA_STRINGS, NULL }, { "permitted", SCHEMA_STRINGS, NULL },
	{ "ambient", SCHEMA_STRINGS, NULL },     { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field rlimit[] = {
	{ "type", SCHEMA_STRING, NULL },
	{ "hard", SCHEMA_UINT64, NULL },
	{ "soft", SCHEMA_UINT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field scheduler[] = {
	{ "policy", SCHEMA_STRING, NULL }, { "nice", SCHEMA_INT32, NULL },     { "priority", SCHEMA_INT32, NULL },
	{ "flags", SCHEMA_STRINGS, NULL }, { "runtime", SCHEMA_UINT64, NULL }, { "deadline", SCHEMA_UINT64, NULL },
	{ "period", SCHEMA_UINT64, NULL }, { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field io_priority[] = {
	{ "class", SCHEMA_STRING, NULL },
	{ "priority", SCHEMA_INT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field exec_cpu_affinity[] = {
	{ "initial", SCHEMA_STRING, NULL },
	{ "final", SCHEMA_STRING, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

const struct schema_field schema_process[] = {
	{ "terminal", SCHEMA_BOOL, NULL },
	{ "consoleSize", SCHEMA_OBJECT, console_size },
	{ "user", SCHEMA_OBJECT, user },
	{ "args", SCHEMA_STRINGS, NULL },
	{ "commandLine", SCHEMA_STRING, NULL },
	{ "env", SCHEMA_STRINGS, NULL },
	{ "cwd", SCHEMA_STRING, NULL },
	{ "capabilities", SCHEMA_OBJECT, capabilities },
	{ "rlimits", SCHEMA_OBJECTS, rlimit },
	{ "noNewPrivileges", SCHEMA_BOOL, NULL },
	{ "apparmorProfile", SCHEMA_STRING, NULL },
	{ "oomScoreAdj", SCHEMA_INT64, NULL },
	{ "scheduler", SCHEMA_OBJECT, scheduler },
	{ "selinuxLabel", SCHEMA_STRING, NULL },
	{ "ioPriority", SCHEMA_OBJECT, io_priority },
	{ "execCPUAffinity", SCHEMA_OBJECT, exec_cpu_affinity },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field root[] = {
	{ "path", SCHEMA_STRING, NULL },
	{ "readonly", SCHEMA_BOOL, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field id_mapping[] = {
	{ "containerID", SCHEMA_UINT32, NULL },
	{ "hostID", SCHEMA_UINT32, NULL },
	{ "size", SCHEMA_UINT32, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field mount[] = {
	{ "destination", SCHEMA_STRING, NULL },
	{ "type", SCHEMA_STRING, NULL },
	{ "source", SCHEMA_STRING, NULL },
	{ "options", SCHEMA_STRINGS, NULL },
	{ "uidMappings", SCHEMA_OBJECTS, id_mapping },
	{ "gidMappings", SCHEMA_OBJECTS, id_mapping },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field hook[] = {
	{ "path", SCHEMA_STRING, NULL },   { "args", SCHEMA_STRINGS, NULL }, { "env", SCHEMA_STRINGS, NULL },
	{ "timeout", SCHEMA_INT64, NULL }, { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field hooks[] = {
	{ "prestart", SCHEMA_OBJECTS, hook },
	{ "createRuntime", SCHEMA_OBJECTS, hook },
	{ "createContainer", SCHEMA_OBJECTS, hook },
	{ "startContainer", SCHEMA_OBJECTS, hook },
	{ "poststart", SCHEMA_OBJECTS, hook },
	{ "poststop", SCHEMA_OBJECTS, hook },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

/* config-linux.md, "Control groups" */

static const struct schema_field device_rule[] = {
	{ "allow", SCHEMA_BOOL, NULL },  { "type", SCHEMA_STRING, NULL },   { "major", SCHEMA_INT64, NULL },
	{ "minor", SCHEMA_INT64, NULL }, { "access", SCHEMA_STRING, NULL }, { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field memory[] = {
	{ "limit", SCHEMA_INT64, NULL },
	{ "reservation", SCHEMA_INT64, NULL },
	{ "swap", SCHEMA_INT64, NULL },
	{ "kernel", SCHEMA_INT64, NULL },
	{ "kernelTCP", SCHEMA_INT64, NULL },
	{ "swappiness", SCHEMA_UINT64, NULL },
	{ "disableOOMKiller", SCHEMA_BOOL, NULL },
	{ "useHierarchy", SCHEMA_BOOL, NULL },
	{ "checkBeforeUpdate", SCHEMA_BOOL, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field cpu[] = {
	{ "shares", SCHEMA_UINT64, NULL },
	{ "quota", SCHEMA_INT64, NULL },
	{ "burst", SCHEMA_UINT64, NULL },
	{ "period", SCHEMA_UINT64, NULL },
	{ "realtimeRuntime", SCHEMA_INT64, NULL },
	{ "realtimePeriod", SCHEMA_UINT64, NULL },
	{ "cpus", SCHEMA_STRING, NULL },
	{ "mems", SCHEMA_STRING, NULL },
	{ "idle", SCHEMA_INT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field pids[] = {
	{ "limit", SCHEMA_INT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field weight_device[] = {
	{ "major", SCHEMA_INT64, NULL },       { "minor", SCHEMA_INT64, NULL }, { "weight", SCHEMA_UINT16, NULL },
	{ "leafWeight", SCHEMA_UINT16, NULL }, { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field throttle_device[] = {
	{ "major", SCHEMA_INT64, NULL },
	{ "minor", SCHEMA_INT64, NULL },
	{ "rate", SCHEMA_UINT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field block_io[] = {
	{ "weight", SCHEMA_UINT16, NULL },
	{ "leafWeight", SCHEMA_UINT16, NULL },
	{ "weightDevice", SCHEMA_OBJECTS, weight_device },
	{ "throttleReadBpsDevice", SCHEMA_OBJECTS, throttle_device },
	{ "throttleWriteBpsDevice", SCHEMA_OBJECTS, throttle_device },
	{ "throttleReadIOPSDevice", SCHEMA_OBJECTS, throttle_device },
	{ "throttleWriteIOPSDevice", SCHEMA_OBJECTS, throttle_device },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field hugepage_limit[] = {
	{ "pageSize", SCHEMA_STRING, NULL },
	{ "limit", SCHEMA_UINT64, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field interface_priority[] = {
	{ "name", SCHEMA_STRING, NULL },
	{ "priority", SCHEMA_UINT32, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field network[] = {
	{ "classID", SCHEMA_UINT32, NULL },
	{ "priorities", SCHEMA_OBJECTS, interface_priority },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field rdma[] = {
	{ "hcaHandles", SCHEMA_UINT32, NULL },
	{ "hcaObjects", SCHEMA_UINT32, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

const struct schema_field schema_resources[] = {
	{ "devices", SCHEMA_OBJECTS, device_rule },
	{ "memory", SCHEMA_OBJECT, memory },
	{ "cpu", SCHEMA_OBJECT, cpu },
	{ "pids", SCHEMA_OBJECT, pids },
	{ "blockIO", SCHEMA_OBJECT, block_io },
	{ "hugepageLimits", SCHEMA_OBJECTS, hugepage_limit },
	{ "network", SCHEMA_OBJECT, network },
	{ "rdma", SCHEMA_MAP_OF_OBJECTS, rdma },
	{ "unified", SCHEMA_MAP_OF_STRINGS, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

/* config-linux.md, the rest */

static const struct schema_field linux_namespace[] = {
	{ "type", SCHEMA_STRING, NULL },
	{ "path", SCHEMA_STRING, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field device[] = {
	{ "path", SCHEMA_STRING, NULL }, { "type", SCHEMA_STRING, NULL },     { "major", SCHEMA_INT64, NULL },
	{ "minor", SCHEMA_INT64, NULL }, { "fileMode", SCHEMA_UINT32, NULL }, { "uid", SCHEMA_UINT32, NULL },
	{ "gid", SCHEMA_UINT32, NULL },  { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field net_device[] = {
	{ "name", SCHEMA_STRING, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field seccomp_argument[] = {
	{ "index", SCHEMA_UINT64, NULL }, { "value", SCHEMA_UINT64, NULL }, { "valueTwo", SCHEMA_UINT64, NULL },
	{ "op", SCHEMA_STRING, NULL },    { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field seccomp_rule[] = {
	{ "names", SCHEMA_STRINGS, NULL },   { "action", SCHEMA_STRING, NULL },
	{ "errnoRet", SCHEMA_UINT64, NULL }, { "args", SCHEMA_OBJECTS, seccomp_argument },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field seccomp[] = {
	{ "defaultAction", SCHEMA_STRING, NULL },     { "defaultErrnoRet", SCHEMA_UINT64, NULL },
	{ "architectures", SCHEMA_STRINGS, NULL },    { "flags", SCHEMA_STRINGS, NULL },
	{ "listenerPath", SCHEMA_STRING, NULL },      { "listenerMetadata", SCHEMA_STRING, NULL },
	{ "syscalls", SCHEMA_OBJECTS, seccomp_rule }, { NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field intel_rdt[] = {
	{ "closID", SCHEMA_STRING, NULL },
	{ "schemata", SCHEMA_STRINGS, NULL },
	{ "l3CacheSchema", SCHEMA_STRING, NULL },
	{ "memBwSchema", SCHEMA_STRING, NULL },
	{ "enableMonitoring", SCHEMA_BOOL, NULL },
	/* until 1.2, and read by the runtimes of that time */
	{ "enableCMT", SCHEMA_BOOL, NULL },
	{ "enableMBM", SCHEMA_BOOL, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field memory_policy[] = {
	{ "mode", SCHEMA_STRING, NULL },
	{ "nodes", SCHEMA_STRING, NULL },
	{ "flags", SCHEMA_STRINGS, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field personality[] = {
	{ "domain", SCHEMA_STRING, NULL },
	{ "flags", SCHEMA_STRINGS, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field time_offset[] = {
	{ "secs", SCHEMA_INT64, NULL },
	{ "nanosecs", SCHEMA_UINT32, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

static const struct schema_field linux_part[] = {
	{ "uidMappings", SCHEMA_OBJECTS, id_mapping },
	{ "gidMappings", SCHEMA_OBJECTS, id_mapping },
	{ "sysctl", SCHEMA_MAP_OF_STRINGS, NULL },
	{ "resources", SCHEMA_OBJECT, schema_resources },
	{ "cgroupsPath", SCHEMA_STRING, NULL },
	{ "namespaces", SCHEMA_OBJECTS, linux_namespace },
	{ "devices", SCHEMA_OBJECTS, device },
	{ "netDevices", SCHEMA_MAP_OF_OBJECTS, net_device },
	{ "seccomp", SCHEMA_OBJECT, seccomp },
	{ "rootfsPropagation", SCHEMA_STRING, NULL },
	{ "maskedPaths", SCHEMA_STRINGS, NULL },
	{ "readonlyPaths", SCHEMA_STRINGS, NULL },
	{ "mountLabel", SCHEMA_STRING, NULL },
	{ "intelRdt", SCHEMA_OBJECT, intel_rdt },
	{ "memoryPolicy", SCHEMA_OBJECT, memory_policy },
	{ "personality", SCHEMA_OBJECT, personality },
	{ "timeOffsets", SCHEMA_MAP_OF_OBJECTS, time_offset },
	{ NULL, SCHEMA_OPAQUE, NULL },
};

const struct schema_field schema_config[] = {
	{ "ociVersion", SCHEMA_STRING, NULL },  { "process", SCHEMA_OBJECT, schema_process },
	{ "root", SCHEMA_OBJECT, root },        { "hostname", SCHEMA_STRING, NULL },
	{ "domainname", SCHEMA_STRING, NULL },  { "mounts", SCHEMA_OBJECTS, mount },
	{ "hooks", SCHEMA_OBJECT, hooks },      { "annotations", SCHEMA_MAP_OF_STRINGS, NULL },
	{ "linux", SCHEMA_OBJECT, linux_part }, { "solaris", SCHEMA_OPAQUE, NULL },
	{ "windows", SCHEMA_OPAQUE, NULL },     { "vm", SCHEMA_OPAQUE, NULL },
	{ "zos", SCHEMA_OPAQUE, NULL },         { "freebsd", SCHEMA_OPAQUE, NULL },
	{ NULL, SCHEMA_OPAQUE, NULL },
};
