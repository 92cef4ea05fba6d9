"""How deep a JSON text is nested, before a parser is let into it.

A parser in C follows each bracket with a call of its own.  What stops it is the interpreter's
limit of recursion, and where a library has raised that, nothing does: a file of brackets then
ends the process instead of being refused.
"""

from __future__ import annotations

import re
from typing import Final

NESTING_MOST: Final = 100
"""So many brackets within one another at the most: no form that is read here has ten."""

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[{\]}]")


def too_deep(text: str) -> bool:
    r"""Return whether the brackets of a JSON text stand deeper than `NESTING_MOST`.

    >>> too_deep("[" * 100), too_deep("[" * 101), too_deep('"' + "[" * 101 + r'\""')
    (False, True, False)
    """
    depth = 0
    for found in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if found[0] in "[{" else -1
        if depth > NESTING_MOST:
            return True
    return False
