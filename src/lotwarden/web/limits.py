"""Every limit of the web shell, by name."""

from __future__ import annotations

from datetime import timedelta

EVIDENCE_ROWS_MOST = 20
"""Pieces of evidence in one form."""

EVIDENCE_ROWS_EXTRA = 1
"""Empty rows a form shows at first; with the script more are added one by one."""

SHEET_MIB_MOST = 16
"""The largest spreadsheet one upload may be."""

KEPT_UPLOADS_MOST = 3
"""Spreadsheets that one session keeps between checking and storing them."""

SHORT_UNITS_MUCH = 10
SHORT_PERCENT_MUCH = 5
"""From so many units, or so much of what was sent, a shortfall is asked about once more."""

UPLOADS_KEPT_FOR = timedelta(hours=24)
"""An upload that nobody stored by then is cleared with the next upload of anybody."""

TEXT_MOST = 2_000
"""Characters in one free text."""
