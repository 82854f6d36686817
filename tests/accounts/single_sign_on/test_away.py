"""A provider that does not answer as one should: with pages, with redirects, with what is no description of it."""

from collections.abc import Iterator

import pytest

from accounts.single_sign_on import endpoints
from accounts.single_sign_on.endpoints import endpoints_of
from accounts.single_sign_on.errors import ProviderAway
from accounts.single_sign_on.providers import Provider
from tests.metrics.servers import Handler, says, serving


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    yield
    endpoints._failed.clear()


@pytest.mark.parametrize(
    ("status", "text"),
    [(200, "<html>"), (302, ""), (200, "[" * 100_000), (200, "7"), (500, "{}"), (200, '{"issuer": []}')],
)
def test_what_is_no_provider_is_away_and_not_asked_again_at_once(status: int, text: str) -> None:
    """Everybody who works would wait for it, and strangers could have it asked as often as they like."""
    paths: list[str] = []

    def answer(handler: Handler) -> None:
        paths.append(handler.path)
        says(text, status=status, Location="https://elsewhere.example.com/")(handler)

    with serving(answer) as url:
        for anew in (False, True, False):
            with pytest.raises(ProviderAway):
                endpoints_of(Provider("oidc", url, "kafkaadmin"), anew=anew)
    assert paths == ["/.well-known/openid-configuration"]
