"""Who inspected a lot first; whether a contract asks for the customer's agreement."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns; nonconformities of before keep who opened them."""

    dependencies = [("lotwarden", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="nonconformity",
            name="inspectors",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="disposition",
            name="contract_silent",
            field=models.BooleanField(default=False),
        ),
    ]
