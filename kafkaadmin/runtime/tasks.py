"""Looking for work, of all kinds in one message: Celery's messages cost more than a look that finds nothing."""

from celery import shared_task
from celery.utils.log import get_task_logger

from clusters.connect.tasks import mirror_connect_due
from clusters.jobs.tasks import run_due
from clusters.manifests.drift.tasks import compare_due
from clusters.schemas.tasks import mirror_registries_due
from clusters.tasks import mirror_due
from lag.tasks import make_shards
from metrics.tasks import watch_due

# Each asks the database what is due, and sends a task of its own for it.
LOOKS = (mirror_due, mirror_registries_due, mirror_connect_due, compare_due, run_due, make_shards, watch_due)
log = get_task_logger(__name__)


@shared_task(name="runtime.tasks.look_for_work")
def look_for_work() -> None:
    """Look for everything that is due; a look that fails holds up none of the others, and is repeated soon."""
    for look in LOOKS:
        try:
            look()
        except Exception:
            log.exception("%s failed", look.name)
