"""Servers, people and pages for the browser tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.browser.chrome import Chrome, Watch, logged_in, picture
from tests.cli import program
from tests.cli.program import Server, serving

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()
_CHROME = Chrome()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """End the browser where the next test is none of this folder."""
    try:
        return (yield)
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            _CHROME.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Remember that a test failed, so that its pages are pictured."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def chrome() -> Chrome:
    """The browser: started when a page is opened."""
    return _CHROME


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demonstration, served: tests only read it."""
    home = program.demonstration_in(tmp_path_factory.mktemp("read"))
    with serving(home) as server:
        yield server


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demonstration, served, in which tests act, each on what is its own."""
    home = program.demonstration_in(tmp_path_factory.mktemp("acts"))
    with serving(home) as server:
        yield server


Visit = Callable[..., Page]


@pytest.fixture
def visit(chrome: Chrome, demonstration: Server, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a page at a server as a person of the demonstration; nothing may go wrong in it.

    `visit(server, "Vera", "/lots/", viewport=PHONE)`; without a name nobody is logged in.
    Where tests only read, a person's page is kept for the next test, since a new one costs
    a second; `own=True` gives one of the test's own, and so does whatever else is said of it.
    """
    opened: list[tuple[Page, Watch]] = []

    def new_page(server: Server, name: str | None, **how: Any) -> tuple[Page, Watch]:
        if name is not None:
            how["storage_state"] = logged_in(server, name)
        context = chrome.context(base_url=server.address, **how)
        watch = Watch(server.address)
        watch.over(context)
        return context.new_page(), watch

    def open_page(
        server: Server, name: str | None, path: str = "/", *, own: bool = False, **how: Any
    ) -> Page:
        if own or how or name is None or server is not demonstration:
            page, watch = new_page(server, name, **how)
            opened.append((page, watch))
        else:
            key = (server.address, name)
            if key not in chrome.shared:
                chrome.shared[key] = new_page(server, name)
            page, watch = chrome.shared[key]
        page.goto(path)
        return page

    yield open_page
    used = [*opened, *chrome.shared.values()]
    wrong = [one for _, watch in used for one in watch.wrong]
    if wrong or request.node.stash.get(FAILED, False):
        pictures(request.node.name, [page for page, _ in used])
        chrome.shared.clear()  # whatever is wrong with them stays with this test
    for page, _ in opened:
        page.context.close()
    for _, watch in used:
        watch.wrong.clear()
    assert not wrong


def pictures(name: str, pages: list[Page]) -> None:
    """Picture these pages under the test's name; a page that is gone cannot be."""
    for number, page in enumerate(pages):
        with contextlib.suppress(Error):
            picture(page, f"{name}-{number}")
