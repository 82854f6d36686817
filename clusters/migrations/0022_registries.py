"""Each cluster's schema registry becomes a row of its own, called ``default``; its subjects and uses go along."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import core.encryption
from core.encryption import SecretValues

DEFAULT = "default"
PREFIX = "registry_"  # began the names of the registry's fields, and of its secrets among the cluster's
FIELDS = (
    "url", "username", "ca_pem", "certificate_pem", "verify", "oauth_token_url", "oauth_client_id", "oauth_scope",
)  # fmt: skip
STATE = (
    "due_at", "looked_at", "current_as_of", "error", "advice", "seconds", "requests", "compatibility", "mode", "totals",
)  # fmt: skip


def move(apps: Any, schema_editor: Any) -> None:
    """Make the rows, and bind what was read of the registries to them.

    Secrets that no configured key opens stay with the cluster: among them are Kafka's, which no registry may get.
    """
    models_by_name = {name: apps.get_model("clusters", name) for name in ("Cluster", "Subject", "SchemaUse")}
    for cluster in models_by_name["Cluster"].objects.exclude(registry_url=""):
        registry = row_of(apps, cluster)
        for name in ("Subject", "SchemaUse"):
            models_by_name[name].objects.filter(cluster=cluster).update(registry=registry)
        secrets = {name: value for name, value in cluster.secrets.items() if not name.startswith(PREFIX)}
        if len(secrets) < len(cluster.secrets):
            models_by_name["Cluster"].objects.filter(pk=cluster.pk).update(secrets=SecretValues(secrets))
    for name in ("Subject", "SchemaUse"):
        models_by_name[name].objects.filter(registry=None).delete()  # of clusters that have no registry any more
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while its foreign keys are to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def row_of(apps: Any, cluster: Any) -> Any:
    mirror = apps.get_model("clusters", "RegistryMirror").objects.filter(cluster=cluster).first()
    state = {name: getattr(mirror, name) for name in STATE} | {"mirrored_url": mirror.url} if mirror else {}
    secrets = {
        name.removeprefix(PREFIX): value for name, value in cluster.secrets.items() if name.startswith(PREFIX)
    }
    return apps.get_model("clusters", "SchemaRegistry").objects.create(
        cluster=cluster,
        name=DEFAULT,
        secrets=SecretValues(secrets),
        **{name: getattr(cluster, f"{PREFIX}{name}") for name in FIELDS},
        **state,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0021_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='SchemaRegistry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_index=True, null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.BigIntegerField(default=0)),
                ('name', models.CharField(default='default', max_length=100)),
                ('url', models.CharField(max_length=500)),
                ('username', models.CharField(blank=True, max_length=255)),
                ('ca_pem', models.TextField(blank=True)),
                ('certificate_pem', models.TextField(blank=True)),
                ('verify', models.BooleanField(default=True)),
                ('oauth_token_url', models.CharField(blank=True, max_length=500)),
                ('oauth_client_id', models.CharField(blank=True, max_length=255)),
                ('oauth_scope', models.CharField(blank=True, max_length=500)),
                ('secrets', core.encryption.EncryptedSecrets(blank=True, default=core.encryption.SecretValues)),
                ('mirrored_url', models.CharField(blank=True, help_text='Whose subjects the rows are.', max_length=500)),
                ('looked_at', models.DateTimeField(help_text='End of the last pass, whatever came of it.', null=True)),
                ('current_as_of', models.DateTimeField(help_text='When the subjects were last listed.', null=True)),
                ('error', models.TextField(blank=True)),
                ('advice', models.TextField(blank=True)),
                ('seconds', models.FloatField(default=0, help_text='What the last pass took.')),
                ('requests', models.IntegerField(help_text='Requests of the last pass.', null=True)),
                ('compatibility', models.CharField(blank=True, help_text='Of subjects without a level of their own.', max_length=40)),
                ('mode', models.CharField(blank=True, help_text='Likewise; empty where the registry has no modes.', max_length=40)),
                ('totals', models.JSONField(default=dict, help_text='Sums over its subjects, as of the last pass or change.')),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registries', to='clusters.cluster')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('cluster', 'name'), name='one_row_a_registry')],
            },
        ),
        migrations.AddField(
            model_name='subject',
            name='registry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='clusters.schemaregistry'),
        ),
        migrations.AddField(
            model_name='schemause',
            name='registry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='schema_uses', to='clusters.schemaregistry'),
        ),
        migrations.RunPython(move, elidable=True),
        migrations.AlterField(
            model_name='schemause',
            name='registry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schema_uses', to='clusters.schemaregistry'),
        ),
        migrations.RemoveConstraint(model_name='schemause', name='one_row_a_schema_and_topic'),
        migrations.AddConstraint(
            model_name='schemause',
            constraint=models.UniqueConstraint(fields=('registry', 'schema_id', 'topic'), name='one_row_a_schema_and_topic'),
        ),
        migrations.AlterField(
            model_name='subject',
            name='registry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='clusters.schemaregistry'),
        ),
        migrations.RemoveConstraint(model_name='subject', name='one_row_a_subject'),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.UniqueConstraint(fields=('registry', 'name'), name='one_row_a_subject'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_read_at'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'read_at'], name='subject_by_read_at'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_name'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'name'], name='subject_by_name'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_type'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'type'], name='subject_by_type'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_version'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'version'], name='subject_by_version'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_versions'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'versions'], name='subject_by_versions'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_schema_id'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'schema_id'], name='subject_by_schema_id'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_compatibility'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'compatibility'], name='subject_by_compatibility'),
        ),
        migrations.RemoveIndex(model_name='subject', name='subject_by_context'),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['registry', 'deleted', 'context'], name='subject_by_context'),
        ),
        migrations.RemoveField(model_name='cluster', name='registry_url'),
        migrations.RemoveField(model_name='cluster', name='registry_username'),
        migrations.RemoveField(model_name='cluster', name='registry_ca_pem'),
        migrations.RemoveField(model_name='cluster', name='registry_certificate_pem'),
        migrations.RemoveField(model_name='cluster', name='registry_verify'),
        migrations.RemoveField(model_name='cluster', name='registry_oauth_token_url'),
        migrations.RemoveField(model_name='cluster', name='registry_oauth_client_id'),
        migrations.RemoveField(model_name='cluster', name='registry_oauth_scope'),
        migrations.DeleteModel(name='RegistryMirror'),
    ]
