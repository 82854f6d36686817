"""Labels and help texts in the terms of Kafka and Burrow; the database stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('metrics', '0004_headers_among_the_secrets'),
    ]

    operations = [
        migrations.AlterField(
            model_name='channel',
            name='repeat_hours',
            field=models.PositiveIntegerField(default=4, verbose_name='repeat every (h)'),
        ),
        migrations.AlterField(
            model_name='channel',
            name='severity',
            field=models.CharField(choices=[('critical', 'critical'), ('warning', 'warning'), ('info', 'info')], default='warning', max_length=10, verbose_name='minimum severity'),
        ),
        migrations.AlterField(
            model_name='channel',
            name='subject_glob',
            field=models.CharField(default='*', max_length=200, verbose_name='resources'),
        ),
        migrations.AlterField(
            model_name='channel',
            name='tell_resolved',
            field=models.BooleanField(default=True, verbose_name='notify on resolve'),
        ),
        migrations.AlterField(
            model_name='metricssettings',
            name='exporters',
            field=models.TextField(blank=True, verbose_name='exporter addresses'),
        ),
        migrations.AlterField(
            model_name='metricssettings',
            name='interval',
            field=models.PositiveIntegerField(default=15, verbose_name='polling interval (s)'),
        ),
        migrations.AlterField(
            model_name='metricssettings',
            name='queries',
            field=models.TextField(blank=True, verbose_name='custom selectors'),
        ),
        migrations.AlterField(
            model_name='metricssettings',
            name='source',
            field=models.CharField(blank=True, choices=[('', 'none'), ('prometheus', 'Prometheus'), ('exporters', 'JMX exporters of the brokers')], max_length=12),
        ),
        migrations.AlterField(
            model_name='metricssettings',
            name='url',
            field=models.CharField(blank=True, max_length=500, verbose_name='base URL'),
        ),
        migrations.AlterField(
            model_name='metricssettings',
            name='verify',
            field=models.BooleanField(default=True, verbose_name='verify the server certificate'),
        ),
    ]
