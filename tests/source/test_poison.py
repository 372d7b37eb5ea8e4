"""Whatever configuration, environment and planted files say, nothing runs and the same is read.

Each poison comes with a control: plain git, in the same place, does leave the marker or is misled.
"""

from __future__ import annotations

import hashlib
import os
import pty
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from iscode.errors import RepositoryError
from iscode.source import discover

EVIL = b"kind: Thing\nid: evil\n"
REVISIONS = ("HEAD", "HEAD^", "refs/heads/main")


class Trap:
    """A program that leaves a marker."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.marker = folder / "marker"
        self.program = folder / "trap"
        self.program.write_text(f"#!/bin/sh\n: >'{self.marker}'\n")
        self.program.chmod(0o755)

    def sprung(self) -> bool:
        return self.marker.exists()


@pytest.fixture
def trap(tmp_path):
    return Trap(tmp_path / "trap")


@pytest.fixture
def dirty(checkout):
    """Two commits, an edit that is staged, one that is not, and an untracked file: something for every reader."""
    checkout.write("compliance/deep/b.yaml", b"kind: Thing\nid: second\n")
    checkout.commit("second")
    checkout.write("compliance/deep/b.yaml", b"kind: Thing\nid: staged\n")
    checkout.git("add", "-A")
    checkout.write("compliance/a.yaml", b"kind: Thing\nid: edited\n")
    checkout.write("compliance/untracked.yaml")
    return checkout


@pytest.fixture
def everything(contents):
    """What all readers see from a folder of the repository."""

    def read(folder: Path) -> dict[str, object]:
        repository = discover(folder)
        snapshots = {"worktree": repository.worktree(), "index": repository.index()}
        snapshots |= {name: repository.commit(name) for name in REVISIONS}
        return {name: (snapshot.revision, contents(snapshot)) for name, snapshot in snapshots.items()}

    return read


def configure(checkout, **values: str) -> None:
    for name, value in values.items():
        checkout.git("config", name.replace("__", "-").replace("_", "."), value)


def attribute(checkout, text: str) -> None:
    (checkout.top / ".git/info").mkdir(exist_ok=True)
    (checkout.top / ".git/info/attributes").write_text(text)


def springs(*arguments: str) -> Callable[..., bool]:
    """Make a control: this call of plain git springs the trap."""

    def control(checkout, trap) -> bool:
        checkout.git(*arguments, check=False)
        return trap.sprung()

    return control


def springs_on_a_terminal(*arguments: str) -> Callable[..., bool]:
    def control(checkout, trap) -> bool:
        master, slave = pty.openpty()
        subprocess.run(
            ["git", *arguments], cwd=checkout.top, stdout=slave, stderr=slave, stdin=subprocess.DEVNULL, check=False
        )
        os.close(slave)
        os.close(master)
        return trap.sprung()

    return control


def fsmonitor(checkout, trap):
    configure(checkout, core_fsmonitor=str(trap.program))
    return springs("status")


def hooks_path(checkout, trap):
    hook = trap.program.parent / "post-index-change"
    hook.symlink_to(trap.program)
    configure(checkout, core_hooksPath=str(hook.parent))
    return springs("add", "-A")


def hook_of_the_index(checkout, trap):
    (checkout.top / ".git/hooks/post-index-change").symlink_to(trap.program)
    return springs("add", "-A")


def textconv(checkout, trap):
    attribute(checkout, "*.yaml diff=poison\n")
    configure(checkout, diff_poison_textconv=str(trap.program))
    return springs("cat-file", "--textconv", "HEAD:compliance/a.yaml")


def diff_command(checkout, trap):
    attribute(checkout, "*.yaml diff=poison\n")
    configure(checkout, diff_poison_command=str(trap.program))
    return springs("diff", "HEAD")


def external_diff(checkout, trap):
    configure(checkout, diff_external=str(trap.program))
    return springs("diff", "HEAD")


def clean_filter(checkout, trap):
    attribute(checkout, "*.yaml filter=poison\n")
    configure(checkout, filter_poison_clean=str(trap.program))
    return springs("hash-object", "compliance/a.yaml")


def smudge_filter(checkout, trap):
    attribute(checkout, "*.yaml filter=poison\n")
    configure(checkout, filter_poison_smudge=str(trap.program))
    return springs("cat-file", "--filters", "HEAD:compliance/a.yaml")


def process_filter(checkout, trap):
    attribute(checkout, "*.yaml filter=poison\n")
    configure(checkout, filter_poison_process=str(trap.program))
    return springs("hash-object", "compliance/a.yaml")


def attributes_file(checkout, trap):
    attributes = trap.program.parent / "attributes"
    attributes.write_text("*.yaml filter=poison\n")
    configure(checkout, core_attributesFile=str(attributes), filter_poison_clean=str(trap.program))
    return springs("hash-object", "compliance/a.yaml")


def pager(checkout, trap):
    configure(checkout, core_pager=str(trap.program))
    return springs_on_a_terminal("log")


def pager_of_a_command(checkout, trap):
    for command in ("ls-files", "cat-file", "rev-parse", "check-ignore", "for-each-ref", "branch"):
        checkout.git("config", f"pager.{command}", str(trap.program))
    return springs_on_a_terminal("branch")


def alias(checkout, trap):
    for command in ("ls-files", "cat-file", "rev-parse", "check-ignore", "for-each-ref", "poison"):
        checkout.git("config", f"alias.{command}", f"!{trap.program}")
    return springs("poison")


def configuration_of_the_user(checkout, trap):
    config = Path(os.environ["HOME"]) / ".gitconfig"
    config.write_text(config.read_text() + f"[core]\nfsmonitor = {trap.program}\n[alias]\nls-files = !{trap.program}\n")
    return springs("status")


def configuration_by_inclusion(checkout, trap):
    (trap.program.parent / "included").write_text(f"[core]\nfsmonitor = {trap.program}\n")
    configure(checkout, include_path=str(trap.program.parent / "included"))
    return springs("status")


def remote_by_ssh(checkout, trap):
    configure(checkout, core_sshCommand=str(trap.program), remote_origin_url="ssh://host.invalid/x")
    return springs("fetch", "origin")


def excludes_file(checkout, trap):
    excludes = trap.program.parent / "excludes"
    excludes.write_text("*.yaml\n")
    configure(checkout, core_excludesFile=str(excludes))
    return lambda checkout, trap: checkout.git("ls-files", "-o", "--exclude-standard") == b""


def other_work_tree(checkout, trap):
    configure(checkout, core_worktree=str(trap.program.parent))
    return lambda checkout, trap: checkout.text("rev-parse", "--show-toplevel") == str(trap.program.parent)


def missing_work_tree(checkout, trap):
    configure(checkout, core_worktree="/nowhere/at/all")
    return lambda checkout, trap: checkout.git("status", check=False) == b""


def bare_by_configuration(checkout, trap):
    configure(checkout, core_bare="true")
    return lambda checkout, trap: checkout.git("status", check=False) == b""


def grafts(checkout, trap):
    commit, tree = checkout.text("rev-parse", "HEAD"), checkout.text("rev-parse", "HEAD^{tree}")
    orphan = checkout.text("commit-tree", "-m", "orphan", tree)
    checkout.write(".git/info/grafts", f"{commit} {orphan}\n".encode())
    return lambda checkout, trap: checkout.text("rev-parse", "HEAD^") == orphan


def replaced_blob(checkout, trap):
    evil = checkout.git("hash-object", "-w", "--stdin", stdin=EVIL).decode().strip()
    checkout.git("replace", "HEAD:compliance/deep/b.yaml", evil)
    return lambda checkout, trap: checkout.git("cat-file", "-p", "HEAD:compliance/deep/b.yaml") == EVIL


def replaced_commit(checkout, trap):
    checkout.git("replace", "HEAD", checkout.text("commit-tree", "-m", "none", EMPTY_TREE))
    return lambda checkout, trap: checkout.git("ls-tree", "HEAD") == b""


EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def commit_graph(checkout, trap):
    """Make the graph say that the first commit has the second one's place among the parents."""
    first, head = checkout.text("rev-parse", "HEAD^"), checkout.commit("third")
    checkout.git("commit-graph", "write", "--reachable")
    graph = checkout.top / ".git/objects/info/commit-graph"
    data = bytearray(graph.read_bytes())
    chunks = {
        bytes(data[at : at + 4]): int.from_bytes(data[at + 4 : at + 12], "big") for at in range(8, 8 + 12 * 5, 12)
    }
    oids = [bytes(data[at : at + 20]).hex() for at in range(chunks[b"OIDL"], chunks[b"CDAT"], 20)]
    parent = chunks[b"CDAT"] + oids.index(head) * 36 + 20
    data[parent : parent + 4] = oids.index(first).to_bytes(4, "big")
    graph.chmod(0o644)
    graph.write_bytes(data)
    return lambda checkout, trap: checkout.text("rev-list", "HEAD").splitlines() == [head, first]


