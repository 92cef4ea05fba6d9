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

ASKED_MOST = 40
"""Characters in one field of the public calculator."""

CALCULATED_AT_ONCE = 2
CALCULATED_WAIT_S = 5
"""Questions to the calculator that are computed at a time, and how long the next one waits."""

CALCULATED_KEPT_S = 3_600
"""How long a browser or a proxy may keep an answer of the calculator."""
