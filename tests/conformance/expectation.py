"""Compares an answer with what was recorded of Proxmox.

Texts are the contract where the recording has texts; elsewhere the shape is: which keys, of which JSON
types. `{hex}`, `{number}`, `{volume}` and `{any}` stand for what differs from host to host. A key that ends
in `?` was missing in some of the recorded rows.
"""

import re

WILD = {"{hex}": "[0-9A-F]{8}", "{number}": r"\d+", "{volume}": r"[^'()\s]+", "{any}": "(?s:.*)"}
# The lines of task logs that do not depend on the kind of storage.
CONTRACT_LINE = re.compile(r"(creating a clone|create (linked|full) clone|trying to acquire lock| OK$|TASK |purging VM"
                           r"|VM still running|no content|unable to open file)")


def same_text(expected, got):
    pieces = re.split(r"(\{(?:hex|number|volume|any)\})", expected)
    pattern = "".join(WILD.get(piece) or re.escape(piece) for piece in pieces)
    return isinstance(got, str) and re.fullmatch(pattern, got) is not None


def compare_text(expected, got, at):
    return [] if same_text(expected, got) else [f"{at} is {got!r}, recorded {expected!r}"]


def type_of(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return {str: "string", dict: "object", list: "array"}[type(value)]


def compare_shape(expected, got, at):
    if isinstance(expected, dict) and set(expected) == {"="}:
        return compare_text(expected["="], got, at)
    if isinstance(expected, dict):
        return compare_object(expected, got, at)
    if isinstance(expected, list):
        if not isinstance(got, list):
            return [f"{at} is of type {type_of(got)}, recorded array"]
        if bool(expected) != bool(got):
            return [f"{at} is {'not ' if got else ''}empty, recorded otherwise"]
        return [why for i, one in enumerate(got) for why in compare_shape(expected[0], one, f"{at}[{i}]")]
    if expected is not None and type_of(got) not in expected.split("|"):
        return [f"{at} is of type {type_of(got)}, recorded {expected}"]
    return []


def compare_object(expected, got, at):
    if not isinstance(got, dict):
        return [f"{at} is of type {type_of(got)}, recorded object"]
    errors = []
    for key, shape in expected.items():
        name = key.rstrip("?")
        if name in got:
            errors += compare_shape(shape, got[name], f"{at}.{name}")
        elif not key.endswith("?"):
            errors.append(f"{at}.{name} is missing")
    return errors


def kind_of_row(row):
    """Rows of one list differ by what they are about, and by whether that answers."""
    kind = row.get("type")
    if "upid" in row:
        return "running" if row["status"] == "RUNNING" else "finished"
    if kind == "qemu":
        return "unknown qemu" if row["status"] == "unknown" else "qemu"
    if kind == "node":
        return ("online" if row.get("online", row.get("status")) in (1, "online") else "offline") + " node"
    return kind


def compare_rows(expected, got):
    if not isinstance(got, list):
        return [f"data is of type {type_of(got)}, recorded array"]
    errors, seen = [], set()
    for row in got:
        kind = kind_of_row(row)
        if kind in expected and kind not in seen:
            errors += compare_shape(expected[kind], row, f"data[{kind}]")
        seen.add(kind)
    return errors + [f"data has no row of kind {kind}" for kind in expected if kind not in seen]


def compare_log(expected, got):
    """`log` is the whole; of `log_begins` the recording has the beginning only."""
    recorded = expected.get("log", expected.get("log_begins"))
    lines = [row["t"] for row in got if CONTRACT_LINE.match(row["t"])]
    if "log_begins" in expected:
        lines = lines[:len(recorded)]
    matches = len(lines) == len(recorded) and all(map(same_text, recorded, lines))
    return [] if matches else [f"log is {lines}, recorded {recorded}"]


def compare_body(expected, reply):
    if "empty" in expected:
        return [f"body is {reply.body[:80]!r}, recorded none"] if reply.body else []
    if "text" in expected:
        return compare_text(expected["text"], reply.body.decode(), "body")
    try:
        got = reply.json()
    except ValueError:
        return [f"body is no JSON: {reply.body[:80]!r}"]
    if "error" in expected:
        return compare_error(expected["error"], got)
    errors = []
    if set(got) - {"data"} != ({"total"} if "total" in expected else set()):
        errors.append(f"keys beside data are {sorted(set(got) - {'data'})}")
    if "rows" in expected:
        return errors + compare_rows(expected["rows"], got["data"])
    if "log" in expected or "log_begins" in expected:
        return errors + compare_log(expected, got["data"])
    return errors + compare_shape(expected["data"], got["data"], "data")


def compare_error(expected, got):
    errors = [] if got.get("data", "") is None else ["data is not null"]
    errors += compare_text(expected["message"], got.get("message"), "message")
    names = set(expected.get("errors", {})) | set(got.get("errors", {}))
    for name in sorted(names):
        errors += compare_text(expected.get("errors", {}).get(name, "none"), got.get("errors", {}).get(name, "none"),
                               f"errors.{name}")
    return errors + [f"key {key} was not recorded" for key in sorted(set(got) - {"data", "message", "errors"})]


def compare_headers(expected, got):
    errors = [f"header {name} is missing" for name in ("Cache-Control", "Date", "Expires", "Pragma", "Server")
              if name not in got]
    for name in ("Connection", "Content-Type"):
        if got.get(name) != expected[name]:
            errors.append(f"header {name} is {got.get(name)!r}, recorded {expected[name]!r}")
    if ("Content-Length" in got) != expected["Content-Length"]:
        errors.append(f"header Content-Length is {'present' if 'Content-Length' in got else 'missing'}")
    return errors


def compare(expected, reply):
    """Each difference as one line; none when the answer is as recorded."""
    if reply.status != expected["status"]:
        return [f"status is {reply.status} {reply.reason}, recorded {expected['status']} {expected['reason']}"]
    errors = compare_text(expected["reason"], reply.reason, "reason")
    return errors + compare_headers(expected["headers"], reply.headers) + compare_body(expected["body"], reply)
