"""Every route, walked with odd parameters, forms and names: no answer is an error of ours, and each says something.

The routes are those of the URL conf, the parameters and fields those of their pages, so new ones are covered as well.
"""

import itertools
import json
import os
import re
from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.models import Token
from kafkaadmin.settings import API_URLCONF
from tests.api.conftest import program_of
from tests.clusters.test_routes import SAMPLES, routes
from tests.conftest import RawPathClient
from tests.kafkaadmin.odd.bodies import ODD_JSON, described, places, usual, with_value
from tests.kafkaadmin.odd.installation import install, quiet
from tests.kafkaadmin.odd.pages import PageForm, forms_of, parameters_of
from tests.kafkaadmin.odd.values import BODIES, TEXTS, encoded, query_of

pytestmark = pytest.mark.django_db
FEW = int(os.environ.get("ODD_FEW", 32))  # one of so many values is sent in each field
EXAMPLES = int(os.environ.get("ODD_EXAMPLES", 3))  # for each of some three hundred routes and forms
EVERYWHERE = ("q", "sort", "page", "status", "format", "next", "topic", "range")
NAMES = SAMPLES | {
    "finding": "1", "tab": "overview", "channel": "ops", "person": "ada", "team": "team", "grant": "1",
    "rest": "1/", "table": "topics", "rule": "late", "name": "oidc", "client": "oidc", "company_group": "1",
    "uidb64": "MQ", "token": "x-y", "approval": "1", "plugin": "Plugin", "logger": "root",
}  # fmt: skip
EXPRESSIONS = {  # addresses of routes that are regular expressions, by name
    "burrow": "/v3/kafka/walked/consumer/g/lag",
    "api-nowhere": "/api/v1/nothing",
}
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
SENTENCE = re.compile(r'[A-Z“][^<>{}]{8,}[.!?]|"error": ?true,"message": ?"[^"]+"')  # or as Burrow says it
REACHED_NOBODY = {502, 503, 504}  # Kafka did not answer: no fault of ours, where the page says so


def walked() -> dict[str, tuple[str, str]]:
    """Return name and address of each route by its place."""
    addresses = {}
    for place, route in routes(get_resolver(API_URLCONF)):
        name = route.name or place
        addresses[place] = (name, EXPRESSIONS[name] if is_expression(route) else place)
    return addresses


def is_expression(route: URLPattern) -> bool:
    return type(route.pattern).__name__ == "RegexPattern"


ROUTES = walked()
METHODS = {
    place: sorted(route.callback.actions.keys() - {"GET"})
    for place, route in routes(get_resolver(API_URLCONF))
    if place.startswith("/api/v1/") and hasattr(route.callback, "actions")
}
DESCRIBED = described()
API = [place for place, methods in METHODS.items() if methods]
PAGES = [place for place in ROUTES if not place.startswith("/api/v1/")]
NAMED = [place for place, (_, address) in ROUTES.items() if PLACE.search(address)]


def example(strategy: Any) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Run a test with what a strategy gives, the same each time."""

    def decorate(test: Callable[[Any], None]) -> Callable[[], None]:
        chosen = settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        decorated: Callable[[], None] = chosen(given(strategy)(test))
        return decorated

    return decorate


@pytest.fixture
def client(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Sign in as an administrator, for pages by a session and for the API by a token."""
    quiet(monkeypatch)
    admin = install()
    client = RawPathClient(HTTP_AUTHORIZATION=f"Bearer {program_of(admin, scope=Token.ALL).secret}")
    client.force_login(admin)
    return client


def ordinary(place: str) -> str:
    return PLACE.sub(lambda match: NAMES[match[2]], ROUTES[place][1])


def check(response: Any, sent: str) -> None:
    """See that an answer is no error of ours, and that a refusal says a sentence."""
    status, text = response.status_code, "" if response.streaming else response.content.decode()
    assert status < 500 or status in REACHED_NOBODY, (status, sent, text)
    if status >= 400 and status != 405:
        assert SENTENCE.search(text), (status, sent, text)


