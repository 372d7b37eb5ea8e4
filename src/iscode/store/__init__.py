"""What was worked out before -> the same again, on disk, unless somebody else wrote it."""

from iscode.store.cache import Cache, open_cache

__all__ = ["Cache", "open_cache"]
