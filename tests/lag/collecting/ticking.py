"""A worker reduced to its ticks, for tests that kill it: ``python -m tests.lag.collecting.ticking NAME``.

It takes its settings from the environment, and its leases last half a second instead of ten.
"""

import sys
from datetime import timedelta


def main(name: str) -> None:
    """Tick for ever."""
    import django

    django.setup()
    from django.db import OperationalError
    from django.utils import timezone

    from lag import tasks
    from lag.models import Shard

    Shard.LEASE = timedelta(seconds=0.5)
    tasks.remember_name(name)
    while True:
        try:
            tasks.make_shards()
            for shard in Shard.objects.filter(due_at__lt=timezone.now() + timedelta(days=1)):
                tasks.tick_shard(shard.pk)
        except OperationalError:
            continue


if __name__ == "__main__":
    main(sys.argv[1])
