#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: tests/lint/schemas.py [table]

Holds together what says the same: the rule table and the policy's keys in the sources,
the JSON Schemas in profiles/, the manual pages, the examples in README.md and the
manuals, and README.md's table of the built-in profiles. Prints each difference; exit
status 1 when there is one. "table" prints README.md's table as it has to be.
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema

TOP = pathlib.Path(__file__).resolve().parents[2]
PROFILES = ("privileged", "baseline", "restricted")

# enum param_kind: its name in profile.schema.json's $defs, and the word of the manual
KINDS = {
    "PARAM_STRINGS": ("strings", "strings"),
    "PARAM_CAPABILITIES": ("capabilities", "capabilities"),
    "PARAM_PATHS": ("paths", "paths"),
    "PARAM_ID": ("id", "id"),
    "PARAM_U64": ("u64", "number"),
    "PARAM_BOOL": ("bool", "boolean"),
    "PARAM_STRING": (None, "string"),
    "PARAM_DEVICES": ("devices", "devices"),
}

# function of policy.c that reads an object: where policy.schema.json has it
OBJECTS = {
    "when_read": ("$defs", "when"),
    "selection_read": ("$defs", "selection"),
    "waiver_read": ("$defs", "waiver"),
    "root_read": ("$defs", "engine_root"),
    "decisions_read": ("properties", "decisions"),
    "policy_read": (),
}

differences = []


def differs(text):
    differences.append(text)


def same(what, here, there):
    for name in sorted(set(here) - set(there)):
        differs(f"{what}: {name} is missing")
    for name in sorted(set(there) - set(here)):
        differs(f"{what}: {name} is nowhere in the sources")


def text_of(path):
    return (TOP / path).read_text(encoding="utf-8")


def without_comments(text):
    """JSON with // and /* */ as the program takes it; strings stay."""
    return re.sub(
        r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/',
        lambda found: found.group() if found.group()[0] == '"' else " ",
        text,
        flags=re.DOTALL,
    )


def once(pairs):
    """Two members of one name are one too many, as for the program."""
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a name twice among {names}")
    return dict(pairs)


def jsonc(text):
    return json.loads(without_comments(text), object_pairs_hook=once)


def rules_of_table():
    """[(id, title, [(parameter, kind)])] in the order of shim/rules/table.c"""
    rows = []
    for row in re.split(r"\n\t\{\n", text_of("shim/rules/table.c"))[1:]:
        rule = re.search(r'\.id = "([^"]+)"', row)
        title = re.search(r'\.title = "([^"]+)"', row)
        if rule and title:
            params = re.findall(r'\{ "(\w+)", (PARAM_\w+) \}', row)
            rows.append((rule.group(1), title.group(1), params))
    return rows


def params_of_rules():
    """{parameter: file} that the rules' functions ask for"""
    asked = {}
    for path in sorted((TOP / "shim/rules").glob("*.c")):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'(?:rule_strings|rule_u64|id_param|is_excepted)\(j, "(\w+)"', text):
            asked[name] = path.name
    return asked


def rules_of_manual():
    """{id: {parameter: word of its kind}}: ".It Sy RULE", and below it ".It Cm PARAMETER Pq KIND\""""
    rules = {}
    for line in text_of("man/ocigate-profile.5").splitlines():
        rule = re.fullmatch(r"\.It Sy ([a-z]+\.[a-z-]+)", line)
        param = re.fullmatch(r"\.It Cm (\w+) Pq ([a-z]+)", line)
        if rule:
            params = rules.setdefault(rule.group(1), {})
        elif param:
            params[param.group(1)] = param.group(2)
    return rules


def keys_of_policy():
    """{function: {key: wanted}} out of shim/policy.c's tables"""
    objects = {}
    for part in re.split(r"\n(?=static bool |bool )", text_of("shim/policy.c")):
        name = re.match(r"(?:static )?bool (\w+)\(", part)
        table = re.search(r"struct key keys\[\] = \{(.*?)\n\t\};", part, re.DOTALL)
        if name and table:
            rows = re.findall(r'\{ "(\w+)",\s*JSON_\w+,\s*(true|false) \}', table.group(1))
            objects[name.group(1)] = {key: wanted == "true" for key, wanted in rows}
    return objects


