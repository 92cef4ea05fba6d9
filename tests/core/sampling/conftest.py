"""Where the reference tables are: beside the repository, and not everywhere.

What a test proves against them is also pinned inside the repository, so that it holds
where the folder is absent; there the test is skipped, and says so.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).parents[3].parent / "shared" / "data"


@pytest.fixture
def reference() -> Path:
    """The folder of reference tables; the test is skipped, with the reason, without it."""
    folder = SHARED_DATA / "sampling"
    if not folder.is_dir():
        pytest.skip(
            f"NOT PROVED AGAINST THE REFERENCE TABLES: there is no folder {folder}. "
            "The digests pinned in the tests still hold the tables to what was proved with it."
        )
    return folder
