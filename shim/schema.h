/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of config.json, and what each of them is.
 *
 * Spec: runtime-spec 1.3.0+dev, config.md and config-linux.md. Where the
 * specification says only "number", the type is the one of its Go structures
 * (specs-go/config.go), because those decide what runc takes. What belongs to
 * other systems (windows, vm, ...) is known by name alone.
 */
#ifndef OCIGATE_SCHEMA_H
#define OCIGATE_SCHEMA_H

enum {
	SCHEMA_MAX_DEPTH = 16, /* more than any of the tables nests */
};

enum schema_kind {
	SCHEMA_OPAQUE = 0, /* an object that is not looked into */
	SCHEMA_STRING,
	SCHEMA_BOOL,
	SCHEMA_INT32,
	SCHEMA_INT64,
	SCHEMA_UINT16,
	SCHEMA_UINT32,
	SCHEMA_UINT64,
	SCHEMA_OBJECT,
	SCHEMA_STRINGS, /* an array */
	SCHEMA_UINT32S,
	SCHEMA_OBJECTS,
	SCHEMA_MAP_OF_STRINGS, /* an object in which any name may stand */
	SCHEMA_MAP_OF_OBJECTS,
};

/* An object's table: a row for each member it may have, and a last one without a name. */
struct schema_field {
	const char *name;
	enum schema_kind kind;
	const struct schema_field *fields; /* of the object, or of each object in the array or map */
};

extern const struct schema_field schema_config[];    /* config.json */
extern const struct schema_field schema_process[];   /* config.md, "Process" */
extern const struct schema_field schema_resources[]; /* config-linux.md, "Control groups" */

#endif
