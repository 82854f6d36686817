"""What people read says it in Kafka's, Burrow's and Django's terms: words that were replaced do not come back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from django.conf import settings

from accounts.people.forms import GrantForm, PersonForm
from api.schema import described
from clusters.connections.forms import ClusterForm
from kafkaadmin.cli import main
from lag.forms import LagSettingsForm
from metrics.alerts.forms import ChannelForm
from metrics.forms import MetricsForm

# What is not to be written, and what is written instead.
OLD_WORDS = {
    r"\b(asked|read|judged) just now\b|\bas of (never|\d)": "Updated 9 s ago",
    r"\bnot (judged|looked at|recognised) yet\b": "Not evaluated yet, not detected yet",
    r"\b[Jj]udg(e|ed|es|ing)\b": "evaluate",
    r"\b[Ll]ook(s|ed|ing)? (again|at|for)\b|\b(first|last|next|two|every) looks?\b": "refresh, check, poll",
    r"\bBehind by\b|\bin time it is\b|\bFurthest behind\b": "Time lag, Highest lag",
    r"\b[Bb]ad partitions?\b": "Failing partitions",
    r"\bLag then\b|\bRead at\b|\bseen lately\b": "Lag at commit, Observed at, recent",
    r"\bexpired unread\b|\bunread records?\b": "deleted by retention before being consumed",
    r"\b(gone|went|goes|came) back\b|\bstands? still\b|\bnever fell\b": "moved backwards, not advancing",
    r"\bSilenced?\b|\b(the|a|not) silenced?\b|\bSilent for\b": "mute",
    r"\bin trouble\b|\bTrouble\b": "unhealthy, Error",
    r"\blately\b": "recently",
    r"\b(is|was|are) told\b|\bTold\b|\b[Tt]ell when\b": "notified",
    r"\b[Ss]uch as\b": "e.g.",
    r"\b[Oo]ne a line\b|\b(value|port|glob) a line\b": "per line",
    r"(?<!nothing )\bis (saved|created|deleted|changed|forgotten|revoked)\.": "saved. created. deleted.",
    r"\b[Mm]ay (do|be used to)\b|\bMay sign in\b|\bmay not sign in\b": "permissions, Active, Scope",
    r"\b[Mm]ake (a|the) token\b|\bcannot be had\b": "Create token, will not be shown again",
    r"\b([Mm]ade|[Ss]et|[Ss]tored|[Bb]egin|[Ss]tart) anew\b": "recreated, updated, start again",
    r"(?<!kafkaadmin )\b[Pp]eople\b(?!\.manage)|\b[Ss]omebody\b": "users, a user",
    r"\bgroups? of people\b|\bAdd a group\b": "team",
    r"\bNone of your grants\b|\bWithdraw": "You don't have access to …, Remove",
    r"\beverything, everywhere\b": "Full access",
    r"\bfor ever\b": "unlimited",
    r"\b[Cc]lean-up\b": "cleanup",
    r"\bdo(es)? not answer\b": "is unreachable",
    r"\bFurther (headers|librdkafka)|\bGetting in\b|\bselectors of your own\b": "extra, Authentication, custom",
    r"\bNot measured here\b": "Not available",
    r"\bis there twice\b|\bis there already\b": "Duplicate key",
    r"\bNothing would change\b|\bwould be done\b": "No change, Planned changes",
    r"\bNot here\b|\bpassword do(es)? not fit\b": "Page not found, Wrong user name or password",
    r"\bfrom where you are\b|\bquarter of an hour\b": "15 minutes",
    r"\bMoves? on\b|\b[Gg]oes on from\b": "reset",
    r"\bUnder-repl\.|\bPartitions led\b|\bfalling out of sync\b": "Under-replicated, Leader partitions, ISR shrinks",
}
# Pages that are worded with their next layout.
LATER: set[str] = set()
APPS = ("accounts", "api", "clusters", "core", "kafkaadmin", "lag", "metrics")
SHOWN = re.compile(r"(?:title|aria-label|placeholder|alt|content)=\"([^\"]*)\"")
TEMPLATE_CODE = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}|{{.*?}}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)


def words_of_template(path: Path) -> str:
    """Return what a template shows: its text, and the attributes that are read out or shown on hover."""
    text = TEMPLATE_CODE.sub(" … ", path.read_text())
    return " ".join([TAG.sub(" ", text), *SHOWN.findall(text)])


def messages_of(path: Path) -> Iterator[str]:
    """Yield a module's texts without docstrings, and without what is said of a model's fields: forms show that."""
    tree = ast.parse(path.read_text())
    apart = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    if path.name == "models.py" or path.parent.name == "models":
        apart |= {node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "help_text"}
    apart |= {value for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in apart:
            yield node.value


def help_of(command: click.Command) -> Iterator[str]:
    """Yield the help of a command, of its options and of the commands below it."""
    yield command.help or ""
    yield from (option.help or "" for option in command.params if isinstance(option, click.Option))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below:
                yield from help_of(below)


def descriptions_of(document: object) -> Iterator[str]:
    """Yield the descriptions and summaries of an OpenAPI document."""
    if isinstance(document, dict):
        yield from (text for key in ("description", "summary") if isinstance(text := document.get(key), str))
        document = list(document.values())
    if isinstance(document, list):
        for part in document:
            yield from descriptions_of(part)


def texts_of(form: Any) -> Iterator[str]:
    """Yield the labels, help texts and choices of a form's fields."""
    for field in form.base_fields.values():
        yield from (str(field.label or ""), str(field.help_text))
        yield from (str(label) for _, label in getattr(field, "choices", ()))


