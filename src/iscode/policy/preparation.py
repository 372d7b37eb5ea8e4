"""The shipped shelves -> their prepared form, as `prepared` reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from iscode.document import read
from iscode.expr import codes
from iscode.policy.binding import bind_every_rule
from iscode.policy.prepared import NAME
from iscode.policy.shelves import Shelves
from iscode.rule.shelf import TEST_SUFFIX
from iscode.rule.written import written


def prepare(shelves: Shelves) -> dict[str, bytes]:
    """The two files of the prepared form by their paths: JSON, a line for each file of the shelves, in the order of
    their paths or digests; and the sources of the functions of rules as a module. Packs have no part in it.
    """
    own = replace(shelves, packs=(), raw=b"")
    values = {
        sha256(data).hexdigest(): read(path, data).value
        for path, data in own.files.items()
        if path.endswith(".yaml") and not path.endswith(TEST_SUFFIX)
    }
    policy = bind_every_rule(own)
    steps = () if policy.assurance is None else (policy.assurance.bound,)
    sources: set[str] = set()
    rules = {
        sha256(own.files[bound.file.document.path]).hexdigest(): written(bound.compiled, sources)
        for bound in (*policy.bound, *steps)
    }
    kinds = {kind.path: kind.schema for kind in policy.kinds.values()}
    parts = [
        f'"kinds": {_lines(kinds)}',
        f'"language": {json.dumps(own.language)}',
        f'"rules": {_lines(rules)}',
        f'"values": {_lines(values)}',
    ]
    return {
        NAME: ("{\n" + ",\n".join(parts) + "\n}\n").encode("ascii"),
        codes.NAME: codes.module(sources).encode("ascii"),
    }


def _lines(entries: dict[str, Any]) -> str:
    lines = (f"{json.dumps(key)}: {json.dumps(entries[key], separators=(',', ':'))}" for key in sorted(entries))
    return "{\n" + ",\n".join(lines) + "\n}"
