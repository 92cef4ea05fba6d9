"""The commands that work on a workspace."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotwarden.config.settings")


def where(arguments: argparse.Namespace) -> int:
    """Print where every unit is."""
    with _importing():
        _open()
        from lotwarden.reports import position

    found = position.where(arguments.lot)
    if arguments.lots:
        rows = position.lots()
        if arguments.lot:
            rows = [row for row in rows if row["lot"] == arguments.lot]
        found["lots"] = rows
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    from lotwarden.cli.show import position as show

    show(found, arguments.lot)
    return 0


def init(arguments: argparse.Namespace) -> int:
    """Make the workspace and print the link by which its first person sets a password."""
    _prepare()
    from lotwarden.identity import operations as identity

    _, path = identity.create_workspace(
        name=arguments.name,
        organisation=arguments.organisation,
        person=arguments.person,
        email=arguments.email,
    )
    if arguments.json:
        print(json.dumps({"home": str(_home()), "link": path}))
        return 0
    print(f"Workspace {arguments.name} is made in {_home()}.")
    print("Next:  lotwarden serve")
    print(f"Then open http://127.0.0.1:8000{path} within 7 days and set a password.")
    return 0


def demo(arguments: argparse.Namespace) -> int:
    """Make the demonstration, and serve it where asked; one that is there is kept."""
    _prepare()
    from lotwarden.identity import queries as identity

    there = identity.workspace()
    if arguments.serve and there is not None:
        return serve(arguments)
    made = _make_demonstration(quiet=arguments.json)
    if arguments.json:
        print(json.dumps({"home": str(_home()), "lots": made}))
    else:
        print(f"The demonstration is in {_home()}: {', '.join(made)}")
    return serve(arguments) if arguments.serve else 0


def serve(arguments: argparse.Namespace) -> int:
    """Serve the web pages until Ctrl-C."""
    if arguments.host not in ("127.0.0.1", "localhost", "::1"):
        names = os.environ.get("LOTWARDEN_HOSTS", "")
        os.environ["LOTWARDEN_HOSTS"] = ",".join(filter(None, (names, arguments.host)))
    _prepare()
    from lotwarden.config.serving import serve as run

    def say(address: str) -> None:
        line = f"lotwarden: {address}   (Ctrl-C stops it)"
        print(json.dumps({"address": address}) if arguments.json else line, flush=True)

    run(host=arguments.host, port=arguments.port, say=say)
    print("lotwarden: stopped; the workspace stays.", file=sys.stderr, flush=True)
    return 0


def import_file(arguments: argparse.Namespace) -> int:
    """Load a spreadsheet as a person of the buyer."""
    _open()
    from lotwarden.identity import queries as identity
    from lotwarden.identity.acting import OPERATIONS
    from lotwarden.web.imports import IMPORTS, more_of

    path = Path(arguments.file)
    if not path.is_file():
        print(f"lotwarden import: there is no file {path}", file=sys.stderr)
        return 2
    actor = _actor(arguments.person)
    one = IMPORTS[arguments.what]
    outcome = OPERATIONS[one.operation](
        actor,
        data=path.read_bytes(),
        filename=path.name,
        encoding=arguments.encoding,
        **more_of(actor, arguments.what),
    )
    if arguments.json:
        print(json.dumps(outcome, ensure_ascii=False))
        return 0
    workspace = identity.workspace()
    assert workspace is not None
    print(f"{path.name} is loaded into {workspace.name} as {actor.name}.")
    for key, value in outcome.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        print(f"  {key}: {shown}")
    return 0


def people(arguments: argparse.Namespace) -> int:
    """List people, invite one, make a new link, or let one in no more."""
    _open()
    from lotwarden.identity import operations as identity
    from lotwarden.identity import queries as who

    if arguments.action == "list":
        rows = [
            {
                "name": one.name, "email": one.email, "organisation": one.organisation_name,
                "role": one.role, "admin": one.is_admin, "password": one.has_password,
                "active": one.is_active,
            }
            for one in who.people().values()
        ]  # fmt: skip
        if arguments.json:
            print(json.dumps({"people": rows}, ensure_ascii=False))
        else:
            for row in rows:
                state = "" if row["password"] else "  (no password yet)"
                state = state if row["active"] else "  (deactivated)"
                print(f"{row['email']}: {row['name']}, {row['organisation']}{state}")
        return 0
    if not arguments.email:
        print(f"lotwarden people {arguments.action}: an e-mail address is missing", file=sys.stderr)
        return 2
    actor = _actor(None)
    if arguments.action == "deactivate":
        ended = identity.deactivate(actor, person=who.person_by_email(arguments.email).id)
        said = f"{ended['name']} cannot log in any more."
        print(json.dumps(ended, ensure_ascii=False) if arguments.json else said)
        return 0
    if arguments.action == "invite":
        company = (
            who.buyer()
            if arguments.organisation is None
            else who.find_organisation(arguments.organisation)
        )
        if company is None:
            raise who.UnknownOrganisation(organisation=arguments.organisation)
        outcome = identity.invite(
            actor,
            organisation=company.id,
            name=arguments.name or arguments.email.split("@")[0],
            email=arguments.email,
            is_admin=arguments.admin,
        )
    else:
        found = who.person_by_email(arguments.email)
        if not found.is_active:
            identity.readmit(actor, person=found.id)
        outcome = identity.reset(actor, person=found.id)
    import uuid

    path = identity.link_to_set_password(uuid.UUID(outcome["person"]))
    if arguments.json:
        print(json.dumps({**outcome, "link": path}, ensure_ascii=False))
    else:
        print(f"Send {outcome['name']} this link; it works once, for 7 days:")
        print(f"  http://127.0.0.1:8000{path}   (or your server's own address)")
    return 0


def fsck(arguments: argparse.Namespace) -> int:
    """Compute everything again and print what differs."""
    _open()
    from lotwarden.cli.show import progress
    from lotwarden.config.database import unguarded
    from lotwarden.reports.fsck import check

    with progress("fsck", quiet=arguments.json) as step:
        found = check(step, unguarded=unguarded())
    if arguments.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        print(f"{found.statements:,} statements, {found.transfers:,} transfers, "
              f"{found.lots:,} lots, {found.blobs:,} files checked.")  # fmt: skip
        for one in found.findings:
            print(f"finding: {one.code}: {one.words}")
        print(
            "Clean."
            if not found.findings
            else f"{len(found.findings):,} findings; nothing was changed."
        )
    return 0 if not found.findings else 1


def backup(arguments: argparse.Namespace) -> int:
    """Write a consistent copy of the workspace."""
    _open()
    from lotwarden.cli.show import progress
    from lotwarden.config.backup import write

    with progress("backup", quiet=arguments.json) as step:
        made = write(Path(arguments.file), step, force=arguments.force)
    if arguments.json:
        print(json.dumps(made))
    else:
        print(f"{arguments.file}: {made['statements']:,} statements, {made['files']:,} files, "
              f"{made['bytes']:,} bytes.")  # fmt: skip
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Restore a backup into an empty home, and prove it."""
    from lotwarden.cli.show import progress
    from lotwarden.config.restore import read

    with progress("restore", quiet=arguments.json) as step:
        made = read(Path(arguments.file), _bare_home(), step)
    _prepare()
    from lotwarden.reports.fsck import check

    found = check()
    made["findings"] = len(found.findings)
    if arguments.json:
        print(json.dumps(made))
    else:
        print(f"Restored {made['files']:,} files into {made['home']}; "
              f"{made['findings']:,} findings.")  # fmt: skip
        for one in found.findings:
            print(f"finding: {one.code}: {one.words}")
    return 0 if not found.findings else 1


