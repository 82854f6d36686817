"""Programs that use the API: a client with a token of somebody's."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from accounts.models import Grant
from api.kit import tokens
from api.models import Token
from tests.conftest import RawPathClient
from tests.kafka.cluster import KafkaCluster
from tests.kafka.data import create_topic
from tests.kafka.waiting import eventually

V1 = "/api/v1"
LOCAL = "/api/v1/clusters/local"


class Program:
    """Sends requests with a token, and reads JSON."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.client = RawPathClient()

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the answer to a request; ``headers`` are named as in Python."""
        sent = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, path, data, "application/json", headers=sent)

    def get(self, path: str) -> Any:
        """Return what an address answers."""
        response = self("GET", path)
        assert response.status_code == 200, response.content
        return response.json()


def program_of(user: User, **fields: Any) -> Program:
    """Give somebody a token, for everything that they may do if nothing else is said."""
    values = {"name": f"token {user.tokens.count()}", "scope": Token.ALL, **fields}
    return Program(tokens.issue(Token(user=user, **values)))


def person(name: str, role: str = "viewer", **grant: Any) -> User:
    """Make somebody with one grant."""
    user = User.objects.create_user(name)
    Grant.objects.create(user=user, role=role, **grant)
    return user


def made(kafka: KafkaCluster, program: Program, name: str, **fields: Any) -> str:
    """Create a topic, and wait until whichever broker is asked knows it."""
    create_topic(kafka, name, **fields)
    path = f"{LOCAL}/topics/{name}/configs"
    eventually(lambda: all(program("GET", path).status_code == 200 for _ in range(5)))
    return name


@pytest.fixture
def ada(db: None) -> Program:
    """An administrator's program."""
    return program_of(User.objects.filter(username="ada").first() or User.objects.create_superuser("ada"))


@pytest.fixture
def vera(db: None) -> Program:
    """A viewer's program."""
    return program_of(User.objects.filter(username="vera").first() or person("vera"))
