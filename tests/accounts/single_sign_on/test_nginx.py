"""The nginx of the documentation signs people in: whatever a browser sends under the names of its headers."""

from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as project
from django.contrib.auth.models import Group, User

from accounts.models import AuditEntry, CompanyGroup, Grant, allowances
from tests.nginx import documented_nginx

FORGED = {"X-Forwarded-User": "admin", "X_Forwarded_User": "admin", "X-Forwarded-Groups": "kafka-team"}
PAGE = project.BASE_DIR / "docs" / "sign-in" / "proxy.md"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_who_is_signed_in_is_said_by_nginx_alone(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.PROXY_USER_HEADER, settings.PROXY_GROUPS_HEADER = "X-Forwarded-User", "X-Forwarded-Groups"
    settings.PROXY_ADDRESSES = ["127.0.0.1"]
    team = Group.objects.create(name="operators")
    Grant.objects.create(group=team, role="operator")
    CompanyGroup.objects.create(team=team, name="kafka-team")
    upstream = live_server.url.removeprefix("http://").replace("localhost", "127.0.0.1")
    with documented_nginx(tmp_path, PAGE, upstream) as address, requests.Session() as session:
        session.trust_env = False
        stranger = session.get(f"{address}/clusters/", headers=FORGED, allow_redirects=False)
        sign_in = "https://kafka.example.com/oauth2/start?rd=/clusters/"
        assert (stranger.status_code, stranger.headers["Location"]) == (302, sign_in)
        for groups, roles in (("kafka-team,everybody", ["operator"]), ("everybody", [])):
            signed_in = session.get(f"{address}/account/tokens/", headers={**FORGED, "Cookie": f"grace={groups}"})
            assert signed_in.status_code == 200
            assert [each.role for each in allowances(User.objects.get(username="grace"))] == roles
    signs_in = AuditEntry.objects.filter(action="sign-in", outcome="done")
    assert set(signs_in.values_list("username", "detail")) == {("grace", "By the proxy.")}
