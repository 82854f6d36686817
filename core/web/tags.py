"""Template tags and filters, built into every template."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString

from core.web import formats, slots, time_zones
from core.web.lists import ListState
from core.web.markup import escaped, markup
from core.web.paths import reverse

register = template.Library()
register.filter("count", formats.count)
register.filter("size", formats.size)
SPRITE = "vendor/bootstrap-icons/1.13.2/sprite.svg"
ZERO = SafeString(' class="zero"')
NO_RECORD = SafeString(
    f'<span class="zero" title="None has arrived since kafkaadmin first saw the topic.">{formats.UNKNOWN}</span>'
)
BOUND = "Upper bound: counted by offsets, which may include removed records and transaction markers."
CONFIG_SOURCES = {
    "DYNAMIC_TOPIC_CONFIG": "Topic override",
    "DYNAMIC_BROKER_CONFIG": "Broker (dynamic)",
    "DYNAMIC_DEFAULT_BROKER_CONFIG": "All brokers (dynamic)",
    "STATIC_BROKER_CONFIG": "Broker (static)",
}


@register.filter
def plural(number: int, noun: str) -> str:
    """Write a number with its noun; an irregular plural follows after a comma."""
    return formats.plural(number, *noun.split(","))


@register.filter
def at_most(value: int | None, is_bound: bool) -> str:
    """Write a number of records, marked where it counts offsets that may have no record."""
    text = formats.at_most(value, is_bound)
    return markup('<span title="{}">{}</span>', BOUND, text) if text.startswith("≤") else text


@register.filter
def per_second(value: float | None, is_bound: bool) -> str:
    """Write a rate of records, with the thousandths on hover; marked where it counts markers of transactions too."""
    if value is None:
        return formats.UNKNOWN
    text = f"≤ {formats.rate(value)}" if is_bound and value else formats.rate(value)
    title = f"{formats.exact_rate(value)}, the mean of the last half minute or more"
    return markup('<span title="{}"{}>{}</span>', title, "" if value else ZERO, text)


@register.filter
def bytesize(value: int | None) -> str:
    """Write bytes readably; the exact number is on hover."""
    if value is None:
        return formats.UNKNOWN
    return markup('<span title="{} bytes">{}</span>', f"{value:,}", formats.size(value))


@register.filter
def sum_with(known_sum: int | None, unknown: int) -> str:
    """Write a sum and how many of its parts are unknown."""
    return formats.total(known_sum, unknown)


@register.filter
def ago(moment: datetime | None) -> str:
    """Write how long ago, with the exact time on hover, in the viewer's time zone and in UTC."""
    if not moment:  # also the empty text that a template makes of a missing mirror
        return "never"
    return markup(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        moment.isoformat(),
        time_zones.in_both_zones(moment),
        formats.age(moment, timezone.now()),
    )


@register.filter
def last_record(moment: datetime | None) -> str:
    """Write when a topic's last record was seen to arrive."""
    return ago(moment) if moment else NO_RECORD


@register.filter
def exact(moment: datetime | None, form: str = "%Y-%m-%d %H:%M:%S %Z") -> str:
    """Write a moment in the viewer's time zone, with UTC on hover."""
    if not moment:
        return formats.UNKNOWN
    text = time_zones.local(moment).strftime(form)
    utc = moment.astimezone(UTC)
    return markup('<time datetime="{}" title="{} UTC">{}</time>', utc.isoformat(), f"{utc:%Y-%m-%d %H:%M:%S}", text)


@register.filter
def exact_ms(moment: datetime | None) -> str:
    """Write a moment to the millisecond, as ``exact`` does; the table's head names the zone."""
    return exact(moment, f"%Y-%m-%d %H:%M:%S.{moment.microsecond // 1000:03}" if moment else "")


@register.simple_tag
def now_exact() -> str:
    """Write the present time of day in the viewer's zone, with UTC on hover."""
    return exact(timezone.now(), "%H:%M:%S")


@register.simple_tag
def zone() -> str:
    """Return the name of the viewer's time zone."""
    return time_zones.zone_name()


@register.filter
def timespan(seconds: float | str | None) -> str:
    """Write a time span in seconds: ``3 min 20 s``; a dash where unknown, also for an empty text."""
    return formats.UNKNOWN if seconds is None or isinstance(seconds, str) else formats.duration(seconds)


