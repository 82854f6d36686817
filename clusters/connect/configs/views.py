"""Creating, cloning and configuring connectors, through ``apply_change``; ``action=preview`` only shows the plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clusters.access import cluster_view, sees
from clusters.changes import apply_confirmed, check
from clusters.connect import plan, planning, queries
from clusters.connect.configs.changes import CLASS, Draft, apply_draft, draft, passwords_in, unchecked_draft
from clusters.connect.configs.forms import ConfigForm, JsonForm, PluginForm
from clusters.connect.configs.passwords import passwords_of
from clusters.connect.rules.secrets import HIDDEN, shown_config
from clusters.connect.rules.undoing import undone
from clusters.connections.form_secrets import TypedSecrets
from clusters.gateway.connect import connectors, plugins
from clusters.gateway.connect.client import Connect
from clusters.gateway.connect.plugins import Validation
from clusters.gateway.errors import KafkaFailure, NotFound, Unreachable
from clusters.models import Cluster, ConnectCluster
from clusters.undo import config_before, undo_url
from core.web.lists import parameter
from core.web.page import page
from core.web.paths import reverse
from core.web.toasts import toast

NO_CHANGE = "No change: this is its configuration already."


@dataclass(frozen=True)
class Editor:
    """What is edited: a connector by its name, or a new one, which has no ``stored`` configuration."""

    cluster: Cluster
    row: ConnectCluster
    plugin: str
    name: str = ""
    stored: Mapping[str, str] = field(default_factory=dict, repr=False)
    begin: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def connect(self) -> Connect:
        return queries.patient_client_of(self.row)

    def form(self, request: HttpRequest, typed: TypedSecrets) -> ConfigForm:
        """Return the plugin's form, or JSON if that is asked for or there is no plugin yet.

        Raises:
            KafkaFailure: with the cause, NotFound where there is no such plugin.
        """
        common = {
            "stored": self.stored, "begin": self.begin, "typed_before": typed.so_far(), "is_new": not self.name,
        }  # fmt: skip
        if parameter(request, "as") == "json" or not self.plugin:
            return JsonForm(request.POST or None, passwords=self.row.passwords_of(self.plugin), **common)
        try:
            validation = self.validation()
        except NotFound:
            if not self.name:
                raise
            return JsonForm(request.POST or None, passwords=self.row.passwords_of(self.plugin), **common)
        passwords: Collection[str] = passwords_in(validation)
        return PluginForm(
            request.POST or None, plugin=self.plugin, settings=validation.settings, groups=validation.groups,
            passwords=passwords, **common,
        )  # fmt: skip

    def validation(self) -> Validation:
        """Return the settings of the plugin, as it finds what they are; where that takes long or fails, without that.

        Raises:
            KafkaFailure: with the cause, NotFound where there is no such plugin.
        """
        begin = {name: value for name, value in self.begin.items() if value != HIDDEN}
        config = {"name": self.name or "new", **self.stored, **begin}
        try:
            return plugins.validate(queries.client_of(self.row), self.plugin, config)
        except Unreachable:
            settings = plugins.definition_of(queries.client_of(self.row), self.plugin)
            return Validation(settings, tuple(dict.fromkeys(each.group for each in settings if each.group)))


@cluster_view(plan.CREATE, change=True)
def create(request: HttpRequest, cluster: Cluster, connect: str) -> HttpResponse:
    """Choose a plugin, then fill its form; or paste JSON; or begin with what another connector has."""
    row = queries.connect_of(cluster, connect)
    client, plugin, source = queries.client_of(row), parameter(request, "plugin"), parameter(request, "clone")
    begin: Mapping[str, str] = {}
    if deleted := deleted_config(request, row):
        undo, plugin = undone({}, deleted), deleted.get(CLASS, "")
        return edited(request, Editor(cluster, row, plugin, begin=undo.config, notes=undo.notes))
    if source and sees(request, cluster, queries.VIEW, source):
        config = connectors.config_of(client, source)
        plugin = config.get(CLASS, "")
        passwords = passwords_of(row, client, plugin)
        shown = shown_config(config, passwords)
        begin = {name: value for name, value in shown.items() if name != "name" and HIDDEN not in value}
    if not plugin and parameter(request, "as") != "json":
        return page(request, "connect/plugins_choice.html", {"connect": row, "plugins": connector_plugins(client)})
    return edited(request, Editor(cluster, row, plugin, begin=begin), source)


def deleted_config(request: HttpRequest, row: ConnectCluster) -> dict[str, str]:
    """Return the configuration of the deleted connector that the address names, without secrets, to who may see it."""
    name = parameter(request, "name")
    if not name or not sees(request, row.cluster, queries.VIEW, name):
        return {}
    before = config_before(request, row, plan.DELETE, name)
    config = {key: value for key, value in before.items() if value is not None and key != plan.subject_of(name)}
    return {"name": name, **config} if config else {}


def connector_plugins(client: Connect) -> list[plugins.Plugin]:
    return [plugin for plugin in plugins.list_plugins(client) if plugin.is_connector]


@cluster_view(plan.CONFIGURE, change=True)
def configure(request: HttpRequest, cluster: Cluster, connect: str, connector: str) -> HttpResponse:
    """Edit a connector's configuration."""
    row = queries.connect_of(cluster, connect)
    stored = connectors.config_of(queries.client_of(row), connector)
    undo = undone(stored, config_before(request, row, plan.CONFIGURE, connector))
    plugin = undo.config.get(CLASS, "")
    return edited(request, Editor(cluster, row, plugin, connector, stored, undo.config, undo.notes))


