"""The shipped shelves -> their files and the digest that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from iscode import content
from iscode.errors import ContentError
from iscode.policy import Shelves, shipped


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder with one file on each shelf."""
    for name in ("rules/a/b.yaml", "schemas/a.json", "policies/profiles/a.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(content, "home", lambda: tmp_path)
    return tmp_path


def test_content_is_the_declared_files_alone(home: Path) -> None:
    before = shipped()
    for name in ("rules/README.md", "schemas/a.yaml", "policies/a.yaml~", "mappings.yaml"):
        (home / name).write_text("no content")
    assert before == shipped()
    assert ["policies/profiles/a.yaml", "rules/a/b.yaml", "schemas/a.json"] == list(before.files)


def test_the_digest_names_paths_and_bytes() -> None:
    digests = {
        Shelves(files).digest
        for files in ({}, {"a": b""}, {"b": b""}, {"a": b"x"}, {"a": b"", "b": b""}, {"a": b"b"}, {"ab": b""})
    }
    assert 7 == len(digests)


def test_a_link_on_a_shelf_is_not_followed(home: Path) -> None:
    before = shipped().digest
    (home / "rules" / "a" / "c.yaml").symlink_to(home / "rules" / "a" / "b.yaml")
    assert before == shipped().digest


@pytest.mark.parametrize("shelf", ["rules/a/b.yaml", "schemas/a.json", "policies/profiles/a.yaml"])
def test_an_empty_shelf_is_a_damaged_installation(home: Path, shelf: str) -> None:
    (home / shelf).unlink()
    with pytest.raises(ContentError, match=f"the shelf {shelf.split('/')[0]}/ is empty"):
        shipped()