@register.simple_tag
def behind(seconds: float | str | None, at_least: bool) -> str:
    """Write how long behind; a dash where unknown, which a template may pass as an empty text."""
    return formats.behind(None if isinstance(seconds, str) else seconds, at_least=at_least)


@register.filter
def retention(milliseconds: int | None) -> str:
    """Write a retention time: ``7 d``; -1 is unlimited."""
    if milliseconds is None:
        return formats.UNKNOWN
    return "unlimited" if milliseconds < 0 else formats.duration(milliseconds / 1000)


@register.filter
def config_source(source: str) -> str:
    """Write where a config's value comes from: ``STATIC_BROKER_CONFIG`` is ``Broker (static)``."""
    return CONFIG_SOURCES.get(source, source.removesuffix("_CONFIG").replace("_", " ").capitalize())


@register.filter
def query_with_page(state: ListState, number: int) -> str:
    """Return the list's query for another page of it."""
    return state.query(page=number)


@register.filter
def query_with_format(state: ListState, kind: str) -> str:
    """Return the query that asks for the whole list as a file."""
    return state.query(format=kind, page=None)


@register.filter
def query_with_sort(state: ListState, sort: str) -> str:
    """Return the list's query, sorted by another column."""
    return state.query(sort=sort, page=None)


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a form's control with Bootstrap's classes, tied to its help text and marked when wrong."""
    kind = field.widget_type
    css = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    attrs: dict[str, Any] = {"class": f"{css}{' is-invalid' if field.errors else ''}"}
    return field.as_widget(attrs=attrs)


@register.filter
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Write the attributes of a form's control, as Django's own template does node by node."""
    shown = ((escaped(name), value) for name, value in attrs.items() if value is not False)
    texts = (f" {name}" if value is True else f' {name}="{escaped(value)}"' for name, value in shown)
    return SafeString("".join(texts))


@register.filter
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """Write the options of a list to choose from, as Django's own templates do one by one."""
    return SafeString("".join(map(option_group, groups)))


def option_group(group: tuple[str | None, list[dict[str, Any]], int]) -> SafeString:
    name, choices, _ = group
    lines = [
        markup('\n  <option value="{}"{}>{}</option>\n', choice["value"], attributes(choice["attrs"]), choice["label"])
        for choice in choices
    ]
    text = SafeString("".join(lines))
    return markup('\n  <optgroup label="{}">{}\n  </optgroup>', name, text) if name else text


@register.simple_tag(takes_context=True)
def slot(context: RequestContext, name: str, *args: Any) -> Any:
    """Return what an app above shows here."""
    return slots.fill(name, context["request"], *args)


@register.simple_tag
@cache
def icon(name: str) -> str:
    """Draw an icon of the sprite; it is decoration, and hidden from readers."""
    return markup(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', static(SPRITE), name
    )


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """Return a value by its key; None where there is none."""
    return mapping.get(key)


@register.filter
def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


@register.simple_tag
def link(viewname: str, *args: Any) -> str:
    """Return the URL of a view; unlike ``url``, names in it are encoded exactly once."""
    return reverse(viewname, *args)


@register.simple_tag
def named(viewname: str, *args: Any) -> SafeString:
    """Write a link to what is called as the last argument: ``{% named 'topic' cluster.slug topic.name %}``."""
    return name_link(reverse(viewname, *args), args[-1])


def name_link(url: str, name: str) -> SafeString:
    """Write a name of Kafka's as a link; the whole name is on hover where it is cut."""
    return markup('<a class="mono" href="{0}" title="{1}">{1}</a>', url, name)


@register.simple_tag(takes_context=True)
def sort_header(context: RequestContext, column: str, label: str, kind: str = "") -> SafeString:
    """Return a table's header cell that sorts by ``column`` and tells screen readers the present order."""
    state = context["state"]
    order = {column: "ascending", f"-{column}": "descending"}.get(state.sort)
    arrow = {"ascending": " ▲", "descending": " ▼"}.get(order or "", "")
    return markup(
        '<th scope="col" class="{}"{}><a href="?{}">{}{}</a></th>',
        kind,
        markup(' aria-sort="{}"', order) if order else "",
        state.query(sort=state.next_sort(column, descending_first=kind in {"num", "first"}), page=None),
        label,
        arrow,
    )
