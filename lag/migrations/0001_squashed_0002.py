"""All that the migrations up to 0002 lead to, for new databases, which take a tenth of the time."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from core.database.squashing import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('lag', '0001_start'),
        ('lag', '0002_words'),
    ]

    initial = True

    dependencies = [
        ('clusters', '0001_start'),
    ]

    operations = [CreateModels([
        migrations.CreateModel(
            name='LagSettings',
            fields=[
                ('cluster', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lag_settings', serialize=False, to='clusters.cluster')),
                ('enabled', models.BooleanField(default=True, help_text='Evaluate consumer lag.')),
                ('intervals', models.PositiveIntegerField(default=10, help_text='Commits per window.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)])),
                ('min_distance', models.PositiveIntegerField(default=0, help_text='Minimum distance between commits (s). A commit that follows sooner replaces the previous one.')),
                ('expire_group', models.PositiveIntegerField(default=604800, help_text='Remove a group after this many seconds without a commit.')),
                ('expire_cache', models.PositiveIntegerField(default=10, help_text='How long the Burrow API caches a status (s).')),
                ('minimum_complete', models.FloatField(default=0.0, help_text='How complete a window must be for an evaluation, from 0 to 1.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)])),
                ('allowed_lag', models.PositiveBigIntegerField(default=0, help_text='A lag up to this many records is OK.')),
                ('offset_refresh', models.PositiveIntegerField(default=10, help_text='Polling interval for log end offsets (s).', validators=[django.core.validators.MinValueValidator(1)])),
                ('topic_refresh', models.PositiveIntegerField(default=60, help_text='Polling interval for the topic list (s).', validators=[django.core.validators.MinValueValidator(1)])),
                ('groups_reaper_refresh', models.PositiveIntegerField(default=0, help_text='Polling interval for groups that no longer exist in Kafka (s); 0 = off.')),
                ('group_allowlist', models.CharField(blank=True, help_text='Groups to include (regular expression).', max_length=1000)),
                ('group_denylist', models.CharField(blank=True, help_text='Groups to exclude (regular expression).', max_length=1000)),
                ('commit_allowlist', models.CharField(blank=True, help_text="Groups whose commits are read; a setting of Burrow's consumer.", max_length=1000)),
                ('commit_denylist', models.CharField(blank=True, help_text='Groups whose commits are ignored.', max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=120)),
                ('number', models.BigIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'tallies',
                'constraints': [models.UniqueConstraint(fields=('what', 'label'), name='one_tally_a_label')],
            },
        ),
        migrations.CreateModel(
            name='AllowedLag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group_glob', models.CharField(max_length=512)),
                ('allowed_lag', models.PositiveBigIntegerField()),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allowed_lags', to='clusters.cluster')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('cluster', 'group_glob'), name='one_allowed_lag_a_glob')],
            },
        ),
        migrations.CreateModel(
            name='Forgotten',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=512)),
                ('topic', models.CharField(blank=True, max_length=255)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lag_forgotten', to='clusters.cluster')),
            ],
            options={
                'verbose_name_plural': 'forgotten',
                'constraints': [models.UniqueConstraint(fields=('cluster', 'group', 'topic'), name='one_request_to_forget')],
            },
        ),
        migrations.CreateModel(
            name='History',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=512)),
                ('width', models.IntegerField(help_text='Of a bucket: a minute or an hour.')),
                ('start', models.BigIntegerField(help_text='Of the stretch.')),
                ('buckets', models.JSONField(help_text='Rows: start, status, largest lag, largest seconds, last moment, last lag.')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lag_history', to='clusters.cluster')),
            ],
            options={
                'verbose_name_plural': 'history',
                'indexes': [models.Index(fields=['width', 'start'], name='history_by_age')],
                'constraints': [models.UniqueConstraint(fields=('cluster', 'group', 'width', 'start'), name='one_row_a_stretch')],
            },
        ),
        migrations.CreateModel(
            name='Shard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_index=True, null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.BigIntegerField(default=0)),
                ('number', models.PositiveSmallIntegerField(default=0)),
                ('count', models.PositiveSmallIntegerField(default=1, help_text='How many shards the cluster has.')),
                ('owner', models.CharField(blank=True, max_length=200)),
                ('idle_before_ms', models.BigIntegerField(help_text='Reading began at this time; who committed before and not since is still to be asked for.', null=True)),
                ('mode', models.CharField(default='reading', help_text='Reading the offsets topic, or asking for them.', max_length=10)),
                ('error', models.TextField(blank=True)),
                ('advice', models.TextField(blank=True)),
                ('ticked_at', models.DateTimeField(help_text='End of the last tick that was saved.', null=True)),
                ('ends_as_of', models.DateTimeField(help_text='When end offsets were last fetched.', null=True)),
                ('seconds', models.FloatField(default=0, help_text='What the last tick took.')),
                ('ticks', models.BigIntegerField(default=0)),
                ('records', models.BigIntegerField(default=0, help_text='Records applied, ever.')),
                ('unread', models.BigIntegerField(default=0, help_text='Records of the offsets topic still to read.')),
                ('counts', models.JSONField(default=dict, help_text='What came of the records, by word, ever.')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lag_shards', to='clusters.cluster')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cluster', 'number'), name='one_row_a_shard')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partition', models.PositiveIntegerField()),
                ('position', models.BigIntegerField()),
                ('end', models.BigIntegerField()),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lag_sources', to='clusters.cluster')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cluster', 'partition'), name='one_row_a_source')],
            },
        ),
        migrations.CreateModel(
            name='TopicOffsets',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=255)),
                ('ends', models.JSONField(help_text='Newest end offsets, null where unknown.')),
                ('starts', models.JSONField(help_text='Log start offsets, null where unknown.')),
                ('rings', models.BinaryField(help_text='The last few end offsets, as lag.windows.checkpoint saves arrays.')),
                ('timelines', models.BinaryField(help_text='End offsets and their times, likewise.')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_offsets', to='clusters.cluster')),
            ],
            options={
                'verbose_name_plural': 'topic offsets',
                'constraints': [models.UniqueConstraint(fields=('cluster', 'topic'), name='one_row_of_topic_offsets')],
            },
        ),
        migrations.CreateModel(
            name='WatchedGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=512)),
                ('source', models.IntegerField()),
                ('status', models.SmallIntegerField(choices=[(0, 'NOTFOUND'), (1, 'OK'), (2, 'WARN'), (3, 'ERR'), (4, 'STOP'), (5, 'STALL'), (6, 'REWIND')])),
                ('since', models.DateTimeField(help_text='When the status became what it is.')),
                ('complete', models.FloatField()),
                ('total_lag', models.BigIntegerField()),
                ('max_lag', models.BigIntegerField()),
                ('partitions', models.IntegerField(help_text='Slots, committed or not.')),
                ('bad', models.IntegerField(help_text='Partitions that are not OK.')),
                ('time_lag', models.FloatField(help_text='Seconds behind, of the partition that is furthest behind.', null=True)),
                ('time_lag_at_least', models.BooleanField(default=False, help_text='It may be more: the history begins later.')),
                ('lost', models.BigIntegerField(default=0, help_text='Records that expired unread.')),
                ('last_commit_ms', models.BigIntegerField()),
                ('judged_at', models.DateTimeField()),
                ('windows', models.BinaryField(help_text='Windows and owners, as lag.windows.checkpoint saves them.')),
                ('verdict', models.JSONField(help_text='By topic, for each partition: status, lag, last offset or null, complete, seconds behind or null.')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watched_groups', to='clusters.cluster')),
            ],
            options={
                'indexes': [models.Index(fields=['cluster', 'status'], name='watched_group_by_status')],
                'constraints': [models.UniqueConstraint(fields=('cluster', 'name'), name='one_row_a_watched_group')],
            },
        ),
    ])]
