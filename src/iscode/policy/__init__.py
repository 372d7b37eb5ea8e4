"""The shelf policies/ and a repository's iscode.yaml -> what binds, how hard, with which parameters."""

from iscode.policy.binding import BoundRule, Policy, bind_every_rule, bind_rules, set_params, with_params
from iscode.policy.catalog import Catalogs, Requirement
from iscode.policy.config import CONFIG_NAME, Config
from iscode.policy.overrides import check_overrides
from iscode.policy.pack import read_folder, read_pack, read_package, with_packs
from iscode.policy.profile import Gate, Profile, Scope
from iscode.policy.shelves import Pack, Shelves, shipped

__all__ = [
    "CONFIG_NAME",
    "BoundRule",
    "Catalogs",
    "Config",
    "Gate",
    "Pack",
    "Policy",
    "Profile",
    "Requirement",
    "Scope",
    "Shelves",
    "bind_every_rule",
    "bind_rules",
    "check_overrides",
    "read_folder",
    "read_pack",
    "read_package",
    "set_params",
    "shipped",
    "with_packs",
    "with_params",
]
