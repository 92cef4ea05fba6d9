"""A small HTTP client: cookies, forms, pictures, and nothing that a browser adds.

It connects anew for each request, so that a killed server shows at once, and it follows no
redirect: an answer is what the server said.
"""

from __future__ import annotations

import http.client
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

ANSWER_S = 60
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        """Return where a redirect leads."""
        return self.headers.get("location", "")


@dataclass
class Client:
    """One person's connection to one server; `host` says another name than the address."""

    address: str
    host: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, headers)

    def post(
        self, path: str, fields: Mapping[str, str], files: Mapping[str, bytes] | None = None,
        **headers: str,
    ) -> Answer:  # fmt: skip
        """Send a form, with the token that the cookie holds."""
        token = self.cookies.get("csrftoken", "")
        body, kind = _form({"csrfmiddlewaretoken": token, **fields}, files or {})
        return self._ask("POST", path, body, {"Content-Type": kind, **headers})

    def try_as(self, name: str) -> None:
        """Log in with one click as a person of the demonstration."""
        page = self.get("/log-in/").text
        for action, button in re.findall(
            r'<form method="post" action="(/log-in/[^"]+)">(.*?)</form>', page, re.DOTALL
        ):
            if name in unescape(button):
                answer = self.post(action, {})
                assert answer.status == 302, answer.text
                return
        raise AssertionError(f"{name} is not offered:\n{page}")

    def set_password(self, link: str, password: str) -> None:
        """Open a link to set a password, and set it, which logs in."""
        assert self.get(link).status == 200
        answer = self.post(link, {"password": password, "again": password})
        assert answer.status == 302, answer.text

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        parts = urlsplit(self.address)
        assert parts.hostname is not None
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.host:
            sent["Host"] = self.host
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=ANSWER_S)
        try:
            connection.request(method, path, body=body, headers=sent)
            got = connection.getresponse()
            text = got.read().decode("utf-8", "replace")
            for line in got.headers.get_all("Set-Cookie") or []:
                for key, morsel in SimpleCookie(line).items():
                    self.cookies[key] = morsel.value
            headers = {name.lower(): value for name, value in got.headers.items()}
            return Answer(got.status, headers, text)
        finally:
            connection.close()


def _form(fields: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[bytes, str]:
    if not files:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    edge = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    for name, data in files.items():
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.png"\r\n'
        )
        parts.append(f"{head}Content-Type: image/png\r\n\r\n".encode() + data + b"\r\n")
    parts.append(f"--{edge}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={edge}"
