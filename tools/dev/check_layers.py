#!/usr/bin/env python3
"""Checks who includes whom, and that no file grows beyond 500 lines.

Debian keeps every library's headers in /usr/include, so the compiler does not stop an include that the layers forbid.
Prints one line per offence and exits with 1 when there is any.
"""

import pathlib
import re
import sys

LONGEST_FILE = 500

# Layer -> (ours it may include, libraries it may include). A layer is the longest of these prefixes of a path.
LAYERS = {
    "domain": (["domain"], []),
    "eventstore": (["domain", "eventstore"], ["sqlite3", "simdjson", "fmt", "boost_json", "openssl"]),
    "actors": (["domain", "eventstore", "actors"], ["caf", "fmt"]),
    "adapters/net": (["adapters/net", "actors/log.hpp"], ["boost", "openssl", "fmt"]),
    "adapters/http": (["domain", "eventstore", "actors", "adapters/net", "adapters/http"],
                      ["caf", "boost", "openssl", "simdjson", "fmt"]),
    "adapters/proxmox": (["domain", "eventstore", "actors", "adapters/net", "adapters/proxmox"],
                         ["caf", "boost", "openssl", "simdjson", "fmt"]),
    "adapters/guacamole": (["domain", "eventstore", "actors", "adapters/guacamole"],
                           ["caf", "curl", "openssl", "boost_json", "boost", "fmt"]),
    "adapters/mail": (["domain", "eventstore", "actors", "adapters/mail"], ["caf", "curl", "openssl", "fmt"]),
    "adapters/metrics": (["domain", "eventstore", "actors", "adapters/metrics"], ["caf", "prometheus", "fmt"]),
    "adapters/passwords": (["domain", "eventstore", "actors", "adapters/passwords"],
                           ["caf", "openssl", "simdjson", "sqlite3", "fmt"]),
    "tools": (["domain", "eventstore", "actors", "adapters", "tools"], ["any"]),
    # A simulator that shared code with the client would share its mistakes.
    "tools/pve_simulator": (["adapters/net", "actors/log.hpp", "tools/pve_simulator"], ["any"]),
    # An auditor builds it without actors and without a network.
    "tools/replay": (["domain", "eventstore", "tools/replay"],
                     ["sqlite3", "simdjson", "fmt", "boost_json", "openssl", "cli11"]),
    "tests": (["domain", "eventstore", "actors", "adapters", "tools", "tests"], ["any"]),
}

# Stores are named by those who put the program together, by nobody else.
CONCRETE_STORES = re.compile(r"eventstore/(memory|sqlite)_(event_log|read_model)\.hpp")
MAY_NAME_STORES = ("eventstore", "tools", "tests")

LIBRARIES = [
    ("boost_result", re.compile(r"boost/(system/result|assert/source_location)\.hpp")),
    ("boost_json", re.compile(r"boost/json(/|\.hpp)")),
    ("boost", re.compile(r"boost/")),
    ("caf", re.compile(r"caf/")),
    ("cli11", re.compile(r"CLI/")),
    ("curl", re.compile(r"curl/")),
    ("doctest", re.compile(r"doctest/")),
    ("fmt", re.compile(r"fmt/")),
    ("openssl", re.compile(r"openssl/")),
    ("prometheus", re.compile(r"prometheus/")),
    ("simdjson", re.compile(r"simdjson\.h")),
    ("sqlite3", re.compile(r"sqlite3\.h")),
    ("tomlplusplus", re.compile(r"toml\+\+/")),
]
# Headers of the system itself that have a directory in their name or end in .h.
SYSTEM = re.compile(r"(sys|netinet|arpa|linux)/|[a-z_0-9]+(\.h)?$")

INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
SOURCES = {".hpp", ".cpp"}
COUNTED = SOURCES | {".py", ".ts", ".tsx", ".css", ".sh"}
OURS = ("domain", "eventstore", "actors", "adapters", "tools", "tests")


def layer_of(path):
    """The layer of a path from the root; None when it lies in none."""
    layers = [layer for layer in LAYERS if path.startswith(layer + "/")]
    return max(layers, key=len, default=None)


def library_of(header):
    """The library of a header in angle brackets; None for the standard library and the system."""
    for library, pattern in LIBRARIES:
        if pattern.match(header):
            return library
    return None if SYSTEM.match(header) else header


def is_below(path, prefix):
    return path == prefix or path.startswith(prefix + "/")


def offence_of(path, quoted, bracketed):
    """Why the file at `path` must not have this include; None when it may."""
    layer = layer_of(path)
    if layer is None:
        return "a source file outside every layer"
    ours, libraries = LAYERS[layer]
    if quoted:
        if layer_of(quoted) is None:
            return f'"{quoted}" is not a path from the root'
        if CONCRETE_STORES.match(quoted) and not path.startswith(MAY_NAME_STORES):
            return f'only tools and tests may name "{quoted}"'
        if not any(is_below(quoted, prefix) for prefix in ours):
            return f'{layer} must not include "{quoted}"'
        return None
    library = library_of(bracketed)
    if library is None or library == "boost_result" or "any" in libraries or library in libraries:
        return None
    if library.startswith("boost") and "boost" in libraries:
        return None
    return f"{layer} must not include <{bracketed}>"


def offences_in(root, path):
    name = path.relative_to(root).as_posix()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) > LONGEST_FILE:
        yield f"{name}: {len(lines)} lines, more than {LONGEST_FILE}"
    if path.suffix not in SOURCES:
        return
    for number, line in enumerate(lines, 1):
        if include := INCLUDE.match(line):
            if why := offence_of(name, *include.groups()):
                yield f"{name}:{number}: {why}"


def is_written_by_hand(path):
    return not {"node_modules", "dist"} & set(path.parts) and ".generated." not in path.name


def sources(root):
    for top in OURS:
        for path in sorted((root / top).rglob("*")):
            if path.suffix in COUNTED and is_written_by_hand(path):
                yield path


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    offences = [offence for path in sources(root) for offence in offences_in(root, path)]
    print(*offences, sep="\n", end="\n" if offences else "")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
