"""Drafts of reassignments: what a preview showed is what is started, although sizes and plans change by the second."""

from dataclasses import replace

from django.http import HttpRequest

from clusters.changes import check
from clusters.jobs.changes import draft
from clusters.models import Cluster, Job
from clusters.reassignment.job import NAME
from clusters.reassignment.plan import plan_of
from clusters.reassignment.planning.goals import ROLL_BACK, Choice
from clusters.reassignment.queries import Limits, Preview, former_moves, planned


def drafted(request: HttpRequest, cluster: Cluster, choice: Choice, limits: Limits) -> tuple[Job, Preview]:
    """Plan a choice, and store it as a draft, which its user may read.

    Raises:
        NotAuthorized: no grant covers all that it moves.
        KafkaFailure: there is no such plan, or nobody answers.
    """
    if choice.goal == ROLL_BACK:
        choice = replace(choice, former=former_moves(request, cluster, choice.job))
    parameters, preview = planned(cluster, choice, limits)
    check(request, cluster, plan_of(parameters))
    return draft(request, cluster, NAME, parameters), preview


def own_draft(request: HttpRequest, cluster: Cluster, digest: str) -> Job | None:
    """Return the draft that a preview left, by its plan."""
    drafts = Job.objects.filter(cluster=cluster, kind=NAME, user=request.user.pk, state=Job.DRAFT, digest=digest)
    return drafts.order_by("-pk").first() if digest else None