POISONS = [
    *(fsmonitor, hooks_path, hook_of_the_index, textconv, diff_command, external_diff, clean_filter, smudge_filter),
    *(process_filter, attributes_file, pager, pager_of_a_command, alias, configuration_of_the_user),
    *(configuration_by_inclusion, remote_by_ssh, excludes_file, other_work_tree, missing_work_tree),
    *(bare_by_configuration, grafts, replaced_blob, replaced_commit),
]


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.__name__)
def test_a_poisoned_repository_reads_as_before_and_runs_nothing(dirty, trap, everything, poison):
    expected = everything(dirty.top)
    control = poison(dirty, trap)
    trap.marker.unlink(missing_ok=True)

    assert expected == everything(dirty.top)
    assert not trap.sprung()
    assert control(dirty, trap)


def test_a_forged_commit_graph_gives_no_commit_another_parent(dirty, trap, contents):
    second = dirty.text("rev-parse", "HEAD")
    control = commit_graph(dirty, trap)
    assert second == dirty.open().commit("HEAD^").revision.commit
    assert control(dirty, trap)


def test_a_signature_is_not_looked_at(dirty, trap, everything):
    head = dirty.git("cat-file", "commit", "HEAD").partition(b"\n\n")
    signature = b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = dirty.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=head[0] + signature + head[1] + head[2])
    dirty.git("update-ref", "HEAD", signed.decode().strip())
    expected = everything(dirty.top)
    configure(dirty, gpg_program=str(trap.program), log_showSignature="true")

    assert expected == everything(dirty.top)
    assert not trap.sprung()
    assert springs("log", "-1")(dirty, trap)


