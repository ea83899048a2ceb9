"""The include rules, held against small trees that break them."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "dev"))
import check_layers  # noqa: E402


def offences(files):
    """What the check says of a tree with these files."""
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return [offence for path in check_layers.sources(root) for offence in check_layers.offences_in(root, path)]


def includes(path, *headers):
    return offences({path: "".join(f"#include {header}\n" for header in headers)})


class Layers(unittest.TestCase):
    def refused(self, path, header):
        self.assertEqual(len(includes(path, header)), 1, f"{path} may include {header}")

    def allowed(self, path, header):
        self.assertEqual(includes(path, header), [])

    def test_a_layer_includes_itself_and_those_to_its_left(self):
        self.allowed("actors/a.cpp", '"actors/b.hpp"')
        self.allowed("actors/a.cpp", '"domain/b.hpp"')
        self.refused("domain/a.cpp", '"actors/b.hpp"')
        self.refused("eventstore/a.cpp", '"actors/b.hpp"')
        self.refused("actors/a.cpp", '"adapters/net/b.hpp"')

    def test_adapters_do_not_include_each_other(self):
        self.refused("adapters/http/a.cpp", '"adapters/proxmox/b.hpp"')
        self.refused("adapters/proxmox/a.cpp", '"adapters/http/b.hpp"')
        self.allowed("adapters/http/a.cpp", '"adapters/net/b.hpp"')

    def test_the_domain_knows_the_standard_library_and_results_alone(self):
        self.allowed("domain/a.hpp", "<vector>")
        self.allowed("domain/a.hpp", "<boost/system/result.hpp>")
        self.refused("domain/a.hpp", "<boost/json.hpp>")
        self.refused("domain/a.hpp", "<fmt/format.h>")
        self.refused("domain/a.hpp", "<caf/error.hpp>")

    def test_actors_know_neither_sockets_nor_sqlite(self):
        self.allowed("actors/a.cpp", "<caf/error.hpp>")
        self.refused("actors/a.cpp", "<boost/asio.hpp>")
        self.refused("actors/a.cpp", "<sqlite3.h>")
        self.refused("actors/a.cpp", "<simdjson.h>")

    def test_stores_are_named_by_tools_and_tests_alone(self):
        self.refused("adapters/http/a.cpp", '"eventstore/sqlite_event_log.hpp"')
        self.refused("actors/a.cpp", '"eventstore/memory_event_log.hpp"')
        self.allowed("tools/berthd/a.cpp", '"eventstore/sqlite_event_log.hpp"')
        self.allowed("tests/support/a.cpp", '"eventstore/memory_event_log.hpp"')

    def test_the_simulator_shares_nothing_with_the_client(self):
        self.refused("tools/pve_simulator/a.cpp", '"adapters/proxmox/pve_api.hpp"')
        self.refused("tools/pve_simulator/a.cpp", '"domain/ids.hpp"')

    def test_the_replay_needs_neither_actors_nor_sockets(self):
        self.refused("tools/replay/a.cpp", "<caf/actor_system.hpp>")
        self.refused("tools/replay/a.cpp", "<boost/asio.hpp>")
        self.refused("tools/replay/a.cpp", '"actors/log.hpp"')

    def test_our_headers_are_named_from_the_root(self):
        self.refused("actors/a.cpp", '"b.hpp"')

    def test_an_unknown_library_is_refused(self):
        self.refused("adapters/net/a.cpp", "<nlohmann/json.hpp>")

    def test_a_file_has_at_most_500_lines(self):
        self.assertEqual(offences({"domain/a.cpp": "\n" * 500}), [])
        self.assertEqual(len(offences({"domain/a.cpp": "\n" * 501})), 1)

    def test_offences_are_printed_and_counted_in_the_exit_status(self):
        with tempfile.TemporaryDirectory() as directory, contextlib.redirect_stdout(io.StringIO()) as printed:
            source = pathlib.Path(directory) / "domain" / "a.cpp"
            source.parent.mkdir()
            source.write_text("\n#include <caf/error.hpp>\n")
            sys.argv = ["check_layers.py", directory]
            self.assertEqual(check_layers.main(), 1)
        self.assertEqual(printed.getvalue(), "domain/a.cpp:2: domain must not include <caf/error.hpp>\n")


if __name__ == "__main__":
    unittest.main()