def old_words_in(text: str) -> list[tuple[str, str]]:
    """Return each old word in a text with what to write instead."""
    plain = " ".join(text.split())
    matches = ((re.search(pattern, plain), instead) for pattern, instead in OLD_WORDS.items())
    return [(plain[max(0, match.start() - 40) : match.end() + 20], instead) for match, instead in matches if match]


def name_of(path: Path) -> str:
    return str(path.relative_to(settings.FILES))


TEMPLATES = sorted(
    path for folder in ("templates", "api/templates") for path in (settings.FILES / folder).rglob("*.html")
    if name_of(path) not in LATER
)  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_have_no_old_words(path: Path) -> None:
    assert old_words_in(words_of_template(path)) == []


@pytest.mark.parametrize("app", APPS)
def test_messages_have_no_old_words(app: str) -> None:
    modules = (path for path in (settings.FILES / app).rglob("*.py") if "migrations" not in path.parts)
    texts = ((name_of(path), text) for path in modules for text in messages_of(path) if " " in text)
    old_words = [(name, old) for name, text in texts if name not in LATER for old in old_words_in(text)]
    assert old_words == []


def test_the_api_and_the_command_line_have_no_old_words() -> None:
    texts = [*descriptions_of(described("/")), *help_of(main)]
    assert len(texts) > 300, "descriptions are missing"
    assert [old for text in texts for old in old_words_in(text)] == []


@pytest.mark.parametrize("form", [ChannelForm, ClusterForm, GrantForm, LagSettingsForm, MetricsForm, PersonForm])
@pytest.mark.django_db
def test_forms_of_models_have_no_old_words(form: Any) -> None:
    assert [old for text in texts_of(form) for old in old_words_in(text)] == []


@pytest.mark.parametrize(
    ("text", "is_old"),
    [
        ("One a line, such as “a = 1”.", True),
        ("Topic orders is created.", True),
        ("Topic orders created.", False),
        ("See `kafkaadmin people list`.", False),
        ("Silence for", True),
        ("Muted for 8 h.", False),
    ],
)
def test_old_words_are_found(text: str, is_old: bool) -> None:
    assert bool(old_words_in(text)) == is_old