@pytest.mark.parametrize("way", ["ssh", "file", "ext"])
def test_a_missing_object_is_not_fetched_from_a_promisor(dirty, trap, everything, contents, way):
    oid = dirty.text("rev-parse", "HEAD:compliance/a.yaml")
    expected = contents(dirty.open().worktree())
    (dirty.top / ".git/objects" / oid[:2] / oid[2:]).unlink()
    url = {"ssh": "ssh://host.invalid/x", "file": f"file://{dirty.top}", "ext": f"ext::{trap.program}"}[way]
    configure(
        dirty,
        core_repositoryFormatVersion="1",
        extensions_partialClone="origin",
        remote_origin_promisor="true",
        remote_origin_url=url,
        remote_origin_uploadpack=str(trap.program),
        core_sshCommand=str(trap.program),
        protocol_allow="always",
    )

    assert expected == contents(dirty.open().worktree())
    for snapshot in (dirty.open().index(), dirty.open().commit("HEAD")):
        with pytest.raises(RepositoryError, match=f"object {oid} is missing"):
            contents(snapshot)
    assert not trap.sprung()
    assert springs("cat-file", "-p", oid)(dirty, trap)


def test_a_folder_that_is_itself_a_repository_does_not_answer_for_what_it_lies_in(dirty, trap, everything):
    inner = dirty.top / "compliance/inner"
    dirty.git("init", "-q", "--bare", "compliance/inner")
    for path in inner.glob("hooks/*"):
        path.unlink()
    (inner / "refs/keep").write_bytes(b"")
    (inner / "objects/keep").write_bytes(b"")
    dirty.git("add", "-A")
    dirty.commit("a repository as plain files")
    expected = everything(dirty.top)
    config = inner / "config"
    config.write_text(f"[core]\nrepositoryformatversion = 0\nbare = false\nworktree = ..\nfsmonitor = {trap.program}\n")
    dirty.git("add", "-A")
    dirty.git("commit", "-q", "--amend", "-m", "poisoned")

    from_inside = discover(inner)
    assert (dirty.top, b"compliance/inner") == (from_inside.top, from_inside.prefix)
    assert everything(inner) == everything(dirty.top)
    assert set(expected["HEAD"][1]) == set(everything(inner)["HEAD"][1])
    assert not trap.sprung()
    subprocess.run(["git", "status"], cwd=inner, capture_output=True, check=False)
    assert trap.sprung()


