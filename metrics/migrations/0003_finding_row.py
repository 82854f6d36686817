from django.db import migrations


class Migration(migrations.Migration):
    """Give the model of findings another class name; its table keeps its name, so nothing changes in the database."""

    dependencies = [
        ('metrics', '0002_measure_at'),
    ]

    operations = [
        migrations.AlterModelTable(name='finding', table='metrics_finding'),
        migrations.AlterModelOptions(
            name='finding', options={'ordering': ['-opened_at', 'pk'], 'verbose_name': 'finding'}
        ),
        migrations.RenameModel(old_name='Finding', new_name='FindingRow'),
    ]
