"""Find a Chromium for the browser tests, or say how to install one.

    python tests/browser/chromium.py        prints its path; without one: the way, exit code 1

Playwright drives whatever is found here, so that a machine needs no download of its own.
Needs nothing but the standard library.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
USUAL = (
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
WITHIN_PLAYWRIGHT = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/chrome-*/*headless*shell",
)


class ChromiumMissing(Exception):
    """There is no Chromium on this machine; the message says how to install one."""


def find() -> Path:
    """Return the Chromium to test with, or raise `ChromiumMissing` with the way to have one.

    `$CHROMIUM` is taken at its word: where it names nothing that runs, nothing else is tried.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not _runs(Path(named)):
            raise ChromiumMissing(f"{VARIABLE} is {named}, which is not a program that runs here.")
        return Path(named)
    for path in _candidates():
        if _runs(path):
            return path
    raise ChromiumMissing(
        "The browser tests need Chromium, and there is none here.  Install it with\n"
        "    apt-get install chromium              on Debian, as root, or\n"
        "    .venv/bin/playwright install chromium on any machine,\n"
        f"or name yours: {VARIABLE}=/path/to/chromium"
    )


def launch_arguments() -> list[str]:
    """Return the flags that keep a test's Chromium quiet, offline and runnable as root."""
    arguments = [
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # its sandbox refuses to start for root
    return arguments


def _candidates() -> Iterator[Path]:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)
    for folder in _playwright_folders():
        for pattern in WITHIN_PLAYWRIGHT:
            yield from sorted(folder.glob(pattern), reverse=True)
    yield from map(Path, USUAL)


def _playwright_folders() -> list[Path]:
    """Return where `playwright install` puts its browsers."""
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named and named != "0":
        return [Path(named)]
    home = Path.home()
    return [home / ".cache" / "ms-playwright", home / "Library" / "Caches" / "ms-playwright"]


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def main() -> int:
    """Print the path of Chromium; without one, the way to have one on standard error."""
    try:
        print(find())
    except ChromiumMissing as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
