"""What one passing result costs: every shipped rule over records, its expressions already compiled.

`python bench/results.py [RECORDS]`: over the example, which every rule meets, and over a thousand made-up records. Each
line: microseconds of this process a passing result; then the rules that cost most, and where the time goes by function.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository

from iscode.cli import example
from iscode.evaluation.ground import Ground, prepare
from iscode.evaluation.judge import Judge
from iscode.evaluation.subjects import Subject, subjects
from iscode.policy import Config, bind_rules, shipped
from iscode.source import MemorySnapshot

RUNS = 7
AS_OF = "2026-11-24"
DEAREST = 12
"""Rules and functions that are named, the dearest first."""


class Passing(NamedTuple):
    """A rule at work, the subjects of which every result is a pass, and how many results that are."""

    judge: Judge
    subjects: Sequence[Subject]
    results: int


def ground(files: Mapping[str, bytes]) -> Ground:
    """The records of a repository, under every rule of the profile `integrated`."""
    policy = bind_rules(Config(version=1, profile="integrated"), shipped())
    found = {path: data for path, data in files.items() if path != "iscode.yaml"}
    return prepare(MemorySnapshot(found), "", policy, AS_OF, None, None)


def passing(world: Ground) -> Iterator[Passing]:
    """Each rule that passes somewhere; asking once compiles every form of its expressions."""
    context = world.context()
    for bound in world.policy.bound:
        judge = Judge(bound, world.policy, context, world.place, world.idle(bound))
        answered = [(subject, list(judge.results(subject))) for subject in subjects(bound, world.world)]
        sound = [(subject, len(said)) for subject, said in answered if {each.outcome for each in said} == {"pass"}]
        if sound:
            yield Passing(judge, [subject for subject, _ in sound], sum(count for _, count in sound))


def judged(case: Passing) -> Callable[[], object]:
    """The whole way of a result: frame, `when`, `needs`, `each`, checks."""
    results, found = case.judge.results, case.subjects
    return lambda: [list(results(subject)) for subject in found]


def framed(case: Passing) -> Callable[[], object]:
    """The frame alone: the values that expressions read, lets not computed yet."""
    of_subject, found = case.judge.frames.of_subject, case.subjects
    return lambda: [of_subject(subject.value, whole=False, old=subject.old) for subject in found]


def asked(case: Passing, *, again: bool) -> Callable[[], object]:
    """The bare functions of `when` and the checks, over frames made beforehand.

    The lets that they read are computed on the way; `again`: they are known already.
    """
    context, compiled = case.judge.context, case.judge.compiled
    formulas = [*([compiled.when] if compiled.when else []), *(check.that for check in compiled.checks)]

    def ask() -> float:
        frames = [case.judge.frames.of_subject(each.value, whole=False, old=each.old) for each in case.subjects]
        for frame in frames if again else ():
            for formula in formulas:
                formula(context, frame)
        start = time.process_time()
        for frame in frames:
            for formula in formulas:
                formula(context, frame)
        return time.process_time() - start

    return ask


def timed(action: Callable[[], object]) -> float:
    """The least time of an action in seconds, for what others do only adds to it; its own measure if it gives one."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        found = action()
        taken.append(found if isinstance(found, float) else time.process_time() - start)
    return min(taken)


def say(what: str, cases: Sequence[Passing], seconds: Sequence[float]) -> None:
    """One line of the report: the mean over all results."""
    count = sum(case.results for case in cases)
    print(f"{what:<62} {sum(seconds) / count * 1e6:7.2f} µs   {count} results of {len(cases)} rules")


def report(what: str, files: Mapping[str, bytes]) -> None:
    """Measure, and print."""
    cases = list(passing(ground(files)))
    plain = [case for case in cases if case.judge.compiled.each is None]
    taken = [timed(judged(case)) for case in cases]
    print(f"\n{what}")
    say("a passing result, the judge as a whole", cases, taken)
    say("  of rules without `each`", plain, [timed(judged(case)) for case in plain])
    say("  of these: the frame", plain, [timed(framed(case)) for case in plain])
    for words, again in (("`when` and checks, with their lets", False), ("`when` and checks alone", True)):
        say(f"  of these: {words}", plain, [timed(asked(case, again=again)) for case in plain])
    print("the dearest rules, µs a passing result and share of the whole:")
    for seconds, case in sorted(zip(taken, cases, strict=True), key=lambda row: -row[0])[:DEAREST]:
        each = seconds / case.results * 1e6
        print(f"  {case.judge.bound.id:<48} {each:7.2f} µs   {seconds / sum(taken):6.1%}   {case.results} results")
    profiled(cases)


def profiled(cases: Sequence[Passing]) -> None:
    """Where the time goes, by function: the share spent in it alone. A profiler makes calls dearer than they are."""
    profile = cProfile.Profile()
    actions = [judged(case) for case in cases]
    profile.enable()
    for action in actions:
        action()
    profile.disable()
    found = pstats.Stats(profile)
    rows = sorted(found.stats.items(), key=lambda row: -row[1][2])[:DEAREST]  # type: ignore[attr-defined]
    print("where the time goes:")
    for (path, line, name), (_, calls, own, *_) in rows:
        where = f"{Path(path).name}:{line} {name}" if line else name
        print(f"  {where:<60} {own / found.total_tt:6.1%}   {calls} calls")  # type: ignore[attr-defined]


if __name__ == "__main__":
    report("the example", example.files("acme"))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    report(f"{count} made-up records", repository.files(count))
