"""The schema registries that rules of record formats name, as in ``orders-* value=schema:new``. Pure."""

from collections.abc import Collection, Iterator

from clusters.formats.catalogue import IN_REGISTRY, registry_in
from core.web.formats import first_names


def rules_of(text: str, registry: str) -> list[str]:
    """Return the rules that name a registry, each without the others that it names."""
    return [line.strip() for line in text.splitlines() if registry in registries_of(line)]


def registries_of(line: str) -> Iterator[str]:
    for setting in line.split()[1:]:
        if name := registry_in(setting.partition("=")[2]):
            yield name


def missing_registry(text: str, present: Collection[str]) -> str:
    """Return which rule names a registry that is not there, and which are; empty where there is no such rule."""
    for line in text.splitlines():
        for name in registries_of(line):
            if name not in present:
                there_are = f"There are {first_names(sorted(present))}" if present else "It has none"
                return f"“{line.strip()}”: the cluster has no schema registry {name}. {there_are}."
    return ""


def renamed(text: str, names: dict[str, str]) -> str:
    """Return rules with other names of registries, given by the present ones."""
    return "\n".join(" ".join(renamed_words(line, names)) if registries_in(line, names) else line
                     for line in text.splitlines())  # fmt: skip


def registries_in(line: str, names: Collection[str]) -> bool:
    return any(name in names for name in registries_of(line))


def renamed_words(line: str, names: dict[str, str]) -> Iterator[str]:
    topics, *settings = line.split()
    yield topics
    for setting in settings:
        part, _, kind = setting.partition("=")
        name = names.get(registry_in(kind))
        yield f"{part}={IN_REGISTRY}{name}" if name else setting
