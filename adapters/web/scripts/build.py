"""Builds the web application into DIRECTORY/dist, and tells ninja from which files."""

import pathlib
import subprocess
import sys

SOURCES = ("index.html", "package-lock.json", "vite.config.ts", "tsconfig.json", "public", "src", "scripts")


def inputs(source):
    """Every file that is read, and every directory, so that new files are seen."""
    yield source.parent / "http/openapi.yaml"
    for name in SOURCES:
        yield source / name
        yield from (path for path in (source / name).rglob("*") if ".generated." not in path.name)


def escaped(path):
    return str(path).replace(" ", r"\ ")


def main(source, directory, stamp, depfile):
    source, dist = pathlib.Path(source), pathlib.Path(directory) / "dist"
    if not (source / "node_modules").is_dir():
        sys.exit("the packages of the web application are missing: run tools/dev/setup, or build with -Dweb=false")

    def run(*command):
        done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")

    run("npm", "run", "types")
    run("npx", "vite", "build", "--outDir", dist)
    run("node", "scripts/compress.js", dist)
    pathlib.Path(depfile).write_text(
        f"{escaped(stamp)}: {' '.join(escaped(path) for path in inputs(source))}\n", encoding="utf-8")
    pathlib.Path(stamp).touch()


if __name__ == "__main__":
    main(*sys.argv[1:])
