"""Put the triggers on the tables that are appended to and never changed."""

from __future__ import annotations

from django.db import migrations

TABLES = (
    "lotwarden_statement",
    "lotwarden_statementlot",
    "lotwarden_transfer",
    "lotwarden_contradiction",
    "lotwarden_discrepancy",
    "lotwarden_attachment",
    "lotwarden_sighting",
    "lotwarden_signature",
    "lotwarden_result",
)
"""The tables there are at this point of the history; later ones come with their own migration."""


def guard(apps: object, schema_editor: object) -> None:
    from lotwarden.config.database import guard as put_triggers

    put_triggers(TABLES)


class Migration(migrations.Migration):
    """No application code is imported at load time; the trigger texts live in config.database."""

    dependencies = [("lotwarden", "0001_books")]

    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