@pytest.mark.parametrize("what", ["HEAD", "HEAD^{tree}", "HEAD:compliance", "HEAD:compliance/a.yaml"])
def test_a_loose_object_with_other_content_is_refused(dirty, contents, what):
    oid = dirty.text("rev-parse", what)
    kind = dirty.text("cat-file", "-t", oid)
    other = {
        "HEAD": lambda: dirty.git("cat-file", "commit", "HEAD^"),
        "HEAD^{tree}": lambda: dirty.git("cat-file", "tree", "HEAD:compliance"),
        "HEAD:compliance": lambda: dirty.git("cat-file", "tree", "HEAD:compliance/deep"),
        "HEAD:compliance/a.yaml": lambda: EVIL,
    }[what]()
    path = dirty.top / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"%s %d\0" % (kind.encode(), len(other)) + other))

    with pytest.raises(RepositoryError, match=f"object {oid} does not hold what its id says"):
        contents(dirty.open().commit(dirty.text("rev-parse", "refs/heads/main")))
    assert dirty.git("--no-replace-objects", "cat-file", kind, oid) == other


def test_a_loose_object_that_claims_to_be_of_another_kind_is_refused(dirty, contents):
    oid = dirty.text("rev-parse", "HEAD:compliance/a.yaml")
    path = dirty.top / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"tag %d\0" % len(EVIL) + EVIL))
    with pytest.raises(RepositoryError, match=r"compliance/a\.yaml: object .* is a tag, not a blob"):
        contents(dirty.open().commit("HEAD"))


def differs(*arguments: str) -> Callable[..., bool]:
    """Make a control: the variable changes what plain git says."""

    def control(checkout, trap) -> bool:
        name = next(name for name in os.environ if name in VARIABLES and name.startswith("GIT_"))
        changed = checkout.git(*arguments, check=False)
        value = os.environ.pop(name)
        plain = checkout.git(*arguments, check=False)
        os.environ[name] = value
        return changed != plain

    return control


