"""What creating, renewing or expiring a delegation token would do. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from clusters.gateway.access.delegation_tokens import DEFAULT, DelegationToken
from clusters.kafka_tools import command
from core.plan import Plan, Step
from core.web.formats import duration

ACTION = "users.tokens"
TOOL = "kafka-delegation-tokens"
HMAC = '--hmac "$HMAC"'  # the secret is its owner's to fill in
NOT_OURS = "kafkaadmin authenticates as {}, which is neither owner nor renewer: it can't renew or expire this token."


def user_of(principal: str) -> str:
    """Return the user that grants and the audit log name."""
    return principal.removeprefix("User:")


def in_ms(period: timedelta | None) -> int:
    return DEFAULT if period is None else round(period.total_seconds() * 1000)


def words(period: timedelta | None) -> str:
    return "the brokers' default" if period is None else duration(period.total_seconds())


def expiry(token: DelegationToken) -> str:
    return f"expires {token.expires_at:%Y-%m-%d %H:%M:%S} UTC" if token.expires_at else "expires at an unknown time"


def create(owner: str, renewers: Sequence[str], lifetime: timedelta | None, own_principal: str) -> Plan:
    """Plan a token; ``own_principal`` is who kafkaadmin authenticates as, empty where that is not known."""
    allowed = f"renewers {', '.join(renewers)}" if renewers else "no renewers"
    step = Step(f"delegation token of {owner}", None, f"maximum lifetime {words(lifetime)}, {allowed}")
    warnings = [f"Whoever has the token can act as {owner}, with all its ACLs, until it expires."]
    if own_principal and own_principal not in {owner, *renewers}:
        warnings.append(NOT_OURS.format(own_principal))
    words_of_tool = ["--create", "--max-life-time-period", str(in_ms(lifetime)), "--owner-principal", owner]
    words_of_tool += [word for renewer in renewers for word in ("--renewer-principal", renewer)]
    return Plan(ACTION, user_of(owner), (step,), tuple(warnings), commands=(command(TOOL, *words_of_tool),))


def renew(token: DelegationToken, period: timedelta | None) -> Plan:
    """Plan another expiry of a token: a period from when it is applied."""
    step = Step(subject_of(token), expiry(token), f"expires after {words(period)}, within its maximum lifetime")
    tool = f"{command(TOOL, '--renew', '--renew-time-period', str(in_ms(period)))} {HMAC}"
    return Plan(ACTION, user_of(token.owner), (step,), commands=(tool,))


def expire(token: DelegationToken) -> Plan:
    """Plan the end of a token."""
    warnings = ("Clients that use it fail the next time they authenticate. It can't be restored.",)
    tool = f"{command(TOOL, '--expire', '--expiry-time-period', '-1')} {HMAC}"
    step = Step(subject_of(token), expiry(token), None)
    return Plan(ACTION, user_of(token.owner), (step,), warnings, destructive=True, commands=(tool,))


def subject_of(token: DelegationToken) -> str:
    return f"delegation token {token.id} of {token.owner}"
