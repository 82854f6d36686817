"""What the importers of access share: the document's clusters and providers, and grants under construction. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.permissions import CUSTOM, Allowance
from clusters.importers.access.expressions import NoGlob, globs_of
from core.patterns import EVERYTHING

SEEN = frozenset({"clusters.list", "clusters.view"})  # a cluster itself, which a role for it opened there too
LONGEST = 255  # characters of a glob that a grant can have


@dataclass(frozen=True)
class Declared:
    """What a document's access refers to: slugs by the names of its clusters, provider names by their kinds,
    and which of these name no groups."""

    slugs: Mapping[str, str]
    providers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without_groups: frozenset[str] = frozenset()

    def slug(self, name: object) -> str:
        """Return the slug for a cluster's name, whatever its case; empty for an unknown one."""
        folded = {cluster.casefold(): slug for cluster, slug in self.slugs.items()}
        return folded.get(str(name).casefold(), "")


class Grants:
    """Actions by cluster and glob, which become one grant each."""

    def __init__(self) -> None:
        self.actions: dict[tuple[str, str], set[str]] = {}

    def add(self, clusters: Iterable[str], globs: Iterable[str], actions: Iterable[str]) -> None:
        for cluster in clusters:
            for glob in globs:
                self.actions.setdefault((cluster, glob), set()).update(actions)

    def allowances(self) -> tuple[Allowance, ...]:
        return tuple(
            Allowance(CUSTOM, cluster, glob, frozenset(actions))
            for (cluster, glob), actions in self.actions.items()
            if actions
        )


def globs_for(value: object, path: str, remarks: list[str]) -> tuple[str, ...]:
    """Return the globs for a Java expression; none, with a remark, where globs cannot say it."""
    try:
        globs = globs_of(str(value))
    except NoGlob:
        remarks.append(f"{path}: {value} cannot be said by patterns of names; not granted")
        return ()
    if any(len(glob) > LONGEST for glob in globs):
        remarks.append(f"{path}: longer than {LONGEST} characters; not granted")
        return ()
    return tuple(glob for glob in globs if glob)


def names_but_all(globs: Iterable[str]) -> tuple[str, ...]:
    """Return globs that cover every name alone, but not the setting for all of them at once."""
    return tuple("?*" if glob == EVERYTHING else glob for glob in globs)
