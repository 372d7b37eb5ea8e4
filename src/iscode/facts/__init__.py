"""What a snapshot, Git and keys can prove about a record: artifact integrity, history, approvals."""

from iscode.facts.approvals import LEVELS, content_digest
from iscode.facts.artifacts import Artifacts
from iscode.facts.chronicle import Chronicle, Still
from iscode.facts.facts import Facts
from iscode.facts.past import History
from iscode.facts.values import Approval, Artifact, Commit, Git

__all__ = [
    "LEVELS",
    "Approval",
    "Artifact",
    "Artifacts",
    "Chronicle",
    "Commit",
    "Facts",
    "Git",
    "History",
    "Still",
    "content_digest",
]
