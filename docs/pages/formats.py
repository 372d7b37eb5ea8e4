"""The models that read our own formats -> a JSON Schema each, for editors."""

from __future__ import annotations

import json
from typing import Final

from iscode.facts.signatures import SignatureFile
from iscode.policy.assurance import Steps
from iscode.policy.config import Config
from iscode.policy.crosswalk import Crosswalk
from iscode.policy.migration import Migration
from iscode.policy.pointers import Pointers
from iscode.policy.profile import Profile
from iscode.policy.roadmap import Roadmap
from iscode.rule.model import Rule
from iscode.schema.faults import schema_of
from iscode.schema.model import Model
from iscode.testing.cases import Cases
from iscode.view.cascade import CascadeModel
from iscode.view.model import View
from pages.markdown import NOTE

FORMATS: Final[dict[str, type[Model]]] = {
    "rule": Rule,
    "rule-test": Cases,
    "profile": Profile,
    "config": Config,
    "assurance": Steps,
    "crosswalk": Crosswalk,
    "migration": Migration,
    "pointers": Pointers,
    "roadmap": Roadmap,
    "signatures": SignatureFile,
    "view": View,
    "cascade": CascadeModel,
}
"""Format of our own -> the model that reads it."""


def format_schema(name: str) -> str:
    """schemas/<name>.schema.json."""
    body = schema_of(FORMATS[name])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{name}.schema.json", "$comment": NOTE}
    return json.dumps({**head, **body}, indent=2, ensure_ascii=False) + "\n"
