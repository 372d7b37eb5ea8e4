"""A wheel with a pack, installed by pip into an environment of its own: named, judged by, changed, gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
ACT = HOME / "examples" / "packs" / "eu-ai-act"
NAME = "iscode-pack-eu-ai-act"
pytestmark = [pytest.mark.clients, pytest.mark.slow]


def wheel(folder: Path, version: str, more: str = "") -> Path:
    """A wheel as builders make them, with the pack as its one folder and a module that must never run."""
    bare = NAME.replace("-", "_")
    info = f"{bare}-{version}.dist-info"
    files = {
        f"{bare}/{path.relative_to(ACT).as_posix()}": path.read_bytes() for path in ACT.rglob("*") if path.is_file()
    }
    files[f"{bare}/__init__.py"] = b"raise SystemExit('the pack ran')\n"
    files[f"{bare}/rules/definitions.yaml"] += more.encode()
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n".encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/entry_points.txt"] = f"[iscode]\npack = {bare}\n[pytest11]\npack = {bare}\n".encode()
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]).encode()
    path = folder / f"{bare}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_pack_that_pip_installed_is_pinned_judges_and_is_refused_when_another_is_installed(tmp_path: Path) -> None:
    """The environment has its own packages, where pip puts the pack, and sees those of the tests for all the rest."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    python = next((tmp_path / "env").glob("[bS]*/python*"))
    [site] = (tmp_path / "env").glob("[lL]ib/**/site-packages")
    there = {str(Path(path).resolve()) for path in sys.path if "site-packages" in path}
    (site / "tests.pth").write_text("".join(f"{path}\n" for path in [str(HOME / "src"), *sorted(there)]))
    top = tmp_path / "firm"
    shutil.copytree(HOME / "examples" / "acme", top)
    (top / "iscode.yaml").write_text("version: 1\nprofile: integrated\n")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-I", "-m", "iscode", *words]
        return subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)

    def install(*words: str) -> None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
        done = subprocess.run([*command, "--target", str(site), *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    for words in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *words], cwd=top, check=True)
    missing = run("policy", "pack", "add", f"package:{NAME}")
    assert (2, True) == (missing.returncode, f"the package {NAME} is not installed here" in missing.stderr)

    install(str(wheel(tmp_path, "1.0")))
    sound = run("policy", "pack", "check", f"package:{NAME}")
    assert (0, True) == (sound.returncode, "20 rules" in sound.stdout), sound.stderr
    assert 0 == run("policy", "pack", "add", f"package:{NAME}", "--write").returncode
    config = top / "iscode.yaml"
    config.write_text(config.read_text().replace("profile: integrated", "profile: integrated-eu-ai-act"))
    judged = run("check", "--as-of", "2026-11-24", "--existing", "block")
    assert (0, True) == (judged.returncode, "profile integrated-eu-ai-act" in judged.stdout), judged.stderr

    (site / f"{NAME.replace('-', '_')}-1.0.dist-info").rename(tmp_path / "gone")
    shutil.rmtree(site / NAME.replace("-", "_"))
    install(str(wheel(tmp_path, "1.1", "# another\n")))
    other = run("check", "--as-of", "2026-11-24")
    assert (2, True) == (other.returncode, f"`iscode policy pack update package:{NAME} --write`" in other.stderr)
    assert 0 == run("policy", "pack", "update", f"package:{NAME}", "--write").returncode
    assert 0 == run("check", "--as-of", "2026-11-24").returncode
