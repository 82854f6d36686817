"""New configurations of connectors: checked by the workers, planned, applied. The page and the API share it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from clusters.connect import plan
from clusters.connect.rules.documents import as_json
from clusters.connect.rules.secrets import restored, shown_config
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect import plugins
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import InvalidRequest, NotFound
from core.plan import Plan

CLASS = "connector.class"
NO_CLASS = "Enter the class of the plugin."


@dataclass(frozen=True)
class Draft:
    """A configuration that is to be applied: what the workers have now is empty for a new connector."""

    name: str
    config: Mapping[str, str] = field(repr=False)
    stored: Mapping[str, str] = field(repr=False)
    passwords: Collection[str] = ()
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return not self.stored

    @property
    def plan(self) -> Plan:
        if self.is_new:
            return plan.create(self.name, self.config, self.passwords)
        return plan.configure(self.name, self.stored, self.config, self.passwords)

    @property
    def json(self) -> str:
        """What is sent, without secrets."""
        return as_json(self.name, shown_config(self.config, self.passwords))

    def require_valid(self) -> None:
        """Raises InvalidRequest: the workers object."""
        if self.errors:
            sentences = [f"{name}: {' '.join(errors)}" for name, errors in self.errors.items()]
            raise InvalidRequest("The configuration is not valid. " + " ".join(sentences)[:2_000])


def draft(
    connect: Connect, name: str, typed: Mapping[str, str], stored: Mapping[str, str], passwords: Collection[str] = ()
) -> Draft:
    """Have the workers check a configuration; hidden secrets in it are those that are stored, where they may stay.

    Raises:
        KafkaFailure: with the cause.
    """
    typed = {**typed, "name": name}
    plugin = typed.get(CLASS, "")
    if not plugin:
        return Draft(name, typed, stored, passwords, {CLASS: (NO_CLASS,)})
    config, refused = restored(typed, stored, passwords)
    if refused:
        return Draft(name, typed, stored, passwords, {key: (reason,) for key, reason in refused.items()})
    try:
        validation = plugins.validate(connect, plugin, config)
    except NotFound as failure:
        return Draft(name, config, stored, passwords, {CLASS: (failure.sentence, failure.advice)})
    return Draft(name, config, stored, {*passwords, *passwords_in(validation)}, validation.errors)


def passwords_in(validation: plugins.Validation) -> set[str]:
    return {setting.name for setting in validation.settings if setting.is_password}


def apply_draft(connect: Connect, checked: Draft) -> None:
    """Raises KafkaFailure: with the cause; Conflict where a new one has the name of another."""
    if checked.is_new:
        kafka.create(connect, checked.name, checked.config)
    else:
        kafka.configure(connect, checked.name, checked.config)