def _bare_home() -> Path:
    from lotwarden.config.home import home

    return home()


@contextmanager
def _importing() -> Iterator[None]:
    """Look for no garbage while importing: it all stays, and looking takes a sixth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _open() -> None:
    """Open the workspace that is here; refuse where there is none."""
    from lotwarden.config.home import require_workspace

    require_workspace()
    django.setup()
    from django.db import DatabaseError

    from lotwarden.config.database import NotMigrated
    from lotwarden.identity import queries as identity

    try:
        identity.workspace()
    except DatabaseError as old:
        raise NotMigrated(where=_home()) from old


def _prepare() -> None:
    """Make the database ready: migrated, guarded, safe to write to."""
    django.setup()
    from lotwarden.config.database import prepare

    prepare()


def _home() -> Path:
    from django.conf import settings

    return Path(settings.HOME)


def _actor(email: str | None) -> Any:
    """Return who acts on the command line: this person, else the first administrator."""
    from lotwarden.identity import queries as identity

    if email is not None:
        return identity.actor_of(identity.person_by_email(email).id)
    admins = [one for one in identity.people().values() if one.is_admin and one.is_active]
    if not admins:
        raise identity.UnknownPerson(person="an administrator")
    return identity.actor_of(admins[0].id)


def _make_demonstration(*, quiet: bool) -> list[str]:
    from lotwarden.cases import make_demonstration
    from lotwarden.cli.show import progress

    with progress("cases", quiet=quiet) as step:
        return list(make_demonstration(progress=lambda name: step(name, 1, 3)).lots)
