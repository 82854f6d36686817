"""Further headers hold keys and tenants: they are encrypted, as all secrets are."""

from django.db import migrations, models

from core.encryption import SecretValues


def encrypt(apps, schema_editor):
    for settings in apps.get_model("metrics", "MetricsSettings").objects.exclude(headers=""):
        settings.secrets = SecretValues({**settings.secrets, "headers": settings.headers})
        settings.headers = ""
        settings.save(update_fields=["secrets", "headers"])


def decrypt(apps, schema_editor):
    for settings in apps.get_model("metrics", "MetricsSettings").objects.all():
        if settings.secrets.get("headers"):
            settings.headers = settings.secrets.pop("headers")
            settings.save(update_fields=["secrets", "headers"])


class Migration(migrations.Migration):
    dependencies = [("metrics", "0003_finding_row")]
    operations = [
        migrations.AlterField(
            model_name="metricssettings",
            name="headers",
            field=models.TextField(
                blank=True, help_text="Of former versions; now among the secrets.", verbose_name="further headers"
            ),
        ),
        migrations.RunPython(encrypt, decrypt, elidable=True),
    ]
