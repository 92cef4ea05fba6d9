"""Names of a package that are loaded when they are first asked for (PEP 562).

What computes with probabilities needs NumPy and SciPy, which take longer to load than most
answers take to give.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from importlib import import_module


def load(names: MutableMapping[str, object], modules: Mapping[str, str], name: str) -> object:
    """Return `name` from the module of a package that has it; keep it in the package's `names`."""
    package = names["__name__"]
    module = modules.get(name)
    if module is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{package}.{module}"), name)
    names[name] = found
    return found
