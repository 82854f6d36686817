"""Decisions, compared with those of Kafka's own StandardAuthorizer on random ACLs."""

import json
import random
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from clusters.authorizer.decisions import AuthorizerSettings, Decision, Reason, ResourceAcls
from clusters.authorizer.hosts import written_by_java
from clusters.authorizer.patterns import Pattern
from clusters.gateway.access.acls import Acl
from tests.kafka import jars
from tests.kafka.processes import Permission, die_with_parent, java

pytestmark = pytest.mark.services
SETS, QUESTIONS = 500, 12
PRINCIPALS = ("User:a", "User:b", "User:CN=a,OU=ä:1", "Group:a", "user:a")
HOSTS = (
    "10.0.0.1", "10.0.0.2", "2001:db8:0:0:0:0:0:1", "2001:DB8::1", "::ffff:10.0.0.1", "localhost",
    "10.0.0.0/31", "10.0.0.9/8", "010.0.0.2/32", "0.0.0.0/0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "256.0.0.0/0",
    "10.0.0/8", "2001:db8::/32", "::/0", "2001:DB8::1/128", "2001:db8::/129", "::ffff:10.0.0.0/104", "/", "x/8",
)  # fmt: skip
ADDRESSES = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:DB8::1", "2001:db8:0:0:0:0:0:1", "::ffff:10.0.0.1")
# Nothing here begins with a character before the asterisk: after those StandardAuthorizer looks forever (4.4.0).
NAMES = ("a", "ab", "abc", "ab-", "ab-c", "b", "B", "*", "*a", "a*", "ä", "äb", "\ufffd", "🦊", "🦊b")
TYPES = ("TOPIC", "GROUP", "TRANSACTIONAL_ID")
OPERATIONS = ("READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS")


@dataclass(frozen=True)
class Question:
    """What the authorizer is asked."""

    principal: str
    host: str
    resource_type: str
    resource_name: str
    operation: str


@dataclass(frozen=True)
class Case:
    """ACLs with the authorizer's settings, and questions about them."""

    acls: tuple[Acl, ...]
    super_users: str
    allow_everyone: bool
    questions: tuple[Question, ...]

    @property
    def line(self) -> str:
        acls = [acl._asdict() for acl in self.acls]
        return json.dumps({**asdict(self), "acls": acls, "allow_everyone": str(self.allow_everyone).lower()})

    def decide(self, question: Question) -> Decision:
        users = frozenset(filter(None, (name.strip() for name in self.super_users.split(";"))))
        pattern = Pattern(question.resource_type, question.resource_name)
        acls = ResourceAcls(self.acls, AuthorizerSettings(users, self.allow_everyone, networks=True), pattern)
        return acls.decide(question.principal, written_by_java(question.host), question.operation)


class Dice(random.Random):
    """Throws ACLs and questions about a few names, so that many ACLs concern one question."""

    def few(self, choices: Sequence[str], number: int) -> list[str]:
        return self.sample(choices, k=self.randint(1, number))

    def case(self) -> Case:
        names, types = self.few(NAMES, 6), self.few(TYPES, 2)
        principals, operations = [*self.few(PRINCIPALS, 2), "User:*"], [*self.few(OPERATIONS, 4), "ALL"]
        hosts = ["*", "*", "*", *self.few(HOSTS, 5)]
        acls = {
            Acl(
                principal=self.choice(principals),
                host=self.choice(hosts),
                operation=self.choice(operations),
                permission=self.choice(("ALLOW", "ALLOW", "DENY")),
                resource_type=self.choice(types),
                resource_name=self.choice(names),
                pattern_type=self.choice(("LITERAL", "PREFIXED")),
            )
            for _ in range(self.choice((0, 1, 3, 10, 30)))
        }
        questions = tuple(
            Question(
                self.choice(PRINCIPALS if self.random() < 0.2 else principals[:-1]),
                self.choice(ADDRESSES),
                self.choice(types),
                self.choice(NAMES if self.random() < 0.5 else names),
                self.choice(("DESCRIBE", "DESCRIBE_CONFIGS", *operations[:-1])),
            )
            for _ in range(QUESTIONS)
        )
        super_users = self.choice(("", "", "User:b", " User:b ;Group:a;"))
        return Case(tuple(sorted(acls)), super_users, self.random() < 0.3, questions)


def authorize(cases: list[Case]) -> list[list[Any]]:
    """Return what the real authorizer decides: allowed, and the deciding ACL."""
    Permission.check()
    class_path = jars.class_path(jars.home())
    command = java(class_path, str(Path(__file__).with_name("Authorize.java")), [], heap="256m")
    finished = subprocess.run(
        command, input="".join(f"{case.line}\n" for case in cases), capture_output=True, text=True, timeout=120,
        encoding="utf-8", preexec_fn=die_with_parent, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]


def test_every_decision_and_every_deciding_acl_is_that_of_kafka() -> None:
    dice = Dice(848)
    cases = [dice.case() for _ in range(SETS)]
    reasons = set()
    for case, decisions in zip(cases, authorize(cases), strict=True):
        for question, (allowed, acl) in zip(case.questions, decisions, strict=True):
            decision = case.decide(question)
            reasons.add((decision.reason, decision.allowed))
            assert decision.allowed == allowed, (question, decision, acl)
            if decision.reason is not Reason.SUPER_USER:
                assert decision.acl == (Acl(*acl) if acl else None), (question, decision, acl)
    assert len(reasons) == 6  # super user, allowed and denied by an ACL, no match, no ACL with either setting
