/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule, one row each, in the order in which they are applied. Order matters
 * where a rule builds on what another left:
 *
 *	capabilities.allowed before user.non-root: a forced user is given, as
 *	ambient capabilities, what is left.
 *	user.non-root before user.groups: the groups of root are not looked at.
 *	exec.bounded after all other rules of a process: it has the last word.
 *	rootfs.read-only last of all: it adds mounts, and the evidence about mounts
 *	is kept by their index.
 *
 * CIS numbers are those of the CIS Docker Benchmark as docker-bench-security has
 * them, NIST those of SP 800-190.
 */
#include "all.h"

enum { PROCESS = SCOPE_CONTAINER | SCOPE_EXEC };

const struct rule rules[] = {
	{
		.id = "annotations.runtime",
		.title = "No annotation changes what the runtime does",
		.standards = { NULL, NULL, "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "deny", PARAM_STRINGS }, { "except", PARAM_STRINGS } },
		.judge = rule_annotations_runtime,
	},
	{
		.id = "process.cwd",
		.title = "The working directory lies in the container",
		.standards = { NULL, NULL, "4.4.1", "T1611" },
		.scopes = PROCESS,
		.judge = rule_process_cwd,
	},
	{
		.id = "process.entrypoint",
		.title = "The program lies in the container",
		.standards = { NULL, NULL, "4.4.1", "T1611" },
		.scopes = PROCESS,
		.judge = rule_process_entrypoint,
	},
	{
		.id = "exec.command",
		.title = "Only known commands are started in a running container",
		.standards = { NULL, "5.23", "4.4.4", "T1609" },
		.scopes = SCOPE_EXEC,
		.params = { { "allow", PARAM_STRINGS }, { "deny", PARAM_STRINGS } },
		.judge = rule_exec_command,
	},
	{
		.id = "user.valid",
		.title = "User and groups are numbers that every runtime reads the same way",
		.standards = { "restricted: Running as Non-root user", "4.1", "4.1.2", "T1548" },
		.scopes = PROCESS,
		.judge = rule_user_valid,
	},
	{
		.id = "capabilities.allowed",
		.title = "No capabilities but the allowed ones",
		.standards = { "baseline: Capabilities; restricted: Capabilities", "5.4, 5.5, 5.23", "4.4.3", "T1611" },
		.scopes = PROCESS,
		.params = { { "allow", PARAM_CAPABILITIES } },
		.judge = rule_capabilities_allowed,
	},
	{
		.id = "user.non-root",
		.title = "The process does not run as root",
		.standards = { "restricted: Running as Non-root", "4.1, 5.24", "4.1.2", "T1611" },
		.scopes = PROCESS,
		.params = { { "uid", PARAM_ID }, { "gid", PARAM_ID } },
		.judge = rule_user_non_root,
	},
	{
		.id = "user.groups",
		.title = "No groups of the system",
		.standards = { NULL, NULL, "4.4.3", "T1611" },
		.scopes = PROCESS,
		.params = { { "minGid", PARAM_ID }, { "gid", PARAM_ID } },
		.judge = rule_user_groups,
	},
	{
		.id = "user.umask",
		.title = "New files are not writable for others",
		.standards = { NULL, NULL, "4.4.3", "T1222" },
		.scopes = PROCESS,
		.judge = rule_user_umask,
	},
	{
		.id = "user.mappings",
		.title = "No user of the container is the host's root",
		.standards = { NULL, "5.31", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_user_mappings,
	},
	{
		.id = "process.no-new-privileges",
		.title = "No program gains privileges when it is started",
		.standards = { "restricted: Privilege Escalation", "5.26", "4.4.3", "T1548.001" },
		.scopes = PROCESS,
		.judge = rule_process_no_new_privileges,
	},
	{
		.id = "process.labels",
		.title = "AppArmor and SELinux confine the process",
		.standards = { "baseline: AppArmor, SELinux", "5.2, 5.3", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "selinuxTypes", PARAM_STRINGS } },
		.judge = rule_process_labels,
	},
	{
		.id = "process.priority",
		.title = "The process does not starve the host",
		.standards = { NULL, "5.12", "4.4.3", "T1499" },
		.scopes = PROCESS,
		.judge = rule_process_priority,
	},
	{
		.id = "exec.bounded",
		.title = "A process put into a running container gets no more than the container's own",
		.standards = { NULL, "5.23", "4.4.3", "T1609" },
		.scopes = SCOPE_EXEC,
		.judge = rule_exec_bounded,
	},
	{
		.id = "seccomp.filter",
		.title = "System calls are filtered, for the native architecture alone",
		.standards = { "baseline: Seccomp; restricted: Seccomp", "5.22", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "base", PARAM_STRING }, { "architectures", PARAM_STRING } },
		.judge = rule_seccomp_filter,
	},
	{
		.id = "namespaces.host",
		.title = "The container shares no namespace with the host",
		.standards = { "baseline: Host Namespaces", "5.10, 5.16, 5.17, 5.21", "4.4.2", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "allow", PARAM_STRINGS } },
		.judge = rule_namespaces_host,
	},
	{
		.id = "rootfs.path",
		.title = "The root filesystem is a directory of its own",
		.standards = { "baseline: HostPath Volumes", "5.6", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_rootfs_path,
	},
	{
		.id = "rootfs.propagation",
		.title = "Mounts in the container do not reach the host",
		.standards = { NULL, "5.20", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_rootfs_propagation,
	},
	{
		.id = "mounts.type",
		.title = "Only known filesystem types are mounted",
		.standards = { "restricted: Volume Types", "5.6", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "allow", PARAM_STRINGS } },
		.judge = rule_mounts_type,
	},
	{
		.id = "mounts.destination",
		.title = "Nothing is mounted over /proc, /sys and device nodes",
		.standards = { "baseline: /proc Mount Type", "5.6", "4.4.1", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_mounts_destination,
	},
	{
		.id = "mounts.options",
		.title = "Mount options mean the same to every runtime",
		.standards = { NULL, "5.6", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_mounts_options,
	},
	{
		.id = "mounts.sensitive",
		.title = "No sensitive part of the host is mounted",
		.standards = { "baseline: HostPath Volumes", "5.6, 5.32", "3.5.5", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "paths", PARAM_PATHS },
			    { "except", PARAM_PATHS },
			    { "exceptReadOnly", PARAM_PATHS },
			    { "oneEntryOf", PARAM_PATHS } },
		.judge = rule_mounts_sensitive,
	},
	{
		.id = "mounts.propagation",
		.title = "Mounts made in a volume do not reach the host",
		.standards = { NULL, "5.20", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_mounts_propagation,
	},
	{
		.id = "mounts.cgroup-read-only",
		.title = "Control groups and /sys are read-only",
		.standards = { "baseline: Privileged Containers", "5.5, 5.25", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_mounts_cgroup_read_only,
	},
	{
		.id = "mounts.live",
		.title = "Nothing is mounted into a running container",
		.standards = { "baseline: HostPath Volumes", "5.6", "3.5.5", "T1611" },
		.scopes = SCOPE_LIVE,
		.judge = rule_mounts_live,
	},
	{
		.id = "devices.allowed",
		.title = "No devices of the host but the allowed ones",
		.standards = { "baseline: Privileged Containers", "5.5, 5.18", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "allow", PARAM_DEVICES } },
		.judge = rule_devices_allowed,
	},
	{
		.id = "devices.cgroup",
		.title = "The device control group refuses what is not allowed",
		.standards = { "baseline: Privileged Containers", "5.5, 5.18", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER | SCOPE_UPDATE,
		.params = { { "allow", PARAM_DEVICES } },
		.judge = rule_devices_cgroup,
	},
	{
		.id = "paths.masked",
		.title = "Files that speak of the host are hidden",
		.standards = { "baseline: /proc Mount Type", "5.5", "4.4.3", "T1082" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "paths", PARAM_PATHS } },
		.judge = rule_paths_masked,
	},
	{
		.id = "paths.read-only",
		.title = "Files that change the host are read-only",
		.standards = { "baseline: /proc Mount Type", "5.5", "4.4.3", "T1611" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "paths", PARAM_PATHS } },
		.judge = rule_paths_read_only,
	},
	{
		.id = "cgroups.path",
		.title = "The container has a control group of its own",
		.standards = { NULL, "5.25", "4.4.3", "T1499.001" },
		.scopes = SCOPE_CONTAINER,
		.judge = rule_cgroups_path,
	},
	{
		.id = "resources.pids",
		.title = "The number of processes is limited",
		.standards = { NULL, "5.29", "4.4.3", "T1499.001" },
		.scopes = SCOPE_CONTAINER | SCOPE_UPDATE,
		.params = { { "max", PARAM_U64 } },
		.judge = rule_resources_pids,
	},
	{
		.id = "resources.memory",
		.title = "Memory is limited",
		.standards = { NULL, "5.11", "4.4.3", "T1499.001" },
		.scopes = SCOPE_CONTAINER | SCOPE_UPDATE,
		.params = { { "maxBytes", PARAM_U64 } },
		.judge = rule_resources_memory,
	},
	{
		.id = "rootfs.read-only",
		.title = "The root filesystem is read-only",
		.standards = { NULL, "5.13", "4.4.4", "T1525" },
		.scopes = SCOPE_CONTAINER,
		.params = { { "writable", PARAM_PATHS }, { "sizeBytes", PARAM_U64 } },
		.judge = rule_rootfs_read_only,
	},
	{ .id = NULL },
};