VARIABLES: dict[str, tuple[str, Callable[..., bool]]] = {
    "GIT_CONFIG_PARAMETERS": ("'core.fsmonitor'='{trap}'", springs("status")),
    "GIT_CONFIG_GLOBAL": ("{folder}/config", springs("status")),
    "GIT_EXTERNAL_DIFF": ("{trap}", springs("diff", "HEAD")),
    "GIT_PAGER": ("{trap}", springs_on_a_terminal("log")),
    "GIT_SSH_COMMAND": ("{trap}", springs("fetch", "ssh://host.invalid/x")),
    "GIT_SSH": ("{trap}", springs("fetch", "ssh://host.invalid/x")),
    "GIT_EDITOR": ("{trap}", springs("commit", "--allow-empty")),
    "GIT_EXEC_PATH": ("{folder}", springs("poison")),
    "GIT_TRACE": ("{folder}/marker", springs("rev-parse")),
    "GIT_TRACE_SETUP": ("{folder}/marker", springs("status")),
    "GIT_TRACE2": ("{folder}/marker", springs("rev-parse")),
    "GIT_TRACE2_EVENT": ("{folder}/marker", springs("rev-parse")),
    "GIT_OBJECT_DIRECTORY": ("{folder}", differs("cat-file", "-t", "HEAD")),
    "GIT_COMMON_DIR": ("{folder}", differs("rev-parse", "HEAD")),
    "GIT_NAMESPACE": ("other", differs("upload-pack", "--advertise-refs", ".")),
    "GIT_CEILING_DIRECTORIES": ("{top}", differs("-C", "compliance", "rev-parse", "--show-toplevel")),
    "GIT_REPLACE_REF_BASE": ("refs/poison/", differs("cat-file", "-p", "HEAD:compliance/deep/b.yaml")),
    "GIT_GRAFT_FILE": ("{folder}/grafts", differs("rev-parse", "HEAD^")),
    "GIT_SHALLOW_FILE": ("{folder}/shallow", differs("rev-list", "HEAD")),
    "GIT_LITERAL_PATHSPECS": ("1", differs("ls-files", "*.yaml")),
    "GIT_ICASE_PATHSPECS": ("1", differs("ls-files", "*.YAML")),
    "GIT_DISCOVERY_ACROSS_FILESYSTEM": ("nonsense", differs("rev-parse", "--git-dir")),
}


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_variable_of_the_environment_changes_nothing_and_runs_nothing(dirty, trap, everything, monkeypatch, name):
    value, control = VARIABLES[name]
    expected = everything(dirty.top)
    folder = trap.program.parent
    (folder / "config").write_text(f"[core]\nfsmonitor = {trap.program}\n")
    (folder / "git-poison").symlink_to(trap.program)
    head, tree = dirty.text("rev-parse", "HEAD"), dirty.text("rev-parse", "HEAD^{tree}")
    (folder / "grafts").write_text(f"{head} {dirty.text('commit-tree', '-m', 'orphan', tree)}\n")
    (folder / "shallow").write_text(f"{head}\n")
    evil = dirty.git("hash-object", "-w", "--stdin", stdin=EVIL).decode().strip()
    dirty.git("update-ref", f"refs/poison/{dirty.text('rev-parse', 'HEAD:compliance/deep/b.yaml')}", evil)
    monkeypatch.setenv(name, value.format(trap=trap.program, folder=folder, top=dirty.top))

    assert expected == everything(dirty.top)
    assert expected == everything(dirty.top / "compliance")
    assert not trap.sprung()
    assert control(dirty, trap)


def test_configuration_counted_in_the_environment_runs_nothing(dirty, trap, everything, monkeypatch):
    expected = everything(dirty.top)
    for name, value in {"COUNT": "1", "KEY_0": "core.fsmonitor", "VALUE_0": str(trap.program)}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    assert expected == everything(dirty.top)
    assert not trap.sprung()
    assert springs("status")(dirty, trap)


