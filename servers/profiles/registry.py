"""All profiles."""

from __future__ import annotations

from inftool.servers.profiles.cart.actions import CART
from inftool.servers.profiles.filesystem.actions import FILESYSTEM
from inftool.servers.profiles.graph import GRAPH
from inftool.servers.profiles.keyvalue.actions import KEYVALUE
from inftool.servers.profiles.profile import Profile
from inftool.servers.profiles.sql.actions import SQL

PROFILES: tuple[Profile, ...] = (FILESYSTEM, KEYVALUE, GRAPH, SQL, CART)


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises:
        KeyError: there is none of that name.
    """
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise KeyError(f"there is no profile {name!r}")