def validator(path):
    schema = json.loads(text_of(path))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def expect(schema, what, value, good=True):
    errors = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(value)]
    if good and errors:
        differs(f"{what}: {errors[0]}")
    if not good and not errors:
        differs(f"{what}: is taken, and should not be")


def check_rules(profile, policy):
    table = rules_of_table()
    manual = rules_of_manual()
    rules = profile.schema["properties"]["rules"]["properties"]

    known = {name for row in table for name, _ in row[2]}
    for name, file in params_of_rules().items():
        if name not in known:
            differs(f"shim/rules/table.c: {name} is missing, which shim/rules/{file} asks for")
    if len(table) < 10:
        differs("shim/rules/table.c: its rows cannot be read any more")
    same("profiles/profile.schema.json", [row[0] for row in table], rules)
    same("man/ocigate-profile.5", [row[0] for row in table], manual)
    if [row[0] for row in table] != policy.schema["$defs"]["rule"]["enum"]:
        differs("profiles/policy.schema.json: $defs/rule is not the list of rules in their order")
    for rule, title, params in table:
        properties = rules.get(rule, {}).get("properties", {})
        words = manual.get(rule, {})

        same(f"profiles/profile.schema.json: {rule}", ["action"] + [name for name, _ in params], properties)
        same(f"man/ocigate-profile.5: {rule}", [name for name, _ in params], words)
        if rules.get(rule, {}).get("description") != title:
            differs(f'profiles/profile.schema.json: {rule}: the description should be "{title}"')
        for name, kind in params:
            definition, word = KINDS[kind]
            if definition and properties.get(name) != {"$ref": f"#/$defs/{definition}"}:
                differs(f"profiles/profile.schema.json: {rule}/{name} should be $defs/{definition}")
            if not definition and not all(isinstance(value, str) for value in properties.get(name, {}).get("enum", [0])):
                differs(f"profiles/profile.schema.json: {rule}/{name} should be one of some strings")
            if words.get(name) != word:
                differs(f'man/ocigate-profile.5: {rule}: {name} should be of kind "{word}"')


def check_policy_keys(policy):
    sources = keys_of_policy()

    same("tests/lint/schemas.py: OBJECTS", sources, OBJECTS)
    for function, place in OBJECTS.items():
        schema = policy.schema
        for step in place:
            schema = schema[step]
        keys = sources.get(function, {})
        where = f"profiles/policy.schema.json: {'/'.join(place) or 'the whole'}"
        same(where, keys, schema["properties"])
        same(f"{where}: required", [key for key, wanted in keys.items() if wanted], schema.get("required", []))
        if schema.get("additionalProperties") is not False:
            differs(f"{where}: takes unknown keys")
        for key in keys:
            if not re.search(rf"^\.It Cm (\w+ , )*{key}\b", text_of("man/ocigate-policy.5"), re.MULTILINE):
                differs(f"man/ocigate-policy.5: {key} is missing")


def check_profiles(profile):
    for name in PROFILES:
        value = jsonc(text_of(f"profiles/{name}.json"))
        expect(profile, f"profiles/{name}.json", value)

        for rule, settings in value["rules"].items():
            for wrong in (rule[:-1], rule + "s", rule.replace(".", "-")):
                copied = copy.deepcopy(value)
                copied["rules"][wrong] = copied["rules"].pop(rule)
                expect(profile, f"{name}: rule {wrong}", copied, False)
            for key in settings:
                copied = copy.deepcopy(value)
                copied["rules"][rule][key + "s"] = copied["rules"][rule].pop(key)
                expect(profile, f"{name}: {rule}/{key}s", copied, False)
                copied = copy.deepcopy(value)
                copied["rules"][rule][key] = {}
                expect(profile, f"{name}: {rule}/{key} as an object", copied, False)
        for key in value:
            copied = copy.deepcopy(value)
            copied[key.upper()] = copied.pop(key)
            expect(profile, f"{name}: {key.upper()}", copied, False)
    expect(profile, "a profile that extends nothing", {"name": "own", "rules": {}}, False)


