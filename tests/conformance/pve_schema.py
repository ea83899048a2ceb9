"""Proxmox's own description of its calls (pve_schema.json), and checks against it.

The schema says less than the server does: properties marked `recorded` were seen in answers of Proxmox
though its schema leaves them out. Types are read as Proxmox writes them: integers and booleans may
come as strings, booleans as 0 and 1.
"""

import json
import pathlib
import re

INTEGER = re.compile(r"[+-]?\d+")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
FAMILY = re.compile(r"(.+)\[n\]")


class Schema:
    def __init__(self, path=pathlib.Path(__file__).with_name("pve_schema.json")):
        self.calls = json.loads(pathlib.Path(path).read_text())
        self.patterns = [(*call.split(" ", 1), call) for call in self.calls]

    def find(self, method, path):
        """The call's description and the values of the path's placeholders; None for no such call."""
        parts = path.rstrip("/").split("/")
        for known, pattern, call in self.patterns:
            expected = pattern.split("/")
            if known != method or len(expected) != len(parts):
                continue
            pairs = list(zip(expected, parts))
            if all(e == p or e.startswith("{") for e, p in pairs):
                return self.calls[call], {e[1:-1]: p for e, p in pairs if e.startswith("{")}
        return None

    def check_request(self, method, path, parameters):
        """What is wrong with a request, as a list of sentences. A value of None is not looked at."""
        found = self.find(method, path)
        if found is None:
            return [f"{method} {path}: no such call in the schema"]
        call, placeholders = found
        declared = call["params"]
        given = {**placeholders, **parameters}
        errors = []
        for name, value in given.items():
            one = property_of(declared, name)
            if one is None:
                errors.append(f"{method} {path}: parameter {name} is not in the schema")
            elif value is not None:
                errors += [f"{method} {path}: {why}" for why in check_value(one, value, name)]
        for name, one in declared.items():
            if not one.get("optional") and "[n]" not in name and name not in given:
                errors.append(f"{method} {path}: parameter {name} is missing")
        return errors

    def check_answer(self, method, path, data):
        """What is wrong with the `data` of a 200 answer, as a list of sentences."""
        found = self.find(method, path)
        if found is None:
            return [f"no schema for {method} {path}"]
        return check_value(found[0]["returns"], data)


def property_of(declared, name):
    """The declaration of `name`, which may belong to an indexed family such as net[n]."""
    if name in declared:
        return declared[name]
    for pattern, one in declared.items():
        family = FAMILY.fullmatch(pattern)
        if family and re.fullmatch(re.escape(family[1]) + r"\d+", name):
            return one
    return None


def fits(kind, value):
    text = value if isinstance(value, str) else None
    if kind == "integer":
        return type(value) is int or text is not None and bool(INTEGER.fullmatch(text))
    if kind == "number":
        return type(value) in (int, float) or text is not None and bool(NUMBER.fullmatch(text))
    if kind == "boolean":
        return isinstance(value, bool) or value in (0, 1, "0", "1")
    if kind == "string":
        return isinstance(value, str) or type(value) in (int, float)
    return {"null": type(None), "object": dict, "array": list}[kind] is type(value)


def check_range(declared, value):
    if declared.get("type") in ("integer", "number"):
        if "minimum" in declared and float(value) < declared["minimum"]:
            return [f"{value} is less than {declared['minimum']}"]
        if "maximum" in declared and float(value) > declared["maximum"]:
            return [f"{value} is more than {declared['maximum']}"]
    if "enum" in declared and value not in declared["enum"]:
        return [f"'{value}' is none of {', '.join(map(str, declared['enum']))}"]
    if "maxLength" in declared and len(value) > declared["maxLength"]:
        return [f"longer than {declared['maxLength']} characters"]
    if "pattern" in declared and not re.fullmatch(declared["pattern"], str(value)):
        return [f"'{value}' does not match {declared['pattern']}"]
    return []


def check_value(declared, value, at="data"):
    kind = declared.get("type")
    if value is None and declared.get("nullable"):
        return []
    if kind and kind != "any" and not fits(kind, value):
        return [f"{at} should be of type {kind}, is {json.dumps(value)[:60]}"]
    if isinstance(value, dict) and "properties" in declared:
        return check_object(declared["properties"], value, at)
    if isinstance(value, list) and "items" in declared:
        return [why for i, one in enumerate(value)
                for why in check_value(declared["items"], one, f"{at}[{i}]")]
    return [f"{at}: {why}" for why in check_range(declared, value)]


def check_object(declared, value, at):
    errors = []
    for name, one in value.items():
        known = property_of(declared, name)
        if known is None:
            errors.append(f"{at}.{name} is neither in the schema nor in any recording")
        else:
            errors += check_value(known, one, f"{at}.{name}")
    for name, one in declared.items():
        if not one.get("optional") and "[n]" not in name and name not in value:
            errors.append(f"{at}.{name} is missing, the schema demands it")
    return errors
