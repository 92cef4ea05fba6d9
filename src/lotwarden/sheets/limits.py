"""What an uploaded spreadsheet may cost: every loop that reads one ends at one of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of an uploaded file is read; the caller may lower a limit per table.

    The tags bound what openpyxl builds in memory: a cell's own tags are read one row at a
    time, all other tags (styles, merged ranges, rich text) are held at once.
    """

    max_bytes: int = 10_000_000
    max_unzipped_bytes: int = 60_000_000
    max_zip_members: int = 5_000
    max_cell_tags: int = 4_000_000
    max_other_tags: int = 300_000
    max_cells: int = 2_000_000
    max_rows: int = 20_000
    max_columns: int = 200
    max_cell_characters: int = 32_767
    max_problems: int = 100
    preview_rows: int = 5
    preview_columns: int = 12
    preview_characters: int = 40


LIMITS = Limits()
SHEET_ROWS_MAX = 1_048_576  # what a spreadsheet program itself can hold
CELL_CHARACTERS_MAX = 32_767  # likewise
EXACT_DIGITS_MAX = 15  # a spreadsheet's number keeps this many digits and no more
EXACT_NUMBER_END = 10**EXACT_DIGITS_MAX