def test_objects_of_another_repository_are_not_looked_up(dirty, contents, monkeypatch, tmp_path):
    oid = dirty.text("rev-parse", "HEAD:compliance/a.yaml")
    path = dirty.top / ".git/objects" / oid[:2] / oid[2:]
    (tmp_path / "objects" / oid[:2]).mkdir(parents=True)
    path.rename(tmp_path / "objects" / oid[:2] / oid[2:])
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(tmp_path / "objects"))
    with pytest.raises(RepositoryError, match=f"object {oid} is missing"):
        contents(dirty.open().commit("HEAD"))
    assert b"blob\n" == dirty.git("cat-file", "-t", oid)


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE"])
def test_a_variable_that_names_another_repository_is_refused(dirty, monkeypatch, tmp_path, name):
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    monkeypatch.setenv(name, str(other / ".git" if name == "GIT_DIR" else other))
    with pytest.raises(RepositoryError, match=f"{name} points at another repository"):
        dirty.open()
    option = "--absolute-git-dir" if name == "GIT_DIR" else "--show-toplevel"
    assert dirty.text("rev-parse", option, check=False).startswith(str(other))


@pytest.mark.parametrize("value", [".git", "{top}/.git"])
def test_the_variables_that_git_sets_in_a_hook_are_no_redirection(dirty, everything, monkeypatch, value):
    expected = everything(dirty.top)
    monkeypatch.setenv("GIT_DIR", value.format(top=dirty.top))
    monkeypatch.setenv("GIT_WORK_TREE", str(dirty.top))
    monkeypatch.chdir(dirty.top / "compliance")
    assert expected == everything(dirty.top)


def test_objects_in_quarantine_are_refused(dirty, monkeypatch):
    monkeypatch.setenv("GIT_QUARANTINE_PATH", str(dirty.top / ".git/objects/incoming"))
    with pytest.raises(RepositoryError, match="quarantine"):
        dirty.open()


@pytest.mark.parametrize("search", [".", "", "{top}", "{top}/bin", "{link}"])
def test_a_git_in_the_repository_or_the_current_folder_is_never_run(dirty, trap, everything, monkeypatch, search):
    expected = everything(dirty.top)
    for name in ("git", "bin/git"):
        path = dirty.write(name, trap.program.read_bytes())
        path.chmod(0o755)
        (dirty.top / ".git/info/exclude").write_text("/git\n/bin/\n")
    link = trap.program.parent / "git"
    link.symlink_to(dirty.top / "git")
    monkeypatch.chdir(dirty.top)
    found = search.format(top=dirty.top, link=link.parent)
    monkeypatch.setenv("PATH", found + os.pathsep + os.environ["PATH"])

    assert expected == everything(dirty.top)
    assert not trap.sprung()
    subprocess.run(["git", "version"], check=False)
    assert trap.sprung()


def test_reading_leaves_the_repository_as_it_was(dirty, everything):
    def state() -> dict[str, str]:
        files = (path for path in dirty.top.rglob("*") if path.is_file())
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = state()
    os.utime(dirty.top / "iscode.yaml", (1, 1))
    everything(dirty.top)
    assert before == state()
    dirty.git("status")
    assert before != state()


def test_the_variable_that_gitpython_runs_at_import_runs_nothing(dirty, trap, monkeypatch):
    monkeypatch.setenv("GIT_PYTHON_GIT_EXECUTABLE", str(trap.program))
    code = "import sys; from pathlib import Path; from iscode.source import porcelain; porcelain.install_hook(Path())"
    subprocess.run([sys.executable, "-I", "-c", code], cwd=dirty.top, check=True)
    assert not trap.sprung()
    subprocess.run([sys.executable, "-I", "-c", "import git"], cwd=dirty.top, check=False, capture_output=True)
    assert trap.sprung()


@pytest.mark.parametrize("search", [".", "", "bin"])
def test_a_git_in_a_relative_folder_is_never_run(dirty, trap, everything, monkeypatch, tmp_path, search):
    (dirty.top / ".git/info/exclude").write_text("/git\n/bin/\n")
    expected = everything(dirty.top)
    for folder in (dirty.top, tmp_path):
        for name in ("git", "bin/git"):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(trap.program, folder / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", search + os.pathsep + os.environ["PATH"])

    assert expected == everything(dirty.top)
    assert not trap.sprung()
    subprocess.run(["git", "version"], check=False)
    assert trap.sprung()
