"""Labels and help texts in the terms of Kafka and Burrow; the database stays as it is."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lag', '0001_start'),
    ]

    operations = [
        migrations.AlterField(
            model_name='lagsettings',
            name='allowed_lag',
            field=models.PositiveBigIntegerField(default=0, help_text='A lag up to this many records is OK.'),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='commit_allowlist',
            field=models.CharField(blank=True, help_text="Groups whose commits are read; a setting of Burrow's consumer.", max_length=1000),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='commit_denylist',
            field=models.CharField(blank=True, help_text='Groups whose commits are ignored.', max_length=1000),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='enabled',
            field=models.BooleanField(default=True, help_text='Evaluate consumer lag.'),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='expire_cache',
            field=models.PositiveIntegerField(default=10, help_text='How long the Burrow API caches a status (s).'),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='expire_group',
            field=models.PositiveIntegerField(default=604800, help_text='Remove a group after this many seconds without a commit.'),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='group_allowlist',
            field=models.CharField(blank=True, help_text='Groups to include (regular expression).', max_length=1000),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='group_denylist',
            field=models.CharField(blank=True, help_text='Groups to exclude (regular expression).', max_length=1000),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='groups_reaper_refresh',
            field=models.PositiveIntegerField(default=0, help_text='Polling interval for groups that no longer exist in Kafka (s); 0 = off.'),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='intervals',
            field=models.PositiveIntegerField(default=10, help_text='Commits per window.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)]),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='min_distance',
            field=models.PositiveIntegerField(default=0, help_text='Minimum distance between commits (s). A commit that follows sooner replaces the previous one.'),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='minimum_complete',
            field=models.FloatField(default=0.0, help_text='How complete a window must be for an evaluation, from 0 to 1.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)]),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='offset_refresh',
            field=models.PositiveIntegerField(default=10, help_text='Polling interval for log end offsets (s).', validators=[django.core.validators.MinValueValidator(1)]),
        ),
        migrations.AlterField(
            model_name='lagsettings',
            name='topic_refresh',
            field=models.PositiveIntegerField(default=60, help_text='Polling interval for the topic list (s).', validators=[django.core.validators.MinValueValidator(1)]),
        ),
    ]
