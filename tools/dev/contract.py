"""Holds answers of the API against its description: a test that calls the API checks the contract by the way."""

import functools
import pathlib
import re

import jsonschema
import yaml

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "adapters/http/openapi.yaml"


class Broken(Exception):
    """An answer is not what the description says."""


@functools.cache
def document():
    return yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))


@functools.cache
def paths():
    """Each path as a pattern, those without parameters first."""
    ordered = sorted(document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{[a-z]+\}", "[^/]+", path) + "$"), path) for path in ordered]


def resolve(node):
    while "$ref" in node:
        found = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def find_operation(method, target):
    """Nothing when the path or the method is not described."""
    path = target.split("?")[0].removeprefix("/api/v1")
    for pattern, name in paths():
        if pattern.match(path):
            return document()["paths"][name].get(method.lower())
    return None


@functools.cache
def validator(reference):
    schema = {"$ref": reference, "components": document()["components"]}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def check_schema(schema, value):
    if "$ref" in schema:
        check = validator(schema["$ref"])
    else:
        check = jsonschema.Draft202012Validator(dict(schema, components=document()["components"]))
    fault = jsonschema.exceptions.best_match(check.iter_errors(value))
    if fault:
        raise Broken(f"{fault.json_path}: {fault.message}")


def find_answer(operation, status):
    for key in (str(status), f"{status // 100}XX"):
        if key in operation["responses"]:
            return resolve(operation["responses"][key])
    raise Broken(f"status {status} is not described")


def check(method, target, answer):
    """Raises Broken unless the description has such an answer. `answer` has status, headers and text."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    kind = headers.get("content-type", "").split(";")[0]
    operation = find_operation(method, target)
    if operation is None:
        if answer.status not in (400, 401, 404, 405, 413, 414, 431):
            raise Broken(f"{method} {target} is not described")
        described = document()["components"]["responses"]["Problem"]
    else:
        described = find_answer(operation, answer.status)
    for name, header in described.get("headers", {}).items():
        if resolve(header).get("required") and name.lower() not in headers:
            raise Broken(f"{method} {target}: the header {name} is missing")
    content = described.get("content", {})
    if not content:
        if answer.text:
            raise Broken(f"{method} {target}: a body with status {answer.status}")
        return
    if kind not in content:
        raise Broken(f"{method} {target}: {answer.status} has content type '{kind}'")
    if kind.endswith(("/json", "+json")):
        try:
            check_schema(content[kind]["schema"], answer.json)
        except Broken as why:
            raise Broken(f"{method} {target}: {answer.status}: {why}") from why
