"""What a snapshot, Git and keys can prove: of a record artifacts, history, approvals; of the files what they use."""

from iscode.facts.approvals import LEVELS, content_digest
from iscode.facts.artifacts import Artifacts
from iscode.facts.chronicle import Chronicle, Still
from iscode.facts.facts import Facts
from iscode.facts.past import History
from iscode.facts.signatures import Signatures
from iscode.facts.traces import Trace, Traces
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
    "Signatures",
    "Still",
    "Trace",
    "Traces",
    "content_digest",
]