def edited(request: HttpRequest, editor: Editor, source: str = "") -> HttpResponse:
    """Show the form; check, preview or apply what was typed."""
    typed = TypedSecrets(request, editor.row.pk)
    form = editor.form(request, typed)
    checked: Draft | None = None
    if form.is_valid():
        try:
            checked = checked_draft(request, editor, form, typed)
            if checked and request.POST.get("action") != "preview":
                return applied(request, editor, checked, typed)
        except KafkaFailure as failure:
            form.show_refusal(failure)
    if form.is_bound:
        form.hide()
    elif request.GET.get("undo"):
        checked = undo_draft(editor, form.passwords)
    origin = {"clone": source} if source else {} if editor.name else {"plugin": editor.plugin}
    origin |= {name: value for name in ("undo", "name") if (value := parameter(request, name))}
    is_refused = bool(form.is_bound and form.errors)
    context = {
        "form": form, "connect": editor.row, "connector": editor.name, "plugin": editor.plugin, "source": source,
        "draft": checked, "plan": None if is_refused or not checked else checked.plan, "attempt": typed.attempt,
        "json_query": f"?{urlencode({**origin, 'as': 'json'})}", "form_query": f"?{urlencode(origin)}",
        "notes": editor.notes,
    }  # fmt: skip
    template = "connect/configure_json.html" if isinstance(form, JsonForm) else "connect/configure.html"
    return page(request, template, context, "plan", status=422 if is_refused else 200)


def undo_draft(editor: Editor, passwords: Collection[str]) -> Draft | None:
    """Return what taking a change back would apply, unchecked; None where secrets are missing, or nothing changes."""
    name = editor.name or editor.begin.get("name", "")
    unchecked = unchecked_draft(editor.row, name, editor.begin, editor.stored, passwords)
    return None if unchecked.errors or not unchecked.plan.steps else unchecked


def checked_draft(request: HttpRequest, editor: Editor, form: ConfigForm, typed: TypedSecrets) -> Draft | None:
    """Return what would be applied; None, and why at the fields, where it cannot be. Typed secrets are kept.

    Raises:
        KafkaFailure: with the cause.
    """
    config = form.with_secrets_typed_before()
    checked = draft(editor.row, editor.connect, editor.name or config["name"], config, editor.stored, form.passwords)
    form.passwords = {*form.passwords, *checked.passwords}
    typed.keep(form.typed_secrets())
    check(request, editor.cluster, checked.plan)
    form.show_errors(checked.errors)
    if not checked.errors and not checked.plan.steps:
        form.add_error(None, NO_CHANGE)
    return None if form.errors else checked


def applied(request: HttpRequest, editor: Editor, checked: Draft, typed: TypedSecrets) -> HttpResponse:
    """Raises KafkaFailure: it changed in the meantime, or the workers refused."""
    apply = partial(apply_draft, editor.connect, checked)
    entry = apply_confirmed(request, editor.cluster, checked.plan, apply)
    planning.show_changed(editor.row, editor.connect, checked.name)
    typed.forget()
    done = "created" if checked.is_new else "configured"
    toast(request, f"Connector {checked.name} {done}.", "Undo…", undo_url(entry))
    return redirect(reverse("connector", editor.cluster.slug, editor.row.name, checked.name))
