"""What a snapshot, Git and keys can prove about a record: artifact integrity, history, approvals."""

from iscode.facts.artifacts import Artifact, Artifacts

__all__ = ["Artifact", "Artifacts"]
