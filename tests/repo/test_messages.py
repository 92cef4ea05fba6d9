"""Every sentence a person reads can be translated: the catalogue is in step with the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "src/lotwarden/locale/lotwarden.pot"


def test_the_catalogue_holds_exactly_the_sentences_of_the_code(tmp_path: Path) -> None:
    made = tmp_path / "now.pot"
    command = [
        *(sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"),
        *("-F", "babel.cfg", "-k", "N_", "-k", "gettext_lazy", "-k", "ngettext:1,2"),
        *("--omit-header", "--sort-output", "--no-location", "-o", str(made), "src/lotwarden"),
    ]

    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    assert CATALOGUE.read_text() == made.read_text(), "run `make messages`"


def test_the_catalogue_has_refusals_pages_and_plurals() -> None:
    text = CATALOGUE.read_text()

    assert 'msgid "Nothing needs you today."' in text
    assert "{held} units are {debit}; {asked} were asked for." in text
    assert 'msgid_plural "%(n)s units"' in text
