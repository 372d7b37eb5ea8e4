"""Records -> an index with resolved references, both directions."""

from iscode.inventory.memo import Memo
from iscode.inventory.problems import Problem, Related
from iscode.inventory.record import Record, reference_to
from iscode.inventory.stock import File, Inventory, take

__all__ = ["File", "Inventory", "Memo", "Problem", "Record", "Related", "reference_to", "take"]
