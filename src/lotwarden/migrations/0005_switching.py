"""Product families, why a severity was chosen, and what the buyer decided of switching."""

import django.db.models.deletion
from django.db import migrations, models


def guard(apps: object, schema_editor: object) -> None:
    from lotwarden.config.database import guard as put_triggers

    put_triggers(("lotwarden_switchingdecision",))


class Migration(migrations.Migration):
    dependencies = [
        ("lotwarden", "0004_log_in_clients"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="family",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="inspection",
            name="reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.CreateModel(
            name="SwitchingDecision",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("family", models.CharField(blank=True, max_length=60)),
                ("standard", models.CharField(blank=True, max_length=20)),
                ("settings", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("decided_by", models.UUIDField()),
                ("decided_at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lotwarden.site",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lotwarden.statement",
                        to_field="act",
                    ),
                ),
            ],
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
