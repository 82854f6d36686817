"""The table of configs that a topic's, a broker's and the cluster-wide page show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.forms import BoundField
from django.http import HttpRequest

from clusters.configs import units
from clusters.configs.forms import ROW, ConfigsForm
from clusters.gateway.config_docs import ConfigDoc
from clusters.gateway.configs import ConfigEntry

NO_DOC = ConfigDoc("", "")


@dataclass(frozen=True)
class ConfigFilters:
    """Which configs are shown: those whose name contains ``q``; only those that are set here."""

    q: str = ""
    changed: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The filters as the page's address has them."""
        return {**({"q": self.q} if self.q else {}), **({"changed": "1"} if self.changed else {})}

    def match(self, entry: ConfigEntry, own: str) -> bool:
        return self.q.lower() in entry.name.lower() and (entry.source == own or not self.changed)


def filters_of(request: HttpRequest) -> ConfigFilters:
    """Return the filters of the page's address, or of its form, which keeps them."""
    values = request.POST if request.method == "POST" else request.GET
    return ConfigFilters(values.get("q", "").strip(), bool(values.get("changed")))


@dataclass(frozen=True)
class ConfigRow:
    """A config in the table; without ``field`` it cannot be changed, without ``previous`` not be restored."""

    entry: ConfigEntry
    doc: ConfigDoc
    is_own: bool
    is_reset: bool = False
    field: BoundField | None = None
    previous: str | None = None

    @property
    def hint(self) -> str:
        return units.hint(self.entry.name, self.entry.value)

    @property
    def default_hint(self) -> str:
        return units.hint(self.entry.name, self.entry.default)

    @property
    def previous_hint(self) -> str:
        return units.hint(self.entry.name, self.previous)


def config_rows(
    form: ConfigsForm,
    entries: Iterable[ConfigEntry],
    filters: ConfigFilters,
    docs: Mapping[str, ConfigDoc],
    previous: Mapping[str, str],
) -> list[ConfigRow]:
    """Return the rows that match the filters or are being changed, those that were set here first."""
    chosen, edited = set(form["reset"].value() or []), {*form.changed_data, *form.errors}
    rows = [
        ConfigRow(
            entry,
            docs.get(entry.name, NO_DOC),
            is_own=entry.source == form.own,
            is_reset=entry.name in chosen,
            field=form[f"{ROW}{entry.name}"] if f"{ROW}{entry.name}" in form.fields else None,
            previous=restorable(entry, previous.get(entry.name)),
        )
        for entry in entries
        if filters.match(entry, form.own) or entry.name in chosen or f"{ROW}{entry.name}" in edited
    ]
    return sorted(rows, key=lambda row: (not row.is_own, row.entry.source == "DEFAULT_CONFIG", row.entry.name))


def restorable(entry: ConfigEntry, value: str | None) -> str | None:
    return None if entry.read_only or entry.sensitive or value == entry.value else value
