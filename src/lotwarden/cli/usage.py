"""What is wrong with a command before its work begins."""

from __future__ import annotations


class Usage(Exception):
    """The options do not fit together; the command ends with 2 and says what to write."""
