"""Turns the API's description into JSON, into a page for people, and into a C++ source that holds both.

Called by the build: openapi.py OPENAPI.YAML OUTPUT.CPP
"""

import html
import json
import sys

import yaml

PIECE = 8000  # Compilers limit how long one literal may be.

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
h2 { margin-top: 3rem; border-bottom: 1px solid #d5dbe3; } h3 { margin-top: 2rem; font-family: monospace; }
b.method { display: inline-block; min-width: 4.5rem; color: #245; } code, pre { background: #f3f5f8; border-radius: 4px; }
pre { padding: .6rem; overflow-x: auto; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
"""


def text(value):
    return html.escape(" ".join(str(value).split()))


def resolve(document, node):
    while "$ref" in node:
        found = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def name_of(node):
    return node["$ref"].rsplit("/", 1)[1] if "$ref" in node else ""


def describe_answers(document, operation):
    rows = []
    for status, answer in operation["responses"].items():
        found = resolve(document, answer)
        schemas = [name_of(media.get("schema", {})) for media in found.get("content", {}).values()]
        link = "".join(f' <a href="#{s}">{s}</a>' for s in schemas if s)
        rows.append(f"<tr><td>{status}</td><td>{text(found['description'])}{link}</td></tr>")
    return "<table><tr><th>Status</th><th>Answer</th></tr>" + "".join(rows) + "</table>"


def describe_operation(document, path, shared, method, operation):
    out = [f'<h3 id="{operation["operationId"]}"><b class="method">{method.upper()}</b> {text(path)}</h3>',
           f"<p>{text(operation['summary'])}. {text(operation.get('description', ''))}</p>"]
    parameters = [resolve(document, p) for p in shared + operation.get("parameters", [])]
    if parameters:
        out.append("<ul>" + "".join(f"<li><code>{text(p['name'])}</code> in {p['in']}: {text(p['description'])}</li>"
                                    for p in parameters) + "</ul>")
    if "requestBody" in operation:
        media = resolve(document, operation["requestBody"])["content"]["application/json"]
        out.append(f"<pre>{html.escape(json.dumps(media['example']))}</pre>")
    return "\n".join(out) + describe_answers(document, operation)


def page(document):
    out = ["<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Berth's API</title>",
           f"<style>{STYLE}</style></head><body><h1>Berth's API</h1>", f"<p>{text(document['info']['description'])}</p>"]
    for tag in document["tags"]:
        out.append(f"<h2>{text(tag['name'])}</h2><p>{text(tag['description'])}</p>")
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if method != "parameters" and tag["name"] in operation["tags"]:
                    out.append(describe_operation(document, path, item.get("parameters", []), method, operation))
    out.append("<h2>Objects</h2>")
    for name, schema in document["components"]["schemas"].items():
        out.append(f'<h3 id="{name}">{name}</h3><pre>{html.escape(json.dumps(schema, indent=1))}</pre>')
    return "\n".join(out) + "</body></html>\n"


def literal(name, content):
    pieces = [content[i:i + PIECE] for i in range(0, len(content), PIECE)]
    raw = "\n".join(f'R"piece({piece})piece"' for piece in pieces)
    return f"const std::string_view {name} =\n{raw};\n"


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    with open(target, "w", encoding="utf-8") as file:
        file.write('#include "adapters/http/openapi_document.hpp"\n\nnamespace berth::http {\n\n'
                   + literal("openapi_json", json.dumps(document, separators=(",", ":"))) + "\n"
                   + literal("api_docs_html", page(document)) + "\n} // namespace berth::http\n")


if __name__ == "__main__":
    main()
