"""How brokers authorize, as far as they show it."""

from types import SimpleNamespace

import pytest

from clusters.gateway import configs
from clusters.gateway.access import authorizer
from clusters.gateway.access.authorizer import AuthorizerConfig, parsed
from clusters.gateway.clients.connection import Connection

STANDARD = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"


def test_a_broker_tells_the_class_and_hides_the_rest_where_it_is_set(connection: Connection) -> None:
    assert authorizer.describe(connection, 1) == AuthorizerConfig(STANDARD, None, None)
    keys = ("super.users", "super.users.of.nobody")
    listed = configs.described(connection, configs.BROKER, "1", 5.0, keys)
    assert [(config.name, config.value) for config in listed] == [("super.users", None)]


@pytest.mark.parametrize(
    ("values", "config"),
    [
        ({"authorizer.class.name": STANDARD}, AuthorizerConfig(STANDARD, (), False)),
        (
            {"authorizer.class.name": STANDARD, "super.users": None, "allow.everyone.if.no.acl.found": None},
            AuthorizerConfig(STANDARD),
        ),
        (
            {
                "authorizer.class.name": "com.example.Authorizer",
                "super.users": " User:b;User:CN=a,OU=b ;",
                "allow.everyone.if.no.acl.found": "TRUE",
            },
            AuthorizerConfig("com.example.Authorizer", ("User:CN=a,OU=b", "User:b"), True),
        ),
        ({"authorizer.class.name": "com.example.Authorizer"}, AuthorizerConfig("com.example.Authorizer")),
        ({"authorizer.class.name": ""}, AuthorizerConfig()),
    ],
)
def test_what_is_not_set_has_its_default_and_what_is_hidden_is_not_known(
    values: dict[str, str | None], config: AuthorizerConfig
) -> None:
    assert parsed(SimpleNamespace(name=name, value=value) for name, value in values.items()) == config
