"""Resetting a group's offsets, and deleting a group, each through ``apply_change``."""

from functools import partial

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import AuditEntry
from clusters.access import cluster_view, topics_in_sight
from clusters.changes import applies, apply_confirmed
from clusters.form_fields import is_named
from clusters.gateway.errors import Conflict, KafkaFailure
from clusters.gateway.groups import describing as kafka
from clusters.gateway.groups import removal as group_members
from clusters.groups import inventory_rows
from clusters.groups.effects import texts
from clusters.groups.forms import ResetForm, former_offsets, pin
from clusters.groups.member_removal import RemoveMembersForm, require_removable
from clusters.groups.offset_deletion import DeleteOffsetsForm
from clusters.groups.plan import Reset
from clusters.groups.reset import apply_deletion, apply_reset, end_of, planned, reset_form
from clusters.groups.state import Standing, standing_of
from clusters.models import Cluster
from clusters.undo import undo_url, values_before
from core.plan import Plan
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

UNCHANGED = "No change: the group is already at these offsets (or they can't be determined)."


def confirmed(request: HttpRequest, cluster: Cluster, form: Form, plan: Plan) -> bool:
    """Tell whether the person applies a plan that was shown; production requires the group's name typed, too."""
    return applies(request) and is_named(cluster, form, "group", plan.resource)


@cluster_view("groups.reset", change=True)
def reset(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    """Reset a group's offsets: a POST shows the plan, and a POST from the shown plan applies it."""
    try:
        former = former_offsets(values_before(request, cluster, "groups.reset", group))
        state, form = reset_form(request, cluster, group, request.POST or former)
    except Conflict as busy:
        return page(request, "groups/reset.html", {"group": group, "busy": busy}, "plan", status=409)
    planned_reset: Reset | None = None
    if form.is_valid():
        try:
            planned_reset = planned(cluster, state, form)
            entry = applied(request, cluster, state, form, planned_reset)
            if entry:
                toast(request, f"Offsets of {group} reset.", "Undo…", undo_url(entry))
                return redirect(reverse("group", cluster.slug, group))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    return reset_page(request, cluster, group, form, planned_reset)


def applied(
    request: HttpRequest, cluster: Cluster, state: Standing, form: ResetForm, planned_reset: Reset
) -> AuditEntry | None:
    """Apply the plan that the person confirmed, if requested and nothing prevents it; return its audit entry.

    Raises:
        Conflict: the plan is no longer the one confirmed, or the group has members by now.
        KafkaFailure: Kafka refused.
    """
    if not planned_reset.plan.steps:
        form.add_error(None, UNCHANGED)
    if form.errors or not confirmed(request, cluster, form, planned_reset.plan):
        return None
    group, offsets = planned_reset.plan.resource, planned_reset.offsets
    entry = apply_confirmed(request, cluster, planned_reset.plan, lambda: apply_reset(cluster, state, offsets))
    inventory_rows.offsets_reset(cluster, group, planned_reset)
    return entry


def reset_page(
    request: HttpRequest, cluster: Cluster, group: str, form: ResetForm, planned_reset: Reset | None
) -> HttpResponse:
    """Render the form and, if there is one, the plan with the offsets that it would set."""
    shown = planned_reset if planned_reset and planned_reset.plan.steps else None
    context = {
        "group": group,
        "form": form,
        "plan": shown and shown.plan,
        "effects": shown and texts(shown),
        "pinned": shown and pin(shown.offsets),
        "ask_name": cluster.is_production,
    }
    return page(request, "groups/reset.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("groups.reset", change=True)
def delete_offsets(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    """Delete a group's offsets of a topic: a POST shows the plan, and a POST from the shown plan applies it."""
    state = standing_of(cluster, group, topics_in_sight(request, cluster))
    form = DeleteOffsetsForm(request.POST or None, state=state, initial={"topic": request.GET.get("topic", "")})
    planned_deletion: Plan | None = None
    if form.is_valid():
        planned_deletion = form.plan()
        try:
            if offsets_deleted(request, cluster, form, planned_deletion):
                toast(request, f"Offsets of {group} in {form.cleaned_data['topic']} deleted.")
                return redirect(reverse("group", cluster.slug, group))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"group": group, "form": form, "plan": planned_deletion, "ask_name": cluster.is_production}
    return page(request, "groups/delete_offsets.html", context, "plan", status=422 if form.errors else 200)


def offsets_deleted(request: HttpRequest, cluster: Cluster, form: DeleteOffsetsForm, planned_deletion: Plan) -> bool:
    """Apply the plan that the person confirmed, if requested and nothing prevents it.

    Raises:
        Conflict: the plan is no longer the one confirmed, or members consume the topic.
        KafkaFailure: Kafka refused.
    """
    if not confirmed(request, cluster, form, planned_deletion):
        return False
    group = planned_deletion.resource
    apply_confirmed(request, cluster, planned_deletion, lambda: apply_deletion(cluster, form.state, form.keys()))
    inventory_rows.offsets_deleted(
        cluster, group, form.cleaned_data["topic"], whole=not form.cleaned_data["partitions"]
    )
    return True


@cluster_view("groups.members", change=True)
def remove_members(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    """Remove members of a group: a POST shows the plan, and a POST from the shown plan applies it."""
    state = standing_of(cluster, group, topics_in_sight(request, cluster))
    require_removable(state)
    form = RemoveMembersForm(request.POST or None, state=state)
    planned_removal: Plan | None = None
    if form.is_valid():
        planned_removal = form.plan()
        try:
            if confirmed(request, cluster, form, planned_removal):
                remove = partial(group_members.remove, cluster.connection(), group, form.chosen())
                apply_confirmed(request, cluster, planned_removal, remove)
                toast(request, f"Members of {group} removed: {len(planned_removal.steps)}.")
                return redirect(reverse("group", cluster.slug, group))
        except KafkaFailure as failure:
            form.show_refusal(failure)
    context = {"group": group, "form": form, "plan": planned_removal, "ask_name": cluster.is_production}
    return page(request, "groups/remove_members.html", context, "plan", status=422 if form.errors else 200)


@cluster_view("groups.delete", change=True)
def delete(request: HttpRequest, cluster: Cluster, group: str) -> HttpResponse:
    planned_end = end_of(cluster, group, topics_in_sight(request, cluster))
    typed = request.POST.get("confirm", "")
    if request.method == "POST" and typed == group:
        remove = partial(kafka.delete, cluster.connection(), group)
        apply_confirmed(request, cluster, planned_end, remove)
        inventory_rows.deleted(cluster, group)
        toast(request, f"Group {group} deleted.")
        return redirect(reverse("groups", cluster.slug))
    wrong = request.method == "POST"
    context = {"noun": "group", "name": group, "plan": planned_end, "typed": typed, "wrong": wrong}
    return page(request, "parts/delete.html", context, status=422 if wrong else 200)
