"""The throwaway PostgreSQL is a real one, and nothing of it stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from lotwarden.config.home import postgresql
from tests.postgres import address, temporary_server


def test_a_server_ends_with_its_folder_when_a_test_fails(tmp_path: Path) -> None:
    seen: dict[str, Any] = {}

    with pytest.raises(RuntimeError, match="a test failed"):
        _look_and_fail(tmp_path, seen)

    assert seen["durable"] == [("on",)] * 3
    assert not seen["folder"].exists()
    assert not Path(f"/proc/{seen['process']}").exists()
    assert "database system is shut down" in (tmp_path / "postgresql.log").read_text()


def _look_and_fail(tmp_path: Path, seen: dict[str, Any]) -> None:
    with temporary_server(tmp_path) as there:
        described = postgresql(address(there))
        assert {name: described[name] for name in there} == there
        where = {"host": there["HOST"], "port": there["PORT"], "user": there["USER"]}
        with psycopg.connect(dbname=there["NAME"], **where) as connection:
            seen["durable"] = [
                connection.execute(f"SHOW {name}").fetchone()
                for name in ("fsync", "full_page_writes", "synchronous_commit")
            ]
        seen["folder"] = Path(there["HOST"])
        seen["process"] = (seen["folder"] / "data" / "postmaster.pid").read_text().split()[0]
        raise RuntimeError("a test failed")
