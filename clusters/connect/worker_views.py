"""One Connect cluster from its workers: version, plugins, and the levels of loggers."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view
from clusters.changes import apply_confirmed, check
from clusters.connect import plan, queries
from clusters.connect_words import named
from clusters.form_fields import KafkaErrorForm
from clusters.gateway.connect import loggers as kafka
from clusters.gateway.connect import plugins
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.result import noted
from clusters.models import Cluster
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

NO_CHANGE = "No change: this is its level already."


class LoggerForm(KafkaErrorForm):
    """A logger, which need not be among those that have a level, and its new level."""

    logger = forms.CharField(
        max_length=300,
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "list": "loggers", "placeholder": "org.apache.kafka.connect.runtime"}
        ),
        help_text="A class or a package; it applies to what is below it, too.",
    )
    level = forms.ChoiceField(choices=[(level, level) for level in kafka.LEVELS], initial="INFO")


@cluster_view(queries.VIEW)
def worker(request: HttpRequest, cluster: Cluster, connect: str) -> HttpResponse:
    """Show what the workers of a Connect cluster say of themselves, and their plugins."""
    row = queries.connect_of(cluster, connect)
    client, missing = queries.client_of(row), list[str]()
    context: dict[str, Any] = {"connect": row, "worker": plugins.worker_of(client), "missing": missing}
    with noted(missing):
        context["plugins"] = plugins.list_plugins(client, all_kinds=True)
    return page(request, "connect/worker.html", context)


@cluster_view(plan.LOGGERS, change=True)
def loggers(request: HttpRequest, cluster: Cluster, connect: str) -> HttpResponse:
    """List the loggers' levels, and set one on all workers."""
    row = queries.connect_of(cluster, connect)
    client = queries.client_of(row)
    present = kafka.list_loggers(client)
    form = LoggerForm(request.POST or None, initial={"logger": request.GET.get("logger", "")})
    planned: Plan | None = None
    if form.is_valid():
        name, level = form.cleaned_data["logger"], form.cleaned_data["level"]
        try:
            planned = named(plan.set_level(row.name, present, name, level), row)
            check(request, cluster, planned)
            if not planned.steps:
                form.add_error("level", NO_CHANGE)
            elif request.POST.get("action") != "preview":
                apply = partial(kafka.set_level, client, name, level)
                apply_confirmed(request, cluster, planned, apply)
                toast(request, f"Logger {name}: {level}.")
                return redirect(reverse("connect-loggers", cluster.slug, row.name))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"connect": row, "loggers": present, "form": form, "plan": None if form.errors else planned}
    return page(request, "connect/loggers.html", context, "plan", status=422 if form.errors else 200)
