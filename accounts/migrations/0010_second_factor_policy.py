from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_sign_in_configuration")]

    operations = [
        migrations.AddField(
            model_name="signinconfiguration",
            name="second_factor",
            field=models.CharField(blank=True, db_default="", max_length=20),
        ),
    ]
