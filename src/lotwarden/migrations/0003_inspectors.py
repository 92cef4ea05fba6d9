"""Who inspected a lot first: who was to, and who recorded it; none of them approves alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; nonconformities of before keep who opened them."""

    dependencies = [("lotwarden", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="nonconformity",
            name="inspectors",
            field=models.JSONField(default=list),
        ),
    ]
