"""The site that `make docs` builds: made without a warning, each page on the way from the first, no link lost."""

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

HOME = Path(__file__).resolve().parents[2]
DOCS = HOME / "docs"
pytestmark = pytest.mark.clients
Tool = Callable[[str], Path]
FOLLOW = re.search(r"linkinator build/site (.+)$", (HOME / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


class Page(HTMLParser):
    """What a page links to, and the places in it that a link may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.places.add(value)
            if (tag, name) == ("a", "href") and value:
                self.links.add(value)


def build(tool: Tool, source: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [tool("site/bin/sphinx-build"), "--quiet", "--fail-on-warning", "--builder", "html", source, target],
        capture_output=True,
        text=True,
        check=False,
    )


def follow(tool: Tool, site: Path) -> "subprocess.CompletedProcess[str]":
    """Linkinator with the options of the Makefile."""
    assert FOLLOW
    command = f"{tool('node/node_modules/.bin/linkinator')} {site} {FOLLOW[1]}"
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)


def lost(site: Path) -> list[tuple[str, str]]:
    """Each page with a link that leads to no page of the site, or to no place in it."""
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = target.is_file() and target.is_relative_to(site.resolve())
            if not there or (parts.fragment and target in pages and parts.fragment not in pages[target].places):
                found.append((path.name, link))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site") / "built"


def test_the_site_is_built_without_a_warning_and_no_link_on_it_is_lost(tool: Tool, site: Path) -> None:
    done = build(tool, DOCS, site)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert len(list(site.rglob("*.html"))) > len(list(DOCS.rglob("*.md")))
    assert lost(site) == []
    followed = follow(tool, site)
    assert followed.returncode == 0, followed.stdout + followed.stderr
    assert "Successfully scanned" in followed.stderr


def test_a_page_that_the_index_does_not_list_a_lost_link_and_a_lost_place_are_refused(
    tool: Tool, tmp_path: Path
) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    shutil.copy(DOCS / "conf.py", source)
    (source / "index.md").write_text("# Index\n\n## Start\n\n- [One](one.md)\n", encoding="utf-8")
    (source / "one.md").write_text('# One\n\n<a href="gone.html">away</a> [nowhere](index.md#gone)\n', encoding="utf-8")
    assert build(tool, source, tmp_path / "site").returncode == 0
    assert sorted(lost(tmp_path / "site")) == [("one.html", "gone.html"), ("one.html", "index.html#gone")]
    followed = follow(tool, tmp_path / "site")
    assert followed.returncode != 0
    assert "gone.html" in followed.stdout + followed.stderr

    (source / "two.md").write_text("# Two\n", encoding="utf-8")
    done = build(tool, source, tmp_path / "site")
    assert done.returncode != 0
    assert "isn't included in any toctree" in done.stderr
