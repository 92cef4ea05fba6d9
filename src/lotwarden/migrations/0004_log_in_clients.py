"""Log-ins that failed are counted by client too, not only by the address typed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lotwarden", "0003_inspectors"),
    ]

    operations = [
        migrations.AddField(
            model_name="loginfailure",
            name="client",
            field=models.CharField(blank=True, db_index=True, default="", max_length=64),
        ),
    ]
