"""The workspace that the tests of the contexts work in."""

from __future__ import annotations

from tests.workspace import founded, ws

__all__ = ["founded", "ws"]
