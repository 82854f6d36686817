"""The audit log's chain: what was changed, added or removed behind kafkaadmin's back is found, and retention is not."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings as own_settings
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from accounts.audit import links
from accounts.audit.verification import verify
from accounts.models import AuditAnchor, AuditEntry, AuditLink, AuditSink
from accounts.tasks import forget_old_entries
from kafkaadmin.cli.local.audit import audit

pytestmark = pytest.mark.django_db


def written(number: int = 4) -> list[AuditEntry]:
    return [
        AuditEntry.objects.create(
            username="ada",
            action="topics.delete",
            resource=f"t{n}",
            outcome="begun",
            steps=[{"after": "é", "before": 1}],
        )
        for n in range(number)
    ]


def test_what_kafkaadmin_writes_is_in_the_chain() -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("ada"))
    assert admin.post("/people/groups/new/", {"name": "team"}).status_code == 302
    entry = written(1)[0]
    entry.outcome, entry.detail = "done", "Went well."
    entry.save(update_fields=["outcome", "detail"])
    verification = verify()
    assert (verification.problem, verification.links) == ("", AuditLink.objects.count())
    assert AuditLink.objects.filter(entry=entry.pk).count() == 2
    assert CliRunner().invoke(audit, ["verify"]).output.startswith("The audit log is as it was written")


def changed(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=entries[1].pk).update(username="bob")


def removed(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=entries[1].pk).delete()


def link_removed(entries: list[AuditEntry]) -> None:
    removed(entries)
    AuditLink.objects.filter(entry=entries[1].pk).delete()


def link_changed(entries: list[AuditEntry]) -> None:
    changed(entries)
    AuditLink.objects.filter(entry=entries[1].pk).update(digest="0" * 64)


def added(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.bulk_create([AuditEntry(username="eve", action="people.manage", outcome="done")])


def chained_again(entries: list[AuditEntry]) -> None:
    """What somebody would do who has the program and the database, but not the key."""
    changed(entries)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_settings, "SECRET_KEY", "a guess")
        AuditLink.objects.all().delete()
        for entry in AuditEntry.objects.order_by("pk"):
            links.append(entry.pk)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (changed, "Entry {1}, written .* was changed afterwards"), (removed, "Entry {1}, written .* is missing"),
        (link_removed, "Link 2 is missing"), (link_changed, "Link 2, about entry {1} .* was changed"),
        (added, "is not in the chain"), (chained_again, "is not sealed with a key"),
    ],
)  # fmt: skip
def test_the_first_that_was_tampered_with_is_named(tamper: Callable[[Any], None], words: str) -> None:
    entries = written()
    tamper(entries)
    result = CliRunner().invoke(audit, ["verify"])
    assert result.exit_code == 1
    assert re.search(words.replace("{1}", str(entries[1].pk)), result.output), result.output


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_noted() -> None:
    entries = written()
    head = verify().head
    assert verify(head).problem == ""
    written(2)
    assert verify(head).problem == ""
    AuditEntry.objects.filter(pk__gte=entries[2].pk).delete()
    AuditLink.objects.filter(number__gte=3).delete()
    assert verify().problem == ""
    assert "its end was removed" in verify(head).problem


def test_an_end_that_was_cut_off_is_found_by_what_a_target_has_got() -> None:
    for number in range(3):
        AuditEntry.objects.create(username="ada", action="x", resource=str(number), outcome="done")
    AuditSink.objects.create(name="webhook", number=3)
    assert verify().problem == ""
    last = AuditLink.objects.get(number=3)
    AuditEntry.objects.filter(pk=last.entry).delete()
    last.delete()
    assert verify().problem == "The chain's end was removed: webhook was sent 3 links, and 2 are left."


def test_retention_leaves_a_chain_that_can_be_verified() -> None:
    old = written(3)
    for entry in old:
        entry.at = timezone.now() - timedelta(days=400)
        entry.save()
    young = written(2)
    old[2].save()  # written again after a younger one: it stays as long as that
    assert verify().problem == ""
    assert forget_old_entries() == 2
    assert set(AuditEntry.objects.values_list("pk", flat=True)) == {old[2].pk, *(entry.pk for entry in young)}
    verification = verify()
    assert verification.problem == ""
    assert verification.links == AuditLink.objects.count() < 9
    assert forget_old_entries() == 0
    AuditEntry.objects.filter(pk=young[0].pk).delete()
    AuditLink.objects.filter(number__lte=AuditLink.objects.get(entry=young[0].pk).number).delete()
    assert "Link 7 is missing" in verify().problem
    AuditAnchor.objects.update(number=8, hash="0" * 64)
    assert "The chain's beginning was changed" in verify().problem


def test_entries_of_an_older_version_are_sealed_by_a_command() -> None:
    written(1)
    added([])
    assert CliRunner().invoke(audit, ["seal"]).output == "1 entries added to the chain.\n"
    assert verify().problem == ""


def test_seals_are_of_any_configured_key_and_renewed(settings: Any) -> None:
    written()
    old, settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY, "new", [settings.SECRET_KEY]
    written(1)
    assert verify().problem == ""
    assert links.seal_again() == 5
    settings.SECRET_KEY_FALLBACKS = []
    assert verify().problem == ""
    settings.SECRET_KEY = old
    assert "is not sealed with a key" in verify().problem


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory locks whole tables between threads")

    def write() -> None:
        written(10)
        connections.close_all()

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (verify().problem, AuditLink.objects.count()) == ("", 40)
