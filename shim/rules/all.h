/* SPDX-License-Identifier: Apache-2.0 */
/* The functions behind the rows of table.c, one for each, in files named after their concern. */
#ifndef OCIGATE_RULES_ALL_H
#define OCIGATE_RULES_ALL_H

#include "rule.h"

/* annotations.c */
void rule_annotations_runtime(struct judging *j);

/* process.c */
void rule_process_cwd(struct judging *j);
void rule_process_entrypoint(struct judging *j);
void rule_process_no_new_privileges(struct judging *j);
void rule_process_labels(struct judging *j);
void rule_process_priority(struct judging *j);

/* exec.c */
void rule_exec_command(struct judging *j);
void rule_exec_bounded(struct judging *j);

/* capabilities.c */
void rule_capabilities_allowed(struct judging *j);

/* user.c */
void rule_user_valid(struct judging *j);
void rule_user_non_root(struct judging *j);
void rule_user_groups(struct judging *j);
void rule_user_umask(struct judging *j);
void rule_user_mappings(struct judging *j);

/* seccomp.c */
void rule_seccomp_filter(struct judging *j);

/* namespaces.c */
void rule_namespaces_host(struct judging *j);

/* rootfs.c */
void rule_rootfs_path(struct judging *j);
void rule_rootfs_propagation(struct judging *j);
void rule_rootfs_read_only(struct judging *j);

/* mounts.c */
void rule_mounts_type(struct judging *j);
void rule_mounts_destination(struct judging *j);
void rule_mounts_options(struct judging *j);
void rule_mounts_sensitive(struct judging *j);
void rule_mounts_propagation(struct judging *j);
void rule_mounts_cgroup_read_only(struct judging *j);
void rule_mounts_live(struct judging *j);

/* devices.c */
void rule_devices_allowed(struct judging *j);
void rule_devices_cgroup(struct judging *j);

/* paths.c */
void rule_paths_masked(struct judging *j);
void rule_paths_read_only(struct judging *j);

/* resources.c */
void rule_cgroups_path(struct judging *j);
void rule_resources_pids(struct judging *j);
void rule_resources_memory(struct judging *j);

#endif
