"""Health probes. None of them depends on Kafka: lists are served without it."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.outage import outage_of

logger = logging.getLogger(__name__)


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process serves requests."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database is reachable and migrated, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        logger.warning("The database cannot be used: %s", error)  # which names hosts and users: nothing for strangers
        outage = outage_of(error, settings.DATA_DIR)
        reason = outage.sentence if outage else "The database cannot be used: see the log."
        return HttpResponse(f"{reason}\n", content_type="text/plain", status=503)
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing)
        return HttpResponse(f"not migrated: {names}\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@login_not_required
def actuator(request: HttpRequest) -> JsonResponse:
    """Answer the probe that deployments of kafka-ui have configured."""
    return JsonResponse({"status": "UP"})
