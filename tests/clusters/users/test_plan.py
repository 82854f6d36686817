"""What changes of SCRAM credentials would do, and who would be locked out."""

import pytest

from clusters.gateway.access.users import ScramCredential
from clusters.users import plan
from clusters.users.forms import NewUserForm
from clusters.users.passwords import generate
from clusters.users.plan import Surroundings

SHA_256, SHA_512 = "SCRAM-SHA-256", "SCRAM-SHA-512"
PRESENT = [ScramCredential("orders", SHA_256, 4096), ScramCredential("orders", SHA_512, 8192)]
AROUND = Surroundings("kafkaadmin", SHA_512, frozenset({"User:admin"}))


def test_a_new_credential() -> None:
    planned = plan.write(ScramCredential("new user", SHA_512, 8192), PRESENT, AROUND)
    (step,) = planned.steps
    assert (step.subject, step.before, step.after) == (
        "new user (SCRAM-SHA-512)", None, "8,192 iterations, new password",
    )  # fmt: skip
    assert (planned.warnings, planned.destructive) == ((), False)
    assert planned.commands[0].endswith(
        "--alter --entity-type users --entity-name 'new user' --add-config 'SCRAM-SHA-512=[iterations=8192,password=…]'"
    )


def test_a_new_password_replaces_one() -> None:
    planned = plan.write(ScramCredential("orders", SHA_256, 10000), PRESENT, AROUND)
    assert (planned.steps[0].before, planned.steps[0].after) == ("4,096 iterations", "10,000 iterations, new password")
    assert planned.warnings == (
        "Clients that use the old password with SCRAM-SHA-256 fail the next time they connect.",
    )
    assert planned.destructive


@pytest.mark.parametrize(
    ("user", "mechanism", "surroundings", "words"),
    [
        ("kafkaadmin", SHA_512, AROUND, "kafkaadmin itself authenticates as this user"),
        ("kafkaadmin", SHA_256, AROUND, ""),
        ("orders", SHA_512, AROUND, ""),
        ("admin", SHA_512, AROUND, "admin is a super user"),
        ("orders", SHA_512, Surroundings(super_users=None), "Super users are not known"),
        ("", SHA_512, Surroundings(super_users=frozenset()), ""),
    ],
)
def test_nobody_is_locked_out_without_a_warning(
    user: str, mechanism: str, surroundings: Surroundings, words: str
) -> None:
    present = [ScramCredential(user, name, 4096) for name in (SHA_256, SHA_512)]
    written = plan.write(ScramCredential(user, mechanism, 4096), present, surroundings).warnings[1:]
    deleted = plan.delete(user, [mechanism], present, surroundings).warnings[1:]
    for warnings in (written, deleted):
        assert [warning for warning in warnings if words and words in warning] == list(warnings)
        assert bool(warnings) is bool(words)


def test_the_last_credential() -> None:
    both = plan.delete("orders", [SHA_256, SHA_512, "other"], PRESENT, AROUND)
    assert [(step.subject, step.after) for step in both.steps] == [
        ("orders (SCRAM-SHA-256)", None), ("orders (SCRAM-SHA-512)", None),
    ]  # fmt: skip
    assert "can no longer authenticate" in both.warnings[1]
    assert len(both.commands) == 2
    assert len(plan.delete("orders", [SHA_256], PRESENT, AROUND).warnings) == 1
    assert plan.delete("nobody", [SHA_256], PRESENT, AROUND).steps == ()


def test_generated_passwords_are_long_and_never_the_same() -> None:
    passwords = {generate() for _ in range(100)}
    assert len(passwords) == 100
    assert all(len(password) == 32 and password.isalnum() for password in passwords)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, []),
        ({"name": ""}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"iterations": "4095"}, ["iterations"]),
        ({"iterations": "16385"}, ["iterations"]),
        ({"mechanism": "PLAIN"}, ["mechanism"]),
        ({"password": " x"}, ["password"]),
        ({"access": "producer"}, ["topic"]),
        ({"access": "consumer", "topic": "t"}, ["group"]),
        ({"access": "consumer", "topic": "t", "group": "g", "producer_byte_rate": "1 MiB"}, []),
        ({"request_percentage": "-1"}, ["request_percentage"]),
    ],
)
def test_the_form_for_a_new_user(fields: dict[str, str], wrong: list[str]) -> None:
    form = NewUserForm({"name": "orders", "mechanism": SHA_512, "iterations": "8192", **fields})
    assert list(form.errors) == wrong
