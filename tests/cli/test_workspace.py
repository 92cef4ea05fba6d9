"""Making and keeping a workspace: init, import, people, the secret, the database, fsck."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.cli.program import done, environment, refused, run

ORDERS = """\
Order,Supplier,Site,Country,Lot,Product code,Product,Quantity,Unit cost,Currency
PO-1,Haoyu,Yongkang site,CN,L-1,SB,Steel bottle,{quantity},9.00,USD
PO-1,Haoyu,Yongkang site,CN,L-2,SB,Steel bottle,500,{cost},USD
"""
PRAGMAS = """
import json, django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    said = {}
    for name in ("synchronous", "journal_mode", "foreign_keys"):
        cursor.execute(f"PRAGMA {name}")
        said[name] = cursor.fetchone()[0]
print(json.dumps(said))
"""


def _init(home: Path) -> dict[str, Any]:
    return dict(
        done(
            "init", "--name", "Ours", "--organisation", "Nordhaven", "--person", "Vera Lindqvist",
            "--email", "vera@buyer.example", home=home,
        )
    )  # fmt: skip


def test_a_new_user_gets_from_nothing_to_the_position_of_an_imported_order(
    home: Path, tmp_path: Path
) -> None:
    made = _init(home)
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS.format(quantity=3_200, cost="9.00"))
    loaded = done("import", "orders", file, home=home)
    found = done("where", "--lots", home=home)

    assert set(made) == {"home", "link"}
    assert made["home"] == str(home)
    assert made["link"].startswith("/welcome/")
    assert loaded["lots"] == ["L-1", "L-2"]
    assert found["produced"] == 3_700
    assert [row["condition"] for row in found["accounts"]] == ["offered"]
    assert [(row["lot"], row["verdict"], row["rejected"]) for row in found["lots"]] == [
        ("L-1", None, 0),
        ("L-2", None, 0),
    ]

    _init_again_is_refused(home)
    _a_file_with_errors_names_each_and_loads_nothing(home, tmp_path)
    _somebody_is_invited_listed_and_given_a_new_link(home)


def _init_again_is_refused(home: Path) -> None:
    told = refused(
        "init", "--name", "Other", "--organisation", "Other", "--person", "Eve", "--email",
        "eve@other.example", home=home,
    )  # fmt: skip

    assert told["code"] == "identity.workspace_there"


def _a_file_with_errors_names_each_and_loads_nothing(home: Path, folder: Path) -> None:
    before = done("where", "--lots", home=home)
    file = folder / "wrong.csv"
    wrong = (
        ORDERS.format(quantity="many", cost="-1").replace("L-1,", "L-7,").replace("L-2,", "L-8,")
    )
    file.write_text(wrong)

    told = refused("import", "orders", file, home=home)

    assert told["code"] == "sheets.refused"
    assert "wrong.csv, row 2, Quantity" in told["message"]
    assert '"many"' in told["message"]
    assert "wrong.csv, row 3, Unit cost" in told["message"]
    assert '"-1"' in told["message"]
    assert done("where", "--lots", home=home) == before


def _somebody_is_invited_listed_and_given_a_new_link(home: Path) -> None:
    invited = done("people", "invite", "tomas@buyer.example", "--name", "Tomas", home=home)
    ended = done("people", "deactivate", "tomas@buyer.example", home=home)
    (listed,) = [one for one in done("people", "list", home=home)["people"] if not one["active"]]
    assert (ended["name"], listed["email"]) == ("Tomas", "tomas@buyer.example")
    assert "/welcome/" in done("people", "reset", "tomas@buyer.example", home=home)["link"]
    assert all(one["active"] for one in done("people", "list", home=home)["people"])
    again = done("people", "reset", "tomas@buyer.example", home=home)
    listed = done("people", "list", home=home)["people"]

    assert invited["link"].startswith("/welcome/")
    assert again["link"].startswith(invited["link"].rsplit("/", 2)[0])
    assert again["link"] != invited["link"]
    assert [(one["email"], one["role"], one["admin"], one["password"]) for one in listed] == [
        ("tomas@buyer.example", "buyer", False, False),
        ("vera@buyer.example", "buyer", True, False),
    ]


def test_a_csv_that_is_not_utf_8_is_never_guessed(own_demonstration: Path, tmp_path: Path) -> None:
    file = tmp_path / "chinese.csv"
    text = ORDERS.format(quantity=10, cost="9.00").replace("Haoyu", "浩宇金属")
    file.write_bytes(text.encode("gb18030"))

    told = refused("import", "orders", file, home=own_demonstration)
    loaded = done("import", "orders", file, "--encoding", "gb18030", home=own_demonstration)

    assert told["code"] == "sheets.encoding_unknown"
    assert "gb18030" in told["next_step"]
    assert "cp1252" in told["next_step"]
    assert loaded["suppliers"] == ["浩宇金属"]


def test_who_may_not_import_is_refused_on_the_command_line_as_well(
    demonstration: Path, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS.format(quantity=10, cost="9.00"))

    told = refused(
        "import", "orders", file, "--as", "wang.qiang@supplier.example", home=demonstration
    )

    assert told["code"] == "identity.not_allowed"
    assert "Wang Qiang" in told["message"]


def test_what_is_stored_is_for_its_owner_alone(demonstration: Path) -> None:
    assert stat.S_IMODE(demonstration.stat().st_mode) == 0o700
    assert stat.S_IMODE((demonstration / "secret").stat().st_mode) == 0o600
    assert len((demonstration / "secret").read_text().strip()) == 64


def test_a_secret_that_others_can_read_is_refused(own_demonstration: Path) -> None:
    (own_demonstration / "secret").chmod(0o640)

    told = refused("where", home=own_demonstration)

    assert told["code"] == "config.secret_readable"
    assert f"chmod 600 {own_demonstration}/secret" in told["next_step"]


def test_sqlite_keeps_what_it_acknowledged(demonstration: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PRAGMAS],
        env=environment(demonstration, DJANGO_SETTINGS_MODULE="lotwarden.config.settings"),
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    full, on = 2, 1
    assert json.loads(ended.stdout) == {
        "synchronous": full, "journal_mode": "wal", "foreign_keys": on,
    }  # fmt: skip


def test_a_database_address_that_is_no_postgresql_is_refused(home: Path) -> None:
    told = refused("where", home=home, LOTWARDEN_DATABASE="mysql://u:p@localhost/x")

    assert told["code"] == "config.bad_database"


def test_fsck_of_the_demonstration_is_clean_and_says_what_it_checked(demonstration: Path) -> None:
    shown = run("fsck", home=demonstration)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Clean." in shown.stdout
    assert "5 lots, 11 files checked." in shown.stdout


def test_fsck_finds_a_changed_entry_a_lost_file_and_a_missing_trigger(
    own_demonstration: Path,
) -> None:
    _change_the_past(own_demonstration)
    next((own_demonstration / "blobs").glob("*/*")).unlink()

    ended = run("fsck", "--json", home=own_demonstration)

    told = json.loads(ended.stdout)
    codes = {one["code"] for one in told["findings"]}
    assert (ended.returncode, ended.stderr) == (1, "")
    assert set(told) == {"statements", "transfers", "lots", "blobs", "findings"}
    assert {"fsck.unguarded", "fsck.entries", "fsck.file"} <= codes
    assert any("lotwarden_transfer" in one["words"] for one in told["findings"])
    assert any("L-1024" in one["words"] for one in told["findings"])


DAMAGE = [
    ("inspection", "sample_size = sample_size - 1"),
    ("inspection", "plan = '{}'"),
    ("result", "inspected = inspected - 1"),
    ("result", "words = words || '.'"),
    ("nonconformity", "opened_by = printf('%032d', 7)"),
    ("disposition", "status = 'finished'"),
    ("disposition", "reason = reason || '.'"),
    ("disposition", "closed_because = 'x'"),
    ("sighting", "confirmed = NOT confirmed"),
    ("sighting", "place = 'elsewhere'"),
    ("reservation", "quantity = quantity - 1"),
    ("attachment", "number = '7' WHERE kind = 'certificate'"),
    ("attachment", "title = title || '.' WHERE title <> ''"),
]


def test_fsck_names_each_row_that_is_not_as_its_statements_told_it(
    own_demonstration: Path,
) -> None:
    path = own_demonstration / "workspace.sqlite3"
    whole = path.read_bytes()
    for table, change in DAMAGE:
        path.write_bytes(whole)
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"DROP TRIGGER IF EXISTS lotwarden_{table}_no_update")
            changed = database.execute(f"UPDATE lotwarden_{table} SET {change}")
            assert changed.rowcount, f"the demonstration has a {table}"

        ended = run("fsck", "--json", home=own_demonstration)

        found = [one["words"] for one in json.loads(ended.stdout)["findings"]]
        named = "what is reserved" if table == "reservation" else f"{table} "
        assert ended.returncode == 1
        assert any(named in words for words in found), (table, change, found)


def test_fsck_names_a_row_that_no_statement_tells_of_and_one_that_is_gone(
    own_demonstration: Path,
) -> None:
    with closing(sqlite3.connect(own_demonstration / "workspace.sqlite3")) as database, database:
        database.execute("DROP TRIGGER lotwarden_sighting_no_update")
        database.execute("UPDATE lotwarden_sighting SET id = '0123456789abcdef0123456789abcdef'"
                         " WHERE id = (SELECT min(id) FROM lotwarden_sighting)")  # fmt: skip

    ended = run("fsck", "--json", home=own_demonstration)

    found = [one["words"] for one in json.loads(ended.stdout)["findings"]]
    assert any(words.endswith("no statement tells of it") for words in found)
    assert any(words.endswith("but not there") for words in found)


def test_fsck_names_each_row_that_has_no_id_where_one_belongs(own_demonstration: Path) -> None:
    with closing(sqlite3.connect(own_demonstration / "workspace.sqlite3")) as database, database:
        database.execute("UPDATE lotwarden_nonconformity SET opened_by = '0'")
        rows = [row for (row,) in database.execute("SELECT id FROM lotwarden_nonconformity")]
        ((first,),) = database.execute("SELECT min(id) FROM lotwarden_standing")
        database.execute(f"UPDATE lotwarden_standing SET site_id = x'00' WHERE id = {first}")

    ended = run("fsck", "--json", home=own_demonstration)

    found = [one["words"] for one in json.loads(ended.stdout)["findings"]]
    assert (ended.returncode, ended.stderr) == (1, "")
    assert sorted(found[:-1]) == sorted([
        *(f"lotwarden_nonconformity, row {row}: opened_by is no id: '0'" for row in rows),
        f"lotwarden_standing, row {first}: site_id is no id: b'\\x00'",
    ])  # fmt: skip
    assert found[-1] == "nothing else was compared; those ids come first"


def _change_the_past(home: Path) -> None:
    """Give seven missing bottles back, as somebody with the file in hand could."""
    database = sqlite3.connect(home / "workspace.sqlite3")
    try:
        with database:
            database.execute("DROP TRIGGER lotwarden_transfer_no_update")
            changed = database.execute(
                "UPDATE lotwarden_transfer SET quantity = 6 WHERE quantity = 7"
            )
        assert changed.rowcount == 1
    finally:
        database.close()


def test_an_entry_cannot_be_changed_or_deleted_while_the_triggers_are_there(
    own_demonstration: Path,
) -> None:
    database = sqlite3.connect(own_demonstration / "workspace.sqlite3")
    try:
        for act in (
            "UPDATE lotwarden_transfer SET quantity = 6",
            "DELETE FROM lotwarden_statement",
        ):
            try:
                database.execute(act)
            except sqlite3.IntegrityError as kept:
                assert "is appended to, never changed" in str(kept)
            else:
                raise AssertionError(f"{act} was done")
    finally:
        database.close()
