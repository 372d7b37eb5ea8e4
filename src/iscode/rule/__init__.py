"""The shelf rules/: rule file -> compiled rule."""

from iscode.rule.compiled import CompiledCheck, CompiledRule, Let
from iscode.rule.context import Context
from iscode.rule.model import SEVERITIES, Check, Rule
from iscode.rule.shelf import RuleFile, Rules, load

__all__ = [
    "SEVERITIES",
    "Check",
    "CompiledCheck",
    "CompiledRule",
    "Context",
    "Let",
    "Rule",
    "RuleFile",
    "Rules",
    "load",
]
