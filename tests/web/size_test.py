"""The web application is small enough for its first page to come quickly."""

import gzip
import pathlib
import re
import sys
import unittest

KB = 1000
DIST = pathlib.Path(sys.argv.pop(1))


def entries(kind):
    """What index.html itself names: all that a browser must load before it shows anything."""
    page = (DIST / "index.html").read_text(encoding="utf-8")
    return re.findall(rf'(?:src|href)="/(assets/[^"]+\.{kind})"', page)


def compressed(names):
    return sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in names)


class Size(unittest.TestCase):
    def test_the_entry_is_within_its_budget(self):
        for kind, budget in (("js", 230 * KB), ("css", 45 * KB)):
            names = entries(kind)
            self.assertTrue(names, f"the page names no {kind}")
            size = compressed(names)
            print(f"{kind}: {size} bytes of {budget}")
            self.assertLessEqual(size, budget, kind)

    def test_a_browser_can_have_every_text_compressed(self):
        texts = [path for path in DIST.rglob("*") if path.suffix in (".js", ".css", ".svg")]
        self.assertTrue(texts)
        for path in texts:
            self.assertTrue(path.with_name(path.name + ".br").exists(), path)
            self.assertTrue(path.with_name(path.name + ".gz").exists(), path)

    def test_nothing_is_loaded_from_elsewhere(self):
        page = (DIST / "index.html").read_text(encoding="utf-8")
        self.assertEqual([url for url in re.findall(r'(?:src|href)="([^"]+)"', page) if not url.startswith("/")], [])


if __name__ == "__main__":
    unittest.main()
