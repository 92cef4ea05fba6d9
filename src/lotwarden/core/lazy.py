"""Names of a package that are loaded when they are first asked for (PEP 562).

What computes with probabilities needs NumPy and SciPy, which take longer to load than most
answers take to give.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module


def load(package: str, modules: Mapping[str, str], name: str) -> object:
    """Return `name` of `package` from the module that has it, and keep it there."""
    module = modules.get(name)
    if module is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{package}.{module}"), name)
    setattr(sys.modules[package], name, found)
    return found
