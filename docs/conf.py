"""How `make docs` makes a site of the pages of docs/; only Sphinx reads this file."""

from __future__ import annotations

import re
from typing import Any

project = "iscode"
html_title = "iscode"
html_theme = "furo"
html_copy_source = False
extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["pages"]
# Rules are more than what Pygments takes for CEL; and MyST does not see anchors that are written as HTML, so that
# links are followed on the site that was built.
suppress_warnings = ["misc.highlighting_failure", "myst.xref_missing"]

SECTION = re.compile(r"^## (.+)\n((?:(?!^## ).*\n)*)", re.MULTILINE)
PAGE = re.compile(r"^- \[[^\]]+\]\(([^)#]+)\.md\)", re.MULTILINE)


def navigate(_app: Any, page: str, source: list[str]) -> None:
    """Have the lists of links on index.md be the navigation; the pages of rules are too many to stand in it."""
    if page == "index":
        for title, text in SECTION.findall(source[0]):
            pages = "\n".join(PAGE.findall(text))
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{pages}\n```\n"
    elif page.startswith("rules/") and page != "rules/README":
        source[0] = f"---\norphan: true\n---\n{source[0]}"


def setup(app: Any) -> None:
    app.connect("source-read", navigate)
