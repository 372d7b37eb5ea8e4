"""What a session tells where something beside the typing changes or fails: nothing looks good that nobody judged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import Diagnostic
from pygls import uris

from iscode.cli import judging
from iscode.lsp import session as of_session
from iscode.lsp.session import Session
from iscode.lsp.unjudged import DEFECT

from .conftest import DAY, PACK, RULE, RULE_PATH

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
ARTIFACT = "docs/ai/credit-scoring-users.md"
"""A file that this record names."""
OWNER = "compliance/roles/credit-officer.yaml"
COLLISION = RULE.replace("title:", "aliases: [access-review-held]\ntitle:")


class Desk:
    """A session without an editor, the day, and what it told of each file last."""

    def __init__(self, top: Path) -> None:
        self.top, self.day, self.fails = top, DAY, False
        self.said: dict[str, list[Diagnostic]] = {}
        self.session = Session(self.asked, self.publish, lambda: self.day)

    def asked(self, folder: Path) -> dict[str, Any]:
        if self.fails:
            raise ZeroDivisionError
        return judging.asked(folder, as_of=self.day)

    def publish(self, uri: str, listed: list[Diagnostic]) -> None:
        self.said[uri] = listed

    async def put(self, path: str, text: str | None = None) -> list[str]:
        """What is told of a file that holds a text: what lies there unless one is given."""
        file = self.top / path
        self.session.put(file, file.read_text() if text is None else text)
        return await self.told(path)

    async def told(self, path: str) -> list[str]:
        """The messages of a file, all being judged."""
        await self.session.view(self.top / path, settled=True)
        return [one.message for one in self.said[uris.from_fs_path(str(self.top / path)) or ""]]

    async def save(self, path: str, text: str) -> None:
        (self.top / path).write_text(text)
        self.session.saved(self.top / path)


def during(top: Path, script: Callable[[Desk], Awaitable[None]]) -> None:
    async def run() -> None:
        desk = Desk(top)
        try:
            await script(desk)
        finally:
            desk.session.stop()

    asyncio.run(run())


def test_a_rule_by_which_no_policy_can_be_loaded_says_so_itself_once(firm: Any) -> None:
    for path, text in PACK.items():
        firm.write(path, text)

    async def script(desk: Desk) -> None:
        await desk.put(RULE_PATH)
        assert [] == await desk.put(SYSTEM)
        await desk.save(RULE_PATH, COLLISION)
        told = await desk.put(RULE_PATH, COLLISION)
        assert 1 == len([words for words in told if "access-review-held" in words])
        [record] = await desk.told(SYSTEM)
        assert record.startswith(f"not judged: {RULE_PATH}:2:11: ")
        broken = RULE.replace("size(purpose)", "size(porpose)")
        await desk.save(RULE_PATH, broken)
        assert 1 == len([words for words in await desk.put(RULE_PATH, broken) if "porpose" in words])
        await desk.save(RULE_PATH, RULE)
        await desk.put(RULE_PATH, RULE)
        assert [] == await desk.told(SYSTEM)

    during(firm.top, script)


def test_every_open_file_says_that_the_configuration_keeps_it_from_being_judged(firm: Any) -> None:
    config = (firm.top / "iscode.yaml").read_text()

    async def script(desk: Desk) -> None:
        assert [[], []] == [await desk.put(SYSTEM), await desk.put(OWNER)]
        await desk.save("iscode.yaml", f"{config}nonsense: 1\n")
        line = config.count("\n") + 1
        for path in (SYSTEM, OWNER):
            [told] = await desk.told(path)
            assert told.startswith(f"not judged: iscode.yaml:{line}:1: ")
        [told] = await desk.told("iscode.yaml")
        assert "nonsense" in told
        await desk.save("iscode.yaml", config)
        assert [[], [], []] == [await desk.told(path) for path in (SYSTEM, OWNER, "iscode.yaml")]

    during(firm.top, script)


def test_a_defect_is_told_in_every_open_file_and_in_the_log_and_tried_again(
    firm: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    async def script(desk: Desk) -> None:
        desk.fails = True
        assert [DEFECT] == await desk.put(SYSTEM)
        assert [[DEFECT], [DEFECT]] == [await desk.put(OWNER), await desk.told(SYSTEM)]
        assert f"ZeroDivisionError in {__name__}" in capfd.readouterr().err
        desk.fails = False
        assert [[], []] == [await desk.put(OWNER), await desk.told(SYSTEM)]

    during(firm.top, script)


def test_what_cannot_be_worded_is_a_defect_too_and_the_root_is_read_again(
    firm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    async def script(desk: Desk) -> None:
        broken = (firm.top / SYSTEM).read_text().replace("can_stop: true", "can_stop: false")
        told = await desk.put(SYSTEM, broken)
        with monkeypatch.context() as patched:
            patched.setattr(of_session, "diagnostics", fails)
            assert [DEFECT] == await desk.put(SYSTEM, f"{broken}\n")
        assert told == await desk.put(SYSTEM, broken)
        assert told

    during(firm.top, script)


def test_what_was_typed_while_telling_failed_is_judged(firm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(desk: Desk) -> None:
        text = (firm.top / SYSTEM).read_text()

        def fails(_: str, __: object) -> None:
            monkeypatch.setattr(desk.session, "_publish", desk.publish)
            desk.session.put(firm.top / SYSTEM, text.replace("can_stop: true", "can_stop: false"))
            raise ZeroDivisionError

        monkeypatch.setattr(desk.session, "_publish", fails)
        assert [] != await desk.put(SYSTEM, text)

    during(firm.top, script)


def test_a_session_that_is_open_over_midnight_judges_by_the_new_day(firm: Any) -> None:
    async def script(desk: Desk) -> None:
        desk.session.told = True
        await desk.put(SYSTEM)
        desk.day = "2031-01-01"
        await desk.session.look()
        found = await desk.session.view(firm.top / SYSTEM, settled=True)
        assert found is not None
        assert "2031-01-01" == found[0].judged.ground.as_of
        assert [] != await desk.told(SYSTEM)

    during(firm.top, script)


def test_a_look_at_what_did_not_change_reads_nothing(firm: Any) -> None:
    async def script(desk: Desk) -> None:
        await desk.put(SYSTEM)
        await desk.session.look()  # the first look meets the files that judging asked about
        await desk.told(SYSTEM)
        desk.fails = True
        await desk.session.look()
        assert [] == await desk.told(SYSTEM)

    during(firm.top, script)


def test_a_file_that_a_record_names_is_looked_at_where_the_editor_watches_nothing(firm: Any) -> None:
    async def script(desk: Desk) -> None:
        assert [] == await desk.put(SYSTEM)
        await desk.session.look()
        assert [] == await desk.told(SYSTEM)
        (firm.top / ARTIFACT).unlink()
        await desk.session.look()
        assert [] != await desk.told(SYSTEM)

    during(firm.top, script)


def test_in_a_folder_that_a_link_leads_to_files_are_told_by_the_words_that_they_were_opened_by(
    firm: Any, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(firm.top)

    async def script(desk: Desk) -> None:
        broken = (firm.top / SYSTEM).read_text().replace("can_stop: true", "can_stop: false")
        assert [] == await desk.put(SYSTEM)
        assert [] != await desk.put(SYSTEM, broken)
        assert [] == [uri for uri in desk.said if not uri.startswith(f"{desk.top.as_uri()}/")]
        found = await desk.session.view(desk.top / SYSTEM)
        assert found is not None
        assert uris.from_fs_path(str(desk.top / SYSTEM)) == found[0].uri(SYSTEM)
        await desk.put(SYSTEM)
        await desk.save(OWNER, "kind: [\n")
        assert [] != await desk.told(SYSTEM)

    during(tmp_path / "link", script)


@pytest.mark.parametrize("told", [True, False])
def test_a_file_that_was_open_before_there_was_a_root_is_judged_once_there_is(firm: Any, told: bool) -> None:
    config = (firm.top / "iscode.yaml").read_text()
    (firm.top / "iscode.yaml").unlink()

    async def script(desk: Desk) -> None:
        desk.session.put(
            firm.top / SYSTEM, (firm.top / SYSTEM).read_text().replace("can_stop: true", "can_stop: false")
        )
        (firm.top / "iscode.yaml").write_text(config)
        if told:
            desk.session.saved(firm.top / "iscode.yaml")
        else:
            await desk.session.look()
        assert [] != await desk.told(SYSTEM)

    during(firm.top, script)


def test_a_file_goes_to_the_root_that_comes_nearer_to_it_and_keeps_what_that_tells(firm: Any) -> None:
    record = "part/compliance/roles/x.yaml"
    firm.write(record, "kind: Role\nid: x\nowner: Role:nobody\n")

    async def script(desk: Desk) -> None:
        await desk.put(SYSTEM)
        desk.session.put(firm.top / record, (firm.top / record).read_text())
        await asyncio.sleep(0)  # now the outer root is being judged, with the record in it
        firm.write("part/iscode.yaml", (firm.top / "iscode.yaml").read_text())
        await desk.session.look()
        found = await desk.session.view(firm.top / record, settled=True)
        assert found is not None
        assert "part" == found[0].judged.ground.root
        assert [] == await desk.told(SYSTEM)  # and the outer one is done with it
        assert [] != await desk.told(record)

    during(firm.top, script)
