"""Clusters from an uploaded configuration: what it would make is shown first, then made."""

from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import guarded, record
from accounts.models import AuditEntry
from clusters import secrets
from clusters.declared import BIGGEST, imported, parsed, store
from clusters.importers.types import Imported, ImportRefused
from clusters.models import Cluster
from kafkaadmin.web.page import page

KEPT = "uploaded-configuration"


class UploadForm(forms.Form):
    """A file, or its text."""

    file = forms.FileField(required=False, help_text="kafka-ui's or AKHQ's YAML, or Burrow's YAML or TOML.")
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}))

    def clean(self) -> dict[str, object]:
        """Return the configuration's text and the clusters in it."""
        values = super().clean() or {}
        file = values.get("file")
        text = file.read(BIGGEST + 1).decode("utf-8", "replace") if file else str(values.get("text") or "")
        if not text.strip():
            raise forms.ValidationError("Choose a file, or paste its text.")
        values["name"] = file.name if file else "pasted.yml"
        values["content"] = text
        values["found"] = understood(text, str(values["name"]))
        return values


def understood(text: str, name: str) -> Imported:
    """Return what a configuration holds; no local file and no environment variable of ours is read for it.

    Raises:
        ValidationError: it cannot be used, and why.
    """
    if len(text) > BIGGEST:
        raise forms.ValidationError(f"This is larger than {BIGGEST:,} characters.")
    try:
        found = imported(parsed(Path(name), text))
    except (ImportRefused, ValueError) as refusal:
        raise forms.ValidationError(f"This cannot be used: {refusal}") from refusal
    declared = {one.name for one in found.clusters} & set(
        Cluster.objects.filter(declared=True).values_list("name", flat=True)
    )
    if declared:
        raise forms.ValidationError(f"{', '.join(sorted(declared))}: declared in the configuration; change it there.")
    return found


@guarded("clusters.add")
def upload(request: HttpRequest) -> HttpResponse:
    """Show what a configuration would make; make it once that was seen."""
    if request.method == "POST" and request.POST.get("action") == "apply":
        return applied(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    found: Imported | None = None
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data["found"]
        kept = {"text": form.cleaned_data["content"], "name": form.cleaned_data["name"]}
        request.session[KEPT] = secrets.encrypt(kept)
    known = set(Cluster.objects.values_list("name", flat=True))
    context = {"form": form, "found": found, "known": known}
    return page(request, "clusters/upload.html", context, status=422 if form.errors else 200)


def applied(request: HttpRequest) -> HttpResponse:
    """Make the clusters of the configuration that was shown."""
    kept = secrets.decrypt(request.session.pop(KEPT, ""))
    if not kept.get("text"):
        messages.error(request, "There is nothing to apply any more: choose the file again.")
        return redirect("cluster-upload")
    for one in understood(kept["text"], kept["name"]).clusters:
        cluster = store(one, declared_by_file=False)
        steps = [{"subject": "bootstrap servers", "before": None, "after": cluster.bootstrap_servers}]
        record(request, "clusters.add", cluster=cluster.slug, resource=one.name, steps=steps, outcome=AuditEntry.DONE)
        messages.success(request, f"{cluster.name} is saved.")
    return redirect("home")
