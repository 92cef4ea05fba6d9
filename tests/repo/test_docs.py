"""The documents keep their word: commands exist, links lead somewhere, words are explained."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pytest

from lotwarden.core.dispositions import Kind
from lotwarden.core.grades import NAMES
from lotwarden.core.ledger import Condition
from tests.repo.tree import ROOT, files, shown

README = ROOT / "README.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
DECISIONS = ROOT / "docs" / "decisions"
HEADINGS = ("Context", "Decision", "Consequences", "Rejected", "Revisit when")

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s+<?([^>\s]+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|//", re.IGNORECASE)
MAKE = re.compile(r"""(?<![\w-])make((?:[ \t]+(?:[A-Z]+=\S+|[a-z][a-z-]*(?![\w"'-])))+)""")
TARGETS = re.compile(r"^([a-z][a-z -]*):(?![=:])", re.MULTILINE)


def _documents() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def _decisions() -> list[Path]:
    return [path for path in files() if path.parent == DECISIONS and path.name[:1].isdigit()]


def test_what_is_generated_is_what_the_code_says() -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_make_command_of_the_documents_exists() -> None:
    targets = {
        name for one in TARGETS.findall((ROOT / "Makefile").read_text()) for name in one.split()
    }

    unknown = [
        f"{shown(path)}: make {word}"
        for path in _documents()
        for found in CODE.finditer(path.read_text())
        for call in MAKE.findall(found[1] or found[2])
        for word in call.split()
        if "=" not in word and word not in targets
    ]

    assert not unknown


def test_the_readme_says_how_to_begin() -> None:
    said = README.read_text()

    assert [call for call in ("make run", "make test", "make check") if call not in said] == []


def test_every_relative_link_leads_to_a_file() -> None:
    broken = []
    for path in _documents():
        said = FENCED.sub("", path.read_text())
        for target in [*LINK.findall(said), *REFERENCE.findall(said)]:
            if not ELSEWHERE.match(target):
                there = path.parent / unquote(target.split("#")[0])
                if not there.exists():
                    broken.append(f"{shown(path)}: {target}")

    assert not broken


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in _decisions()]

    assert numbers, f"There is no decision in {shown(DECISIONS)}"
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_decision_has_its_five_parts_in_order() -> None:
    assert _decisions(), f"There is no decision in {shown(DECISIONS)}"
    for path in _decisions():
        found = re.findall(r"^##\s+(.+?)\s*$", path.read_text(), re.MULTILINE)

        assert tuple(found) == HEADINGS, shown(path)


def test_a_decision_is_called_by_its_number() -> None:
    """`0003-one-row-per-transfer.md` begins with `# 0003 …` or `# 3. …`."""
    for path in _decisions():
        assert re.fullmatch(r"\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md", path.name), shown(path)
        first = path.read_text().partition("\n")[0]
        number = re.match(r"# (?:ADR )?0*(\d+)\b", first)

        assert number, f"{shown(path)}: {first}"
        assert int(number[1]) == int(path.name[:4]), shown(path)


@pytest.mark.parametrize("words", [Condition, Kind, NAMES], ids=["condition", "kind", "grade"])
def test_the_glossary_explains_every_word_of_the_books(words: Iterable[str]) -> None:
    """As a bold term, as code, or as a heading, in words or as it is stored."""
    said = GLOSSARY.read_text().lower()

    missing = [word for word in words if not _explains(said, str(word))]

    assert not missing, f"{shown(GLOSSARY)} lacks {missing}"


def _explains(said: str, word: str) -> bool:
    term = f"(?:{re.escape(word)}|{re.escape(word.replace('_', ' '))})"
    pattern = rf"\*\*`?{term}`?\*\*|`{term}`|^#+ `?{term}`?\s*$"
    return re.search(pattern, said, re.MULTILINE) is not None
