"""Clusters from an uploaded configuration: a preview of what it would create, then creating it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import guarded
from clusters.declaration.declared import BIGGEST
from clusters.declaration.uploads import made, names_of, understood
from clusters.gateway.errors import NotAuthorized
from clusters.importers.types import Imported
from clusters.models import Cluster
from core import encryption
from core.web.page import page
from core.web.toasts import toast

KEPT = "uploaded-configuration"


class UploadForm(forms.Form):
    file = forms.FileField(required=False, help_text="kafka-ui's or AKHQ's YAML, or Burrow's YAML or TOML.")
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}))

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        file = values.get("file")
        text = file.read(BIGGEST + 1).decode("utf-8", "replace") if file else str(values.get("text") or "")
        if not text.strip():
            raise forms.ValidationError("Select a file, or paste its contents.")
        values["name"] = file.name if file else "pasted.yml"
        values["content"] = text
        values["found"] = understood(text, str(values["name"]))
        return values


@guarded("clusters.add")
def upload(request: HttpRequest) -> HttpResponse:
    """Show what a configuration would create; create it once the person confirmed."""
    if request.method == "POST" and request.POST.get("action") == "apply":
        return applied(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    configuration: Imported | None = None
    if request.method == "POST" and form.is_valid():
        configuration = form.cleaned_data["found"]
        uploaded = {"text": form.cleaned_data["content"], "name": form.cleaned_data["name"]}
        request.session[KEPT] = encryption.encrypt(uploaded | {"clusters": names_of(configuration)})
    existing_names = set(Cluster.objects.values_list("name", flat=True))
    context = {"form": form, "found": configuration, "known": existing_names}
    return page(request, "clusters/upload.html", context, status=422 if form.errors else 200)


def applied(request: HttpRequest) -> HttpResponse:
    """Store the clusters of the configuration that was previewed."""
    uploaded = encryption.decrypt(request.session.pop(KEPT, ""))
    if not uploaded.get("text"):
        messages.error(request, "The preview has expired: select the file again.")
        return redirect("cluster-upload")
    try:
        configuration = understood(uploaded["text"], uploaded["name"])
    except forms.ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("cluster-upload")
    if names_of(configuration) != uploaded["clusters"]:
        messages.error(request, " ".join(map(str, configuration.refused)) or "This is not the plan you confirmed.")
        return redirect("cluster-upload")
    try:
        clusters = made(request, configuration)
    except NotAuthorized as refusal:
        messages.error(request, f"{refusal.sentence} {refusal.advice}")
        return redirect("cluster-upload")
    for cluster in clusters:
        toast(request, f"Cluster {cluster.name} saved.")
    return redirect("home")
