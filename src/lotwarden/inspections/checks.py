"""What `fsck` asks of inspections: the rows that statements tell as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lotwarden.inspections.models import Inspection, Result, SwitchingDecision


def records() -> Iterator[tuple[str, Any]]:
    """Return every inspection, result and decision of switching, with the word for its kind."""
    for row in Inspection.objects.iterator(chunk_size=1_000):
        yield "inspection", row
    for result in Result.objects.iterator(chunk_size=1_000):
        yield "result", result
    for decision in SwitchingDecision.objects.iterator(chunk_size=1_000):
        yield "switching", decision
