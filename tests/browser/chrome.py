"""One Chromium for all browser tests, and what it must never say.

The browser is started at the first test that wants it and ended when the next test is none
of this folder: while Playwright runs, its event loop stands in this thread, and Django
refuses to be asked anything there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.browser import chromium
from tests.cli.client import Client
from tests.cli.program import Server

RESULTS = Path(__file__).resolve().parents[2] / "test-results" / "browser"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
"""How long a page or an element may take on a busy machine."""

NOT_LOADED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@dataclass
class Watch:
    """What went wrong in the pages of a context, as sentences."""

    address: str
    wrong: list[str] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of this context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        where = message.location["url"]
        refused = NOT_LOADED.match(message.text)
        if refused and self.answered.get(where) == int(refused[1]):
            return  # a page that is not there, not yours, or a form sent back: as it should be
        self.wrong.append(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.wrong.append(f"asks elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status} from {response.url}")
        elif response.status >= 400:
            if response.request.is_navigation_request():
                self.answered[response.url] = response.status
            else:
                self.wrong.append(f"{response.status} for a part of a page: {response.url}")


class Chrome:
    """Chromium, driven by Playwright."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self.shared: dict[tuple[str, str], tuple[Page, Watch]] = {}

    @property
    def browser(self) -> Browser:
        """Return the browser, started where it is not."""
        if self._browser is None:
            expect.set_options(timeout=PATIENCE_MS)
            # Playwright's event loop stands in this thread, and pytest-django takes the test
            # database away while it does: nothing here is asynchronous for all that.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(
                executable_path=str(chromium.find()), args=chromium.launch_arguments()
            )
        return self._browser

    def context(self, **how: Any) -> BrowserContext:
        """Return a new context: a person at a machine of their own."""
        how.setdefault("viewport", WIDE)
        how.setdefault("reduced_motion", "reduce")
        made = self.browser.new_context(**how)
        made.set_default_timeout(PATIENCE_MS)
        return made

    def end(self) -> None:
        """End the browser and Playwright's event loop."""
        self.shared.clear()
        if self._browser is not None:
            self._browser.close()
            self._browser = None
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


def logged_in(server: Server, name: str) -> dict[str, Any]:
    """Return the state of a browser in which this person of the demonstration is logged in."""
    client = Client(server.address)
    client.try_as(name)
    return state_of(server, client.cookies)


def state_of(server: Server, cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return a browser's state with these cookies for the server."""
    host = urlsplit(server.address).hostname
    return {
        "origins": [],
        "cookies": [
            {"name": name, "value": value, "domain": host, "path": "/", "expires": -1,
             "httpOnly": name == "lotwarden", "secure": False, "sameSite": "Lax"}
            for name, value in cookies.items()
        ],
    }  # fmt: skip


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page for who looks into a failure."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=RESULTS / f"{re.sub(r'[^A-Za-z0-9]+', '-', name)}.png", full_page=True)
