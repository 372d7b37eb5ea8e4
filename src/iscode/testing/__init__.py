"""Rule cases -> evaluations of memory snapshots -> did the rule say what its author expects."""

from iscode.testing.cases import Case, CaseFile, cases_of, read_cases, without_rule
from iscode.testing.gaps import gaps
from iscode.testing.mutation import Mutant, mutants
from iscode.testing.run import CaseOutcome, run_cases

__all__ = [
    "Case",
    "CaseFile",
    "CaseOutcome",
    "Mutant",
    "cases_of",
    "gaps",
    "mutants",
    "read_cases",
    "run_cases",
    "without_rule",
]
