"""The columns of the list of subjects."""

from collections.abc import Callable, Collection, Mapping, Sequence

from clusters.models import SchemaRegistry, SchemaUse, Subject
from clusters.registry_words import address
from clusters.templatetags.registries import id_link
from core.web.formats import UNKNOWN, plural
from core.web.markup import markup
from core.web.paths import reverse
from core.web.tables import Column, naming
from core.web.tags import name_link

INHERITED = '<span class="quiet" title="The registry\'s level: the subject has none of its own.">{}</span>'
SEEN = ' <span class="quiet" title="Seen in records of {}">seen{}</span>'
DELETED = markup(' <span class="quiet">deleted</span>')
NOTHING = markup("")
NOT_READ = ' <span class="status warning" title="{}">not read</span>'
NO_TOPIC = markup('<span class="zero">{}</span>', UNKNOWN)


def columns(
    registry: SchemaRegistry, level: str, topics: Collection[str], uses: Mapping[int, Sequence[SchemaUse]]
) -> tuple[Column, ...]:
    """Return the columns.

    Args:
        registry: whose subjects are listed.
        level: its compatibility level.
        topics: those that the person may see, of those that subjects are named after.
        uses: the topics that the person may see in whose records a schema was seen, by the schema's id.
    """
    slug = registry.cluster.slug

    def compatibility(subject: Subject) -> str:
        if subject.compatibility:
            return subject.compatibility
        return markup(INHERITED, level) if subject.read_at and level else UNKNOWN

    def topic(subject: Subject) -> str:
        if subject.topic in topics:
            return name_link(reverse("topic", slug, subject.topic), subject.topic)
        seen = () if subject.context or subject.schema_id is None else uses.get(subject.schema_id, ())
        if not seen:
            return NO_TOPIC
        more = f", +{len(seen) - 1}" if len(seen) > 1 else ""
        first = name_link(reverse("topic", slug, seen[0].topic), seen[0].topic)
        return first + markup(SEEN, plural(len(seen), "topic"), more)

    return (
        Column("type", "Type", "", ""),
        Column("version", "Latest version", "num", "latest version"),
        Column("versions", "Versions", "num"),
        Column("schema_id", "Schema id", "num", shows=lambda row: id_link(registry, row.schema_id, row.context)),
        Column("compatibility", "Compatibility", "", "", shows=compatibility),
        Column("topic", "Topic", shows=topic),
    )


def first_cell(registry: SchemaRegistry) -> Callable[[Subject], str]:
    """Return what writes a subject's name, and whether it is deleted or could not be read."""

    def cell(subject: Subject) -> str:
        link = name_link(address(registry, "subject", subject.name), subject.name)
        deleted = DELETED if subject.deleted else NOTHING
        return naming(link + deleted + (markup(NOT_READ, subject.error) if subject.error else NOTHING))

    return cell
