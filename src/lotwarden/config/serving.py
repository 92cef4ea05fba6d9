"""Serve the pages with waitress: one process, some threads, nothing left behind."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Callable
from types import FrameType

import waitress
from django.contrib.sessions.backends.db import SessionStore

from lotwarden.config.wsgi import application
from lotwarden.core.errors import N_, Refusal

THREADS = 8
"""Requests served at once; writers wait for each other in the database."""

BODY_MIB_MOST = 256
"""The largest request taken: a form with its pictures."""


class PortTaken(Refusal):
    """Something listens on the port already."""

    code = "config.port_taken"
    template = N_("Something listens on {host}:{port} already.")
    remedy = N_("Stop it, or choose another: `lotwarden serve --port 8001`.")


class CannotListen(Refusal):
    """This machine has no such address, or this user may not listen there."""

    code = "config.cannot_listen"
    template = N_("This machine cannot listen on {host}:{port}: {why}.")
    remedy = N_("Choose an address of this machine, such as 127.0.0.1, and a port above 1023.")


def serve(*, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `say` the address once connections are taken.

    Refuses:
        config.port_taken, config.cannot_listen
    """
    listener = _listen(host, port)
    SessionStore.clear_expired()
    address = listener.getsockname()
    server = waitress.create_server(
        application,
        sockets=[listener],
        threads=THREADS,
        max_request_body_size=BODY_MIB_MOST << 20,
        ident=None,
        clear_untrusted_proxy_headers=False,  # they show that a request came through a proxy
    )
    signal.signal(signal.SIGTERM, _stop)
    shown = f"[{address[0]}]" if ":" in address[0] else address[0]
    say(f"http://{shown}:{address[1]}/")
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as cause:
        listener.close()
        if cause.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=str(port)) from cause
        raise CannotListen(host=host, port=str(port), why=cause.strerror) from cause
    listener.listen(128)
    return listener


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