def misspelt(value):
    """Every copy of @value in which one key of one object is misspelt."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield {(f"{name}x" if name == key else name): other for name, other in value.items()}
            for wrong in misspelt(member):
                yield {**value, key: wrong}
    elif isinstance(value, list):
        for index, member in enumerate(value):
            for wrong in misspelt(member):
                yield value[:index] + [wrong] + value[index + 1 :]


def examples():
    """(where, text) of every JSON object that is shown as an example"""
    readme = text_of("README.md")
    for found in re.finditer(r"```jsonc?\n(.*?)```", readme, re.DOTALL):
        yield f"README.md:{readme.count(chr(10), 0, found.start()) + 1}", found.group(1)
    for path in sorted((TOP / "man").glob("*.[58]")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"\n\.Bd -literal[^\n]*\n(\{.*?)\n\.Ed", text, re.DOTALL):
            yield f"man/{path.name}:{text.count(chr(10), 0, found.start()) + 2}", found.group(1).replace("\\e", "\\")


def check_examples(profile, policy):
    n_policies = 0
    n_profiles = 0
    for where, text in examples():
        try:
            value = jsonc(text)
        except ValueError as error:
            differs(f"{where}: is no JSON: {error}")
            continue
        if "rules" in value:
            n_profiles += 1
            schema = profile
        elif "version" in value and "id" not in value:
            n_policies += 1
            schema = policy
        else:
            continue
        expect(schema, where, value)
        for wrong in misspelt(value):
            expect(schema, f"{where}, misspelt: {json.dumps(wrong)}", wrong, False)
    if not n_policies or not n_profiles:
        differs("README.md and man/: no example of a policy, or none of a profile")


def resolved():
    """{profile: {rule: {parameter: value}}} with what each inherits"""
    settings = {}
    below = {}
    for name in PROFILES:
        value = jsonc(text_of(f"profiles/{name}.json"))
        below = {rule: {**below.get(rule, {}), **value["rules"].get(rule, {})} for rule, _, _ in rules_of_table()}
        settings[name] = below
    return settings


def cell(rule, setting):
    """what one profile does about one rule, for people"""
    details = {
        "capabilities.allowed": lambda: (
            ", ".join(setting["allow"]).replace("CAP_", "")
            if len(setting["allow"]) < 3
            else f"{len(setting['allow'])} of Docker's usual ones"
        ),
        "user.non-root": lambda: f"{setting['uid']}:{setting['gid']}",
        "user.groups": lambda: f"from {setting['minGid']} on",
        "resources.pids": lambda: f"{setting['max']}",
        "rootfs.read-only": lambda: "tmpfs on " + ", ".join(sorted(setting["writable"])),
    }
    action = setting.get("action", "deny")
    if action == "allow":
        return "–"
    detail = details[rule]() if rule in details else ""
    return f"{action} ({detail})" if detail else action


def table():
    settings = resolved()
    yield "| rule | what it wants | baseline | restricted |"
    yield "|---|---|---|---|"
    for rule, title, _ in rules_of_table():
        cells = [cell(rule, settings[name][rule]) for name in PROFILES[1:]]
        yield f"| `{rule}` | {title} | {cells[0]} | {cells[1]} |"


def check_table():
    if "\n".join(table()) not in text_of("README.md"):
        differs("README.md: the table of rules is not what tests/lint/schemas.py table prints")
    for rule, _, _ in rules_of_table():
        if resolved()["privileged"][rule].get("action") != "allow":
            differs(f"profiles/privileged.json: {rule} is not allowed there")


def main():
    if sys.argv[1:] == ["table"]:
        print("\n".join(table()))
        return 0
    profile = validator("profiles/profile.schema.json")
    policy = validator("profiles/policy.schema.json")
    check_rules(profile, policy)
    check_policy_keys(policy)
    check_profiles(profile)
    check_examples(profile, policy)
    check_table()
    for text in differences:
        print(text)
    return 1 if differences else 0


sys.exit(main())
