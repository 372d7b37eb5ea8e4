"""What is in a repository already: records are taken in wherever they are, nothing else is, and nothing is dropped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iscode.intake.adopting import Adoption, adoption
from iscode.policy import Config, bind_rules, shipped
from iscode.policy.config import DEFAULT_RECORDS
from iscode.source import MemorySnapshot, patterns

KINDS = bind_rules(Config(version=1, profile="starter"), shipped()).kinds
RECORD, OTHER, BROKEN, MEANT = b"kind: Role\nid: a\n", b"a: 1\n", b"{{ template }}\n", b"kind: Rolle\nid: a\n"


def found(root: str = "", **files: bytes) -> Adoption:
    return adoption(MemorySnapshot(files), root, KINDS)


def test_nothing_is_proposed_where_nothing_is() -> None:
    assert Adoption((), (), (), (), ()) == found(**{"src/a.py": b"", "deploy/b.yaml": OTHER})


def test_records_where_they_stand_by_default_need_no_pattern() -> None:
    assert (("compliance/a.yml",), ()) == found(**{"compliance/a.yml": RECORD, "x/b.yaml": OTHER})[:2]


def test_the_highest_folder_that_holds_only_records_is_taken_in() -> None:
    made = found(**{"gov/x/a.yaml": RECORD, "gov/y/b.yaml": RECORD, "ops/c.yaml": RECORD, "ops/d.yaml": OTHER})
    assert (*DEFAULT_RECORDS, "gov/**/*.yaml", "/ops/c.yaml") == made.named


def test_what_is_none_below_the_default_is_left_out_by_its_name() -> None:
    made = found(**{"compliance/a[1].yaml": OTHER, "compliance/b.yaml": RECORD})
    assert (("compliance/a[1].yaml",), ("/compliance/a\\[1\\].yaml",)) == (made.left, made.excluded)


def test_what_cannot_be_read_is_told_and_stays() -> None:
    made = found(**{"compliance/a.yaml": BROKEN, "charts/b.yaml": BROKEN})
    assert (("compliance/a.yaml",), ()) == (made.unclear, made.excluded)


def test_a_kind_that_is_not_known_is_meant_as_a_record_where_records_stand_by_default_and_nowhere_else() -> None:
    made = found(**{"compliance/a.yaml": MEANT, "other/a.yaml": MEANT})
    assert (("compliance/a.yaml",), ()) == (made.records, made.excluded)


def test_manifests_of_other_tools_are_no_records() -> None:
    manifest = b"apiVersion: v1\nkind: Role\nmetadata: {name: a}\n"
    assert ((), ("/compliance/a.yaml",)) == found(**{"compliance/a.yaml": manifest})[0:4:3]


def test_a_root_of_its_own_is_left_alone_and_paths_are_those_from_the_root() -> None:
    files = {"s/a/iscode.yaml": b"", "s/a/x/b.yaml": RECORD, "s/c/d.yaml": RECORD, "e.yaml": RECORD}
    assert ("c/d.yaml",) == found("s", **files).records


def test_a_name_that_no_pattern_can_have_is_told() -> None:
    assert ("compliance/a\n.yaml",) == found(**{"compliance/a\n.yaml": OTHER}).unclear


def test_more_than_a_list_can_hold_is_told_and_nothing_is_proposed() -> None:
    made = found(**{f"compliance/{number}.yaml": OTHER for number in range(300)})
    assert ((), (), 300) == (made.left, made.excluded, len(made.unclear))


@given(
    st.dictionaries(
        st.tuples(
            st.lists(st.sampled_from(["compliance", "gov", "a*b", "!x", "[c]", "#d", "e f", "\\g"]), max_size=3),
            st.sampled_from(["a.yaml", "b.yml", "C.YAML", "*.yaml", " x.yaml", "?.yaml"]),
        ).map(lambda parts: "/".join([*parts[0], parts[1]])),
        st.sampled_from([RECORD, OTHER, BROKEN, MEANT]),
    )
)
def test_each_record_is_taken_in_and_each_other_file_is_left_out_or_told(files: dict[str, bytes]) -> None:
    paths = {entry.path for entry in MemorySnapshot(files).entries}
    made = found(**files)
    taken = patterns.compile(made.named or DEFAULT_RECORDS)
    excluded = patterns.compile(made.excluded) if made.excluded else lambda _path: False
    for path in paths:
        judged = taken(path) and not excluded(path)
        if path in made.records:
            assert judged or path in made.unclear, path
        else:
            assert not judged or path in made.unclear, path
