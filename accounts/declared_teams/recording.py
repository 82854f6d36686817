"""What a configuration changed among users and teams, in the audit log."""

from accounts.models import AuditEntry

CONFIGURATION = "configuration"  # who changes what is declared, in the audit log


def note(name: str, before: str | None, after: str | None) -> None:
    AuditEntry.objects.create(
        username=CONFIGURATION, action="people.manage", resource=name, outcome=AuditEntry.DONE,
        steps=[{"subject": name, "before": before, "after": after}],
    )  # fmt: skip
