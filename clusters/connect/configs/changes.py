"""New configurations of connectors: checked by the workers, planned, applied. The page and the API share it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from clusters.connect import plan
from clusters.connect.rules.documents import as_json
from clusters.connect.rules.secrets import restored, scrubbed, shown_config
from clusters.connect_words import named
from clusters.gateway.connect import connectors as kafka
from clusters.gateway.connect import plugins
from clusters.gateway.connect.client import Connect
from clusters.gateway.errors import InvalidRequest, KafkaFailure, NotFound
from clusters.models import ConnectCluster
from core.plan import Plan

CLASS = "connector.class"
NO_CLASS = "Enter the class of the plugin."
TAKEN = "There is a connector of this name already."


@dataclass(frozen=True)
class Draft:
    """A configuration that is to be applied: what the workers have now is empty for a new connector."""

    connect: ConnectCluster
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
        planned = (
            plan.create(self.name, self.config, self.passwords) if self.is_new
            else plan.configure(self.name, self.stored, self.config, self.passwords)
        )  # fmt: skip
        return named(planned, self.connect)

    @property
    def json(self) -> str:
        """What is sent, without secrets."""
        return as_json(self.name, shown_config(self.config, self.passwords))

    def scrub(self, text: str) -> str:
        """Return what workers say, without the secrets of the configuration: some messages have all of it."""
        return scrubbed(text, self.config, self.passwords)

    @contextmanager
    def secrets_hidden(self) -> Iterator[None]:
        """Raises KafkaFailure: as workers say it, without secrets."""
        try:
            yield
        except KafkaFailure as failure:
            sentence = self.scrub(failure.sentence)
            if sentence == failure.sentence:
                raise
            raise type(failure)(sentence, failure.advice, field=failure.field) from None

    def require_valid(self) -> None:
        """Raises InvalidRequest: the workers object."""
        if self.errors:
            sentences = [f"{name}: {' '.join(errors)}" for name, errors in self.errors.items()]
            raise InvalidRequest("The configuration is not valid. " + " ".join(sentences)[:2_000])


def draft(
    row: ConnectCluster, connect: Connect, name: str, typed: Mapping[str, str], stored: Mapping[str, str],
    passwords: Collection[str] = (),
) -> Draft:  # fmt: skip
    """Have the workers check a configuration; hidden secrets in it are those that are stored, where they may stay.

    Raises:
        KafkaFailure: with the cause.
    """
    unchecked = unchecked_draft(row, name, typed, stored, passwords)
    plugin = unchecked.config.get(CLASS, "")
    if not plugin:
        return replace(unchecked, errors={CLASS: (NO_CLASS,)})
    if unchecked.errors:
        return unchecked
    if unchecked.is_new and exists(connect, name):
        return replace(unchecked, errors={"name": (TAKEN,)})
    try:
        with unchecked.secrets_hidden():
            validation = plugins.validate(connect, plugin, unchecked.config)
    except NotFound as failure:
        return replace(unchecked, errors={CLASS: (failure.sentence, failure.advice)})
    checked = replace(unchecked, passwords={*passwords, *passwords_in(validation)})
    return replace(checked, errors={name: tuple(map(checked.scrub, said)) for name, said in validation.errors.items()})


def exists(connect: Connect, name: str) -> bool:
    """Raises KafkaFailure: with the cause."""
    try:
        return bool(kafka.config_of(connect, name))
    except (NotFound, InvalidRequest):  # the latter of a name that workers do not find
        return False


def unchecked_draft(
    row: ConnectCluster, name: str, typed: Mapping[str, str], stored: Mapping[str, str], passwords: Collection[str]
) -> Draft:
    """Return a configuration with the stored secrets that may stay; its errors name those that may not."""
    typed = {**typed, "name": name}
    config, refused = restored(typed, stored, passwords)
    errors = {key: (reason,) for key, reason in refused.items()}
    return Draft(row, name, typed if refused else config, stored, passwords, errors)


def passwords_in(validation: plugins.Validation) -> set[str]:
    return {setting.name for setting in validation.settings if setting.is_password}


def apply_draft(connect: Connect, checked: Draft) -> None:
    """Raises KafkaFailure: with the cause; Conflict where a new one has the name of another."""
    with checked.secrets_hidden():
        if checked.is_new:
            kafka.create(connect, checked.name, checked.config)
        else:
            kafka.configure(connect, checked.name, checked.config)
