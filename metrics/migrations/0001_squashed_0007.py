"""All that the migrations up to 0007 lead to, for new databases, which take a tenth of the time."""

import core.encryption
import django.db.models.deletion
from django.db import migrations, models

from core.database.squashing import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('metrics', '0001_start'),
        ('metrics', '0002_measure_at'),
        ('metrics', '0003_finding_row'),
        ('metrics', '0004_headers_among_the_secrets'),
        ('metrics', '0005_words'),
        ('metrics', '0006_alert_rules'),
        ('metrics', '0007_picked_routing'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0001_start'),
    ]

    operations = [CreateModels([
        migrations.CreateModel(
            name='AlertRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('lag', 'Consumer group lag'), ('time-lag', 'Consumer group time lag'), ('rate-above', 'Records per second of a topic, above'), ('rate-below', 'Records per second of a topic, below')], default='lag', max_length=12)),
                ('severity', models.CharField(choices=[('critical', 'critical'), ('warning', 'warning'), ('info', 'info')], default='warning', max_length=10)),
                ('cluster_glob', models.CharField(default='*', max_length=200, verbose_name='clusters')),
                ('resource_glob', models.CharField(default='*', max_length=500, verbose_name='groups or topics')),
                ('threshold', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('for_seconds', models.PositiveIntegerField(default=300, verbose_name='for at least (s)')),
                ('enabled', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('kind', models.CharField(choices=[('apprise', 'Webhook, or Apprise: Slack, Teams, e-mail, …'), ('alertmanager', 'Alertmanager')], default='apprise', max_length=12)),
                ('secrets', core.encryption.EncryptedSecrets(blank=True, default=core.encryption.SecretValues)),
                ('enabled', models.BooleanField(default=True)),
                ('severity', models.CharField(choices=[('critical', 'critical'), ('warning', 'warning'), ('info', 'info')], default='warning', max_length=10, verbose_name='minimum severity')),
                ('severities', models.JSONField(help_text='Those picked; none where all from the minimum on are.', null=True)),
                ('clusters', models.JSONField(help_text='Short names of those picked; none for all.', null=True)),
                ('rules', models.JSONField(help_text='Those picked; none for all.', null=True)),
                ('cluster_glob', models.CharField(default='*', max_length=200, verbose_name='clusters')),
                ('rule_glob', models.CharField(default='*', max_length=200, verbose_name='rules')),
                ('subject_glob', models.CharField(default='*', max_length=200, verbose_name='resources')),
                ('repeat_hours', models.PositiveIntegerField(default=4, verbose_name='repeat every (h)')),
                ('tell_resolved', models.BooleanField(default=True, verbose_name='notify on resolve')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='MetricsSettings',
            fields=[
                ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='metrics_settings', serialize=False, to='clusters.cluster')),
                ('source', models.CharField(blank=True, choices=[('', 'none'), ('prometheus', 'Prometheus'), ('exporters', 'JMX exporters of the brokers')], max_length=12)),
                ('url', models.CharField(blank=True, max_length=500, verbose_name='base URL')),
                ('matchers', models.CharField(blank=True, max_length=500, verbose_name='label matchers')),
                ('scheme', models.CharField(choices=[('http', 'http'), ('https', 'https')], default='http', max_length=5)),
                ('port', models.PositiveIntegerField(default=5556)),
                ('path', models.CharField(default='/metrics', max_length=200)),
                ('exporters', models.TextField(blank=True, verbose_name='exporter addresses')),
                ('interval', models.PositiveIntegerField(default=15, verbose_name='polling interval (s)')),
                ('username', models.CharField(blank=True, max_length=255, verbose_name='user name')),
                ('headers', models.TextField(blank=True, help_text='Of former versions; now among the secrets.', verbose_name='further headers')),
                ('ca_pem', models.TextField(blank=True, verbose_name='CA certificate')),
                ('certificate_pem', models.TextField(blank=True, verbose_name='client certificate')),
                ('verify', models.BooleanField(default=True, verbose_name='verify the server certificate')),
                ('queries', models.TextField(blank=True, verbose_name='custom selectors')),
                ('slow_produce_warning', models.PositiveIntegerField(default=500, verbose_name='slow produce, warning (ms)')),
                ('slow_produce_critical', models.PositiveIntegerField(default=1000, verbose_name='slow produce, critical (ms)')),
                ('secrets', core.encryption.EncryptedSecrets(blank=True, default=core.encryption.SecretValues)),
            ],
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('due_at', models.DateTimeField(db_index=True, null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.BigIntegerField(default=0)),
                ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='watch', serialize=False, to='clusters.cluster')),
                ('looked_at', models.DateTimeField(null=True)),
                ('measured_at', models.DateTimeField(help_text='When readings last came.', null=True)),
                ('flavour', models.CharField(blank=True, max_length=20)),
                ('error', models.TextField(blank=True)),
                ('advice', models.TextField(blank=True)),
                ('failures', models.JSONField(default=dict, help_text='Sentences by broker.')),
                ('missing', models.JSONField(default=list, help_text='Signals that nobody gives.')),
                ('readings', models.JSONField(default=list, help_text='[signal, broker, label, value] of the last look.')),
                ('measure_at', models.DateTimeField(help_text='When the source is to be asked again.', null=True)),
                ('seconds', models.FloatField(default=0, help_text='What the last look took.')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FindingRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=100)),
                ('subject', models.CharField(blank=True, max_length=600)),
                ('severity', models.CharField(choices=[('critical', 'critical'), ('warning', 'warning'), ('info', 'info')], max_length=10)),
                ('value', models.TextField(blank=True)),
                ('threshold', models.CharField(blank=True, max_length=100)),
                ('names', models.JSONField(default=list)),
                ('page', models.CharField(blank=True, max_length=40)),
                ('target', models.CharField(blank=True, max_length=600)),
                ('since', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
                ('silenced_until', models.DateTimeField(null=True)),
                ('silenced_by', models.CharField(blank=True, max_length=150)),
                ('silenced_reason', models.CharField(blank=True, max_length=500)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='clusters.cluster')),
            ],
            options={
                'verbose_name': 'finding',
                'db_table': 'metrics_finding',
                'ordering': ['-opened_at', 'pk'],
                'indexes': [models.Index(fields=['cluster', 'resolved_at', 'severity'], name='finding_by_severity')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at', None)), fields=('cluster', 'rule', 'subject'), name='one_finding_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Measured',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('width', models.PositiveIntegerField(help_text='Seconds that it stands for.')),
                ('at', models.BigIntegerField(help_text='Seconds since 1970.')),
                ('readings', models.BinaryField()),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measured', to='clusters.cluster')),
            ],
            options={
                'verbose_name_plural': 'measured',
                'constraints': [models.UniqueConstraint(fields=('cluster', 'width', 'at'), name='one_row_a_measured_stretch')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=10)),
                ('number', models.PositiveIntegerField(default=0, help_text='Counts the repetitions.')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='metrics.channel')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='metrics.findingrow')),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'finding', 'event', 'number'), name='one_notice_an_event')],
            },
        ),
    ])]
