"""Git, work tree, index, commit, folder or memory -> a snapshot of files. The only room that runs git."""

from iscode.source.overlay import NamedSnapshot, OverlaySnapshot
from iscode.source.repository import Repository, discover
from iscode.source.snapshot import Entry, FolderSnapshot, Kind, MemorySnapshot, Revision, Snapshot

__all__ = [
    "Entry",
    "FolderSnapshot",
    "Kind",
    "MemorySnapshot",
    "NamedSnapshot",
    "OverlaySnapshot",
    "Repository",
    "Revision",
    "Snapshot",
    "discover",
]