def undone(act: Callable[[], None]) -> None:
    """Do something as if it had not happened."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def pairs_of(names: list[str], values: Collection[str] = ("",)) -> "st.SearchStrategy[list[tuple[str, str]]]":
    """Return some odd parameters, some of them more than once; now and then with a value that the page has."""
    texts = st.one_of(TEXTS, TEXTS, st.sampled_from(sorted({"", *values})))
    return st.lists(st.tuples(st.sampled_from(names), texts), min_size=1, max_size=4)


@pytest.mark.parametrize("place", ROUTES)
def test_odd_parameters(client: Client, place: str) -> None:
    path = ordinary(place)
    page = client.get(path)
    text = "" if page.streaming else page.content.decode()
    names = sorted({*EVERYWHERE, *parameters_of(text)})

    @example(pairs_of(names))
    def ask(pairs: list[tuple[str, str]]) -> None:
        address = f"{path}?{query_of(pairs)}"
        undone(lambda: check(client.get(address), address))

    check(page, path)
    ask()


@pytest.mark.parametrize("place", API)
def test_odd_bodies(client: Client, place: str) -> None:
    path = ordinary(place)

    for method, body in itertools.product(METHODS[place], BODIES):

        def send(method: str = method, body: bytes = body) -> None:
            check(client.generic(method, path, body, "application/json"), f"{method} {body[:100]!r}")

        undone(send)


@pytest.mark.parametrize("operation", DESCRIBED)
def test_odd_values_in_each_field_of_a_body(client: Client, operation: str) -> None:
    method, place = operation.split()
    path = re.sub(r"{(\w+)}", lambda match: NAMES[match[1]], place)
    body = usual(DESCRIBED[operation])
    for number, field in enumerate(places(DESCRIBED[operation])):
        for value in ODD_JSON[number % FEW :: FEW]:
            text = json.dumps(with_value(body, field, value))

            def send(text: str = text) -> None:
                check(client.generic(method, path, text, "application/json"), f"{method} {path} {text[:300]}")

            undone(send)


@pytest.mark.parametrize("place", PAGES)
def test_odd_fields(client: Client, place: str) -> None:
    path = ordinary(place)
    page = client.get(path)
    forms = [] if page.streaming else [form for form in forms_of(page.content.decode()) if form.method == "post"]
    own = [form for form in forms if form.action in {"", path}] or [
        PageForm("post", path, dict.fromkeys(EVERYWHERE, ""))
    ]
    strategy = st.sampled_from(own).flatmap(
        lambda form: st.tuples(st.just(form), pairs_of(sorted({*form.names, *form.files, "action"}), form.values))
    )

    @example(strategy)
    def send(sent: tuple[PageForm, list[tuple[str, str]]]) -> None:
        undone(lambda: check(post(client, path, *sent), str(sent)))

    send()


def post(client: Client, path: str, form: PageForm, odd: list[tuple[str, str]]) -> Any:
    """Send a form as it is, but for some fields; what is odd of a file is its content."""
    names = {name for name, _ in odd}
    pairs = [(name, value) for name, value in form.fields.items() if name not in names]
    if not form.files:
        return client.post(path, query_of([*pairs, *odd]), "application/x-www-form-urlencoded")
    contents = {name: text.encode("utf-8", "surrogatepass") for name, text in odd if name in form.files}
    files = {name: SimpleUploadedFile("clusters.yml", content) for name, content in contents.items()}
    texts = {name: value.encode("utf-8", "replace").decode() for name, value in odd if name not in form.files}
    return client.post(path, {**dict(pairs), **texts, **files})


@pytest.mark.parametrize("place", NAMED)
def test_odd_names(client: Client, place: str) -> None:
    address = ROUTES[place][1]
    numbers = st.integers(0, 10**25).map(str)
    texts = TEXTS.filter(lambda text: text.strip("/") not in {"", ".", ".."})
    by_kind = {"int": numbers, "slug": st.from_regex(r"[-a-zA-Z0-9_]{1,300}", fullmatch=True)}
    kinds = [match[1] for match in PLACE.finditer(address)]

    @example(st.tuples(*(by_kind.get(kind, texts) for kind in kinds)))
    def ask(names: tuple[str, ...]) -> None:
        rest = iter(names)
        path = PLACE.sub(lambda _: encoded(next(rest)), address)
        undone(lambda: check(client.get(path), path))
        undone(lambda: check(client.post(path), path))

    ask()


def test_all_of_it_is_walked() -> None:
    assert len(ROUTES) > 90
    assert {"/", "/login/", "/clusters/<slug:cluster>/topics/<name:topic>/messages/"} <= ROUTES.keys()
