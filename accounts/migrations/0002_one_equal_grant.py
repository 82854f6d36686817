from django.conf import settings
from django.db import migrations, models


def drop_equal_grants(apps, schema_editor):
    """Of several equal grants, keep the first."""
    seen = set()
    for grant in apps.get_model("accounts", "Grant").objects.order_by("pk"):
        key = (grant.user_id, grant.group_id, grant.role, grant.clusters, grant.resources, *sorted(grant.actions))
        if key in seen:
            grant.delete()
        seen.add(key)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_start'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_equal_grants, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('group__isnull', True)), fields=('user', 'role', 'clusters', 'resources', 'actions'), name='one_equal_grant_a_user'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', True)), fields=('group', 'role', 'clusters', 'resources', 'actions'), name='one_equal_grant_a_group'),
        ),
    ]
