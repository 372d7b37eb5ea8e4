"""Text that may hold a secret -> the same text, as long as before, with what looks like one masked.

A record is no place for a secret, and the log of a build is read by many: what slipped in must not travel further.
Forms that issuers publish, and values whose key says what they are; nothing else can be told from plain text.
"""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "*"
LONGEST: Final = 4096
"""Characters of a line that are kept: nobody shows more."""

_ISSUED: Final = re.compile(
    r"""(?:AKIA|ASIA)[0-9A-Z]{16}                               # keys of clouds
    |AIza[0-9A-Za-z_-]{35}
    |(?:gh[oprsu]_|github_pat_|glpat-|npm_|pypi-|hf_|dop_v1_)[0-9A-Za-z_-]{16,}
    |xox[abeoprs]-[0-9A-Za-z-]{10,}
    |(?<![0-9A-Za-z])[rs]k(?:-(?:proj-|ant-)?|_(?:live|test)_)[0-9A-Za-z_]{20,}[0-9A-Za-z_-]*
    |eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*    # a signed token
    |-----BEGIN[ ][A-Z ]{0,40}PRIVATE[ ]KEY-----
    |(?<=://)[^\s/:@]{1,128}:[^\s/@]{1,128}(?=@)                # user:password@ of an address""",
    re.VERBOSE,
)
_NAMED: Final = re.compile(
    r"""((?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key)["']?\s{0,8}[:=]\s{0,8})([^\s,}\]]+)""",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """The text with each secret of a known form masked."""
    return _ISSUED.sub(lambda found: MASK * len(found[0]), text)


def masked_line(line: str) -> str:
    """A line of a file, cut, with what `masked` finds and the value of each key that is called by what it keeps."""
    return _NAMED.sub(lambda found: found[1] + MASK * len(found[2]), masked(line[:LONGEST]))
