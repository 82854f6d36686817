"""Insights of a topic, as the page and the API have them."""

from django.db.models import QuerySet
from django.http import HttpRequest

from clusters.jobs.queries import visible_jobs
from clusters.messages.insight.job import NAME
from clusters.models import Cluster, Job

MOST = 50


def insights_of(request: HttpRequest, cluster: Cluster, topic: str) -> QuerySet[Job]:
    """Return the jobs, the newest first."""
    return visible_jobs(request, cluster).filter(kind=NAME, resource=topic).order_by("-pk")
