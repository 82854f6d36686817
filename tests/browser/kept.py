"""Twenty minutes of one broker's metrics, kept in a data folder before anything runs there.

``python -m tests.browser.kept`` with KAFKAADMIN_DATA_DIR: Django's database and a browser's driver share no thread.
"""

import os
from pathlib import Path

from tests.migrated import prepare

START, MINUTES = 1_700_000_100, 20  # on a full minute


def main() -> None:
    """Make the database, and a cluster of which readings were kept once a minute."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kafkaadmin.settings"
    import django

    prepare(Path(os.environ["KAFKAADMIN_DATA_DIR"]))
    django.setup()
    from clusters.models import Cluster
    from metrics.catalogue.samples import Reading
    from metrics.models import MetricsSettings, Watch
    from metrics.sources.stored_samples import keep

    cluster = Cluster.objects.create(slug="kept", name="kept", bootstrap_servers="127.0.0.1:1")
    MetricsSettings.objects.create(cluster=cluster, source="exporters", interval=60)
    Watch.objects.create(cluster=cluster, flavour="bitnami")
    for minute in range(MINUTES + 1):
        readings = [Reading("messages_in", "1", 100.0 + minute), Reading("request_handler_idle", "1", minute / MINUTES)]
        keep(cluster, readings, START + 60 * minute, 60)


if __name__ == "__main__":
    main()
