"""pytest's configuration -> the plugin that runs the cases beside rules, where a folder of rules is named.

pytest imports this in every run on a machine that has iscode, so it imports nothing of the engine.
"""

from __future__ import annotations

import importlib

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini option `iscode_rules`: packs and folders of rules, relative to the ini file. Default: none, nothing
    happens.
    """
    told = "packs of iscode, or folders of its rules; the cases beside the rules are tests"
    parser.addini("iscode_rules", told, type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Load the plugin itself where there are rules to test. Raises UsageError for a folder that is not there."""
    folders = config.getini("iscode_rules")
    for folder in folders:
        if not folder.is_dir():
            raise pytest.UsageError(f"iscode_rules names {folder}, which is no folder")
    if folders:
        config.pluginmanager.register(importlib.import_module("iscode.testing.pytest_plugin"), "iscode-rules")
