
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0022_registries'),
    ]

    operations = [
        migrations.AddField(
            model_name='connectcluster',
            name='oauth_client_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='connectcluster',
            name='oauth_scope',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='connectcluster',
            name='oauth_token_url',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
    ]
