"""Put the triggers on the tables that are appended to and never changed."""

from __future__ import annotations

from django.db import migrations


def guard(apps: object, schema_editor: object) -> None:
    from lotwarden.config.database import guard as put_triggers

    put_triggers()


class Migration(migrations.Migration):
    """No application code is imported at load time; the trigger texts live in config.database."""

    dependencies = [("lotwarden", "0001_books")]

    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
