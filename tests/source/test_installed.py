"""An installed package is found where the interpreter has its own, and read as files: nothing of it ever runs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from iscode.errors import ConfigError
from iscode.source import installed

FILES = {
    "boats_pack/__init__.py": "raise SystemExit('it ran')\n",
    "boats_pack/rules/a.yaml": "id: a\n",
    "iscode_pack_boats-1.2.dist-info/METADATA": "Name: iscode-pack-boats\n",
    "iscode_pack_boats-1.2.dist-info/RECORD": "boats_pack/__init__.py,,\nboats_pack/rules/a.yaml,,\n"
    "iscode_pack_boats-1.2.dist-info/METADATA,,\n../../bin/boats,,\nsingle.py,,\n__pycache__/single.pyc,,\n",
}
INFO = "iscode_pack_boats-1.2.dist-info"


def site(folder: Path, files: dict[str, str]) -> str:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return str(folder)


def test_a_wheel_is_found_by_its_name_with_its_version_and_the_files_of_its_folder(tmp_path: Path) -> None:
    found = installed.find("iscode-pack-boats", [site(tmp_path, FILES)])
    assert found is not None
    assert ("1.2", "boats_pack") == (found.version, found.folder)
    assert ["boats_pack/__init__.py", "boats_pack/rules/a.yaml"] == [entry.path for entry in found.files.entries]
    assert "boats_pack" not in sys.modules


@pytest.mark.parametrize("info", ["Iscode.Pack_Boats-1.2.dist-info", "iscode__pack.boats-1.2.dist-info"])
def test_the_name_is_found_however_an_installer_wrote_it(tmp_path: Path, info: str) -> None:
    files = {path.replace(INFO, info): text.replace(INFO, info) for path, text in FILES.items()}
    assert installed.find("iscode-pack-boats", [site(tmp_path, files)]) is not None


@pytest.mark.parametrize("name", ["iscode-pack", "boats-pack", "iscode-pack-boats-1", "iscode-pack-boat"])
def test_another_name_is_not_installed(tmp_path: Path, name: str) -> None:
    assert installed.find(name, [str(tmp_path / "none"), site(tmp_path, FILES)]) is None


def test_the_current_folder_and_the_environment_put_no_package_in_front(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(site(tmp_path, FILES))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert installed.find("iscode-pack-boats") is None


def test_the_first_folder_of_packages_that_has_it_counts(tmp_path: Path) -> None:
    older = {path.replace("1.2", "1.1"): text.replace("1.2", "1.1") for path, text in FILES.items()}
    found = installed.find("iscode-pack-boats", [site(tmp_path / "a", older), site(tmp_path / "b", FILES)])
    assert found is not None
    assert "1.1" == found.version


def refused(folder: str) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        installed.find("iscode-pack-boats", [folder])
    return error.value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"iscode_pack_boats-1.3.dist-info/RECORD": ""}, "is installed twice"),
        ({f"{INFO}/RECORD": "_boats.pth,,\n"}, "a pack is one folder, and this brought: none"),
        ({f"{INFO}/RECORD": "a/x,,\nb/y,,\n"}, "a pack is one folder, and this brought: a, b"),
        ({f"{INFO}/RECORD": "boats/rules/a.yaml,,\n"}, "its folder boats is missing, or a link"),
        ({f"{INFO}/RECORD": "../boats/a.yaml,,\n/etc/passwd,,\n"}, "a pack is one folder, and this brought: none"),
        ({f"{INFO}/RECORD": "a/" + "x" * csv.field_size_limit() + ",,\n"}, "its list of files is no table"),
    ],
)
def test_a_package_that_is_no_folder_of_plain_files_is_refused(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    error = refused(site(tmp_path, FILES | change))
    assert words in error.message
    assert error.hint


def test_a_package_whose_folder_or_list_of_files_is_a_link_is_refused(tmp_path: Path) -> None:
    folder = Path(site(tmp_path / "site", FILES))
    (folder / "boats_pack").rename(tmp_path / "elsewhere")
    (folder / "boats_pack").symlink_to(tmp_path / "elsewhere")
    assert "its folder boats_pack is missing, or a link" in refused(str(folder)).message
    record = folder / INFO / "RECORD"
    record.rename(tmp_path / "RECORD")
    record.symlink_to(tmp_path / "RECORD")
    assert "RECORD cannot be read" in refused(str(folder)).message


def test_a_list_of_files_without_end_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(installed, "RECORD", 10)
    assert "its list of files is too large" in refused(site(tmp_path, FILES)).message


@pytest.mark.parametrize("name", ["iscode_pack_boats-1.2-py3.12.egg", "iscode_pack_boats-1.2-py3.12.egg-info"])
@pytest.mark.parametrize("zipped", [True, False])
def test_what_is_zipped_or_was_no_wheel_is_refused(tmp_path: Path, name: str, zipped: bool) -> None:
    if zipped:
        (tmp_path / name).write_bytes(b"PK\x03\x04")
    else:
        (tmp_path / name).mkdir()
    assert f"{name} is none of what a wheel leaves" in refused(str(tmp_path)).message


def test_a_wheel_that_is_zipped_where_its_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / INFO).write_bytes(b"PK\x03\x04")
    assert "is none of what a wheel leaves" in refused(str(tmp_path)).message
