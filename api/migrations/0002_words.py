"""Labels and help texts in the terms of Kafka and Burrow; the database stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0001_start'),
    ]

    operations = [
        migrations.AlterField(
            model_name='token',
            name='actions',
            field=models.JSONField(blank=True, default=list, help_text='Actions of a token with the scope “Selected actions”.'),
        ),
        migrations.AlterField(
            model_name='token',
            name='clusters',
            field=models.CharField(default='*', help_text='Clusters that it covers, by glob.', max_length=255),
        ),
        migrations.AlterField(
            model_name='token',
            name='hint',
            field=models.CharField(help_text='Prefix of the token.', max_length=12),
        ),
        migrations.AlterField(
            model_name='token',
            name='scope',
            field=models.CharField(choices=[('read', 'Read-only'), ('all', 'All my permissions'), ('chosen', 'Selected actions')], default='read', max_length=10),
        ),
    ]
