"""`lotwarden backup` and `restore`: consistent while serving, proved, whole or not at all."""

from __future__ import annotations

import json
import stat
import tarfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.client import Client
from tests.cli.program import demonstration_in, done, refused, run, serving, wait_until


@pytest.fixture(scope="module")
def backup(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demonstration, only read."""
    file = tmp_path_factory.mktemp("backup") / "books.tar"
    done("backup", file, home=demonstration)
    return file


def test_a_backup_says_what_is_in_it_and_is_for_its_owner_alone(
    demonstration: Path, tmp_path: Path
) -> None:
    file = tmp_path / "books.tar"

    told = done("backup", file, home=demonstration)

    checked = done("fsck", home=demonstration)
    assert told == {
        "file": str(file),
        "statements": checked["statements"],
        "files": checked["blobs"] + 2,
        "bytes": file.stat().st_size,
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["books.tar"]


def test_a_restore_proves_itself_and_says_the_same_as_the_original(
    demonstration: Path, backup: Path, home: Path
) -> None:
    told = done("restore", backup, home=home)

    assert told["home"] == str(home)
    assert told["findings"] == 0
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert sorted(path.name for path in home.iterdir()) == ["blobs", "secret", "workspace.sqlite3"]
    assert done("where", "--lots", home=home) == done("where", "--lots", home=demonstration)
    assert done("fsck", home=home) == done("fsck", home=demonstration)


def test_a_backup_taken_while_acts_run_is_consistent_and_loses_none_of_them(
    tmp_path: Path,
) -> None:
    home = demonstration_in(tmp_path)
    before = done("fsck", home=home)["statements"]
    with serving(home) as server, _counting(server.address) as acknowledged:
        wait_until(lambda: len(acknowledged) >= 3, "acts run")
        at_least = len(acknowledged)
        told = done("backup", tmp_path / "busy.tar", home=home)
        after = len(acknowledged)
        wait_until(lambda: len(acknowledged) > after, "acts go on after the backup")

    restored = done("restore", tmp_path / "busy.tar", home=tmp_path / "restored")
    checked = done("fsck", home=tmp_path / "restored")
    found = done("where", "L-1024", home=tmp_path / "restored")

    assert restored["findings"] == 0
    assert checked["findings"] == []
    assert checked["statements"] == told["statements"]
    acts = checked["statements"] - before
    assert at_least <= acts <= len(acknowledged)
    assert (found["produced"], found["unaccounted"]) == (3_200, 7 + acts)
    assert sum(row["units"] for row in found["accounts"]) == 3_200


@contextmanager
def _counting(address: str) -> Iterator[list[int]]:
    """Let somebody count the released bottles, one fewer each time; what was acknowledged."""
    client = Client(address)
    client.try_as("Vera")
    acknowledged: list[int] = []
    enough = threading.Event()

    def count() -> None:
        while not enough.is_set():
            found = 2_884 - len(acknowledged)
            answer = client.post("/lots/L-1024/count", _count_of(client, found))
            assert answer.status == 302, answer.text
            acknowledged.append(found)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield acknowledged
    finally:
        enough.set()
        thread.join()


def _count_of(client: Client, found: int) -> dict[str, str]:
    page = client.get("/lots/L-1024/count").text
    account = page.split("|released")[0].rsplit('"', 1)[1] + "|released"
    return {
        "act": str(uuid.uuid4()),
        "account": account,
        "found": str(found),
        "occurred_at": "2026-01-01T12:00",
        "evidence-TOTAL_FORMS": "0",
        "evidence-INITIAL_FORMS": "0",
    }


def test_a_file_that_was_cut_off_is_not_restored(backup: Path, home: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for size in (0, 100, 1_000, len(whole) // 2, len(whole) - 11_000):
        cut = tmp_path / "cut.tar"
        cut.write_bytes(whole[:size])

        told = refused("restore", cut, home=home)

        assert told["code"] == "config.not_a_backup", size
        assert "cut.tar" in told["message"]
        assert list(home.iterdir()) == [], size


@pytest.mark.parametrize("member", ["workspace.sqlite3", "secret", "blobs/", "manifest.json"])
def test_a_file_that_was_changed_is_not_restored(
    member: str, backup: Path, home: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.tar"
    data = bytearray(backup.read_bytes())
    with tarfile.open(backup) as tar:
        one = next(one for one in tar if one.name.startswith(member))
    data[one.offset_data + one.size // 2] ^= 0x20
    changed.write_bytes(data)

    told = refused("restore", changed, home=home)

    assert told["code"] == "config.not_a_backup"
    assert list(home.iterdir()) == []


def test_a_backup_with_a_stranger_in_it_is_not_restored(
    backup: Path, home: Path, tmp_path: Path
) -> None:
    for name in ("../outside", "/outside", "blobs/../../outside", "blobs/short", "more.txt"):
        stranger = tmp_path / "stranger.tar"
        stranger.write_bytes(backup.read_bytes())
        with tarfile.open(stranger, "a") as tar:
            tar.addfile(tarfile.TarInfo(name))

        told = refused("restore", stranger, home=home)

        assert told["code"] == "config.not_a_backup", name
        assert list(home.iterdir()) == [], name
    assert not (tmp_path / "outside").exists()


def test_a_backup_that_lacks_a_picture_is_not_restored(
    backup: Path, home: Path, tmp_path: Path
) -> None:
    without = tmp_path / "without.tar"
    with tarfile.open(backup) as source, tarfile.open(without, "w") as target:
        members = source.getmembers()
        left_out = next(one for one in members if one.name.startswith("blobs/"))
        for one in members:
            if one is not left_out:
                target.addfile(one, source.extractfile(one))

    assert refused("restore", without, home=home)["code"] == "config.not_a_backup"
    assert list(home.iterdir()) == []


def test_a_home_with_a_workspace_is_never_written_over(
    backup: Path, own_demonstration: Path
) -> None:
    before = {path: path.read_bytes() for path in own_demonstration.rglob("*") if path.is_file()}

    told = refused("restore", backup, home=own_demonstration)

    after = {path: path.read_bytes() for path in own_demonstration.rglob("*") if path.is_file()}
    assert told["code"] == "config.home_not_empty"
    assert after == before


def test_a_home_with_somebody_s_secret_is_never_written_over(backup: Path, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "secret").write_text("of another workspace, whose database is elsewhere")
    (home / "secret").chmod(0o600)

    told = refused("restore", backup, home=home)

    assert told["code"] == "config.home_not_empty"
    assert "another workspace" in (home / "secret").read_text()


def test_a_backup_to_where_no_file_can_be_is_refused_in_words(
    demonstration: Path, tmp_path: Path
) -> None:
    for target in (tmp_path / "absent" / "books.tar", tmp_path):
        ended = run("backup", target, "--json", home=demonstration)

        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert str(target) in json.loads(ended.stdout)["refused"]["message"]


def test_a_backup_replaces_an_older_one_whole_and_only_where_it_is_told_to(
    demonstration: Path, tmp_path: Path
) -> None:
    file = tmp_path / "books.tar"
    file.write_text("an older backup")

    told = refused("backup", file, home=demonstration)
    assert told["code"] == "config.backup_exists"
    assert file.read_text() == "an older backup"
    assert [path.name for path in tmp_path.iterdir()] == ["books.tar"]

    done("backup", file, "--force", home=demonstration)
    assert [path.name for path in tmp_path.iterdir()] == ["books.tar"]
    with tarfile.open(file) as tar:
        assert tar.getnames()[0] == "workspace.sqlite3"
