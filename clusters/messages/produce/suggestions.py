"""Subjects that a form suggests: of the registry for keys, and of that for values."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from clusters.formats.rules import PARTS
from clusters.gateway.errors import KafkaFailure
from clusters.gateway.registry.client import Registry, RegistryConnection
from clusters.messages.registries import TopicRegistries

MOST = 500  # that a page suggests
SECONDS = 1.5  # that a page waits for them


@dataclass(frozen=True)
class SuggestedSubjects:
    """Some subjects of a registry; why there are none is the failure."""

    names: tuple[str, ...] = ()
    failure: str = ""


def suggested_subjects(registries: TopicRegistries, chosen: Mapping[str, str]) -> dict[str, SuggestedSubjects]:
    """Return subjects for keys and for values, by the chosen formats, else the topic's; both are asked at once."""
    if not registries.rows:
        return {part: SuggestedSubjects() for part in PARTS}
    names = {part: registries.name_for(part, chosen.get(part, "")) for part in PARTS}
    connections = {names[part]: connection_of(registries, part, chosen.get(part, "")) for part in PARTS}
    with ThreadPoolExecutor(len(connections)) as threads:
        answers = threads.map(partial(listed_by, registries.topic), connections.values())
        listed = dict(zip(connections, answers, strict=True))
    return {part: listed[names[part]] for part in PARTS}


def connection_of(registries: TopicRegistries, part: str, chosen: str) -> RegistryConnection | KafkaFailure:
    try:
        return registries.connection(part, chosen)
    except KafkaFailure as failure:
        return failure


def listed_by(topic: str, connection: RegistryConnection | KafkaFailure) -> SuggestedSubjects:
    """Return a registry's subjects, those that begin as the topic is called first."""
    try:
        if isinstance(connection, KafkaFailure):
            raise connection
        names = Registry(connection, seconds=SECONDS).subjects()
    except KafkaFailure as failure:
        return SuggestedSubjects(failure=f"{failure.sentence} {failure.advice}".strip())
    return SuggestedSubjects(tuple(sorted(names, key=lambda name: (not name.startswith(topic), name))[:MOST]))


def suggestions_for(registries: TopicRegistries, chosen: Mapping[str, str]) -> dict[str, object]:
    """Return what a page shows of them: the suggestions of each part, and what is wrong, once."""
    suggested = suggested_subjects(registries, chosen)
    failures = dict.fromkeys(each.failure for each in suggested.values() if each.failure)
    return {"suggested": suggested, "registry_failures": list(failures)}
