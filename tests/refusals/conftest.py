"""The workspace that the refusals of the contexts are provoked in."""

from __future__ import annotations

from tests.workspace import founded, ws

__all__ = ["founded", "ws"]
