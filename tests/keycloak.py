"""A real OpenID Connect provider: Keycloak, fetched by Maven once, with a realm, a client, people and groups."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import requests

from tests.java_service import FLAGS, JavaService, copied
from tests.kafka.jars import CACHE, locked

VERSION = "26.4.0"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
CLIENT, SECRET = "kafkaadmin", "a secret: with/odd+letters"
REALM, PASSWORD = "company", "correct horse"
PEOPLE = {"grace": ["kafka-team", "everybody"], "bob": ["everybody"], "ada": []}


def home() -> Path:
    """Return the folder of Keycloak, fetching and building it the first time."""
    folder = CACHE / f"keycloak-{VERSION}"
    with locked(CACHE / f"keycloak-{VERSION}.lock"):
        if not folder.exists():
            fetch(folder)
    return folder


def fetch(folder: Path) -> None:
    """Fetch, unpack and build Keycloak; the folder appears only when all of it is there."""
    partly = folder.with_suffix(".part")
    shutil.rmtree(partly, ignore_errors=True)
    partly.mkdir(parents=True)
    print(f"Fetching Keycloak {VERSION} with Maven …", flush=True)
    archive = copied(ARTIFACT, partly)
    shutil.unpack_archive(archive, partly)
    archive.unlink()
    unpacked = partly / f"keycloak-{VERSION}"
    build = ["sh", str(unpacked / "bin" / "kc.sh"), "build", "--db=dev-mem", "--health-enabled=false"]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    unpacked.rename(folder)
    shutil.rmtree(partly)


def realm() -> dict[str, Any]:
    """Return a realm with a client, people, and their groups as a claim."""
    mapper = {
        "name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper",
        "config": {"full.path": "false", "id.token.claim": "true", "userinfo.token.claim": "true",
                   "claim.name": "groups"},
    }  # fmt: skip
    client = {
        "clientId": CLIENT, "secret": SECRET, "redirectUris": ["*"], "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False, "protocolMappers": [mapper], "frontchannelLogout": False,
        "attributes": {"post.logout.redirect.uris": "+"},
    }  # fmt: skip
    users = [
        {
            "username": name, "enabled": True, "email": f"{name}@example.com", "emailVerified": True,
            "firstName": name.title(), "lastName": "Example", "groups": groups,
            "realmRoles": [f"default-roles-{REALM}"], "credentials": [{"type": "password", "value": PASSWORD}],
        }
        for name, groups in PEOPLE.items()
    ]  # fmt: skip
    groups = [{"name": "kafka-team"}, {"name": "everybody"}]
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "none",
        "clients": [client],
        "users": users,
        "groups": groups,
    }


def properties(folder: Path, imported: Path) -> list[str]:
    """Return the properties that its own script sets: that one does not hand signals on to Java."""
    values = {
        "java.util.concurrent.ForkJoinPool.common.threadFactory":
            "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
        "java.util.logging.manager": "org.jboss.logmanager.LogManager",
        "kc.home.dir": str(folder), "jboss.server.config.dir": str(folder / "conf"),
        "picocli.disable.closures": "true", "quarkus-log-max-startup-records": "10000",
        "keycloak.migration.action": "import", "keycloak.migration.provider": "dir",
        "keycloak.migration.dir": str(imported), "keycloak.migration.strategy": "OVERWRITE_EXISTING",
    }  # fmt: skip
    return [f"-D{name}={value}" for name, value in values.items()]


class Keycloak(JavaService):
    """A provider with the realm above. ``issuer`` is what kafkaadmin is configured with."""

    name, seconds = "keycloak", 180

    def __init__(self) -> None:
        super().__init__()
        self.url = f"http://127.0.0.1:{self.port}"
        self.issuer = f"{self.url}/realms/{REALM}"
        self.ready_url = f"{self.issuer}/.well-known/openid-configuration"

    def command(self) -> list[str]:
        imported = self.folder / "import"
        imported.mkdir()
        (imported / f"{REALM}-realm.json").write_text(json.dumps(realm()))
        environment = {"KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD}
        return [
            *("env", *(f"{name}={value}" for name, value in environment.items())),
            *("java", *FLAGS, *properties(home(), imported)),
            *("-cp", str(home() / "lib" / "quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint"),
            *("start", "--optimized", "--cache=local", "--http-enabled=true", "--hostname-strict=false"),
            *("--http-host=127.0.0.1", f"--http-port={self.port}"),
        ]

    def administer(self, method: str, path: str, body: Any = None) -> Any:
        """Call the realm's administration API."""
        token = requests.post(
            f"{self.url}/realms/master/protocol/openid-connect/token", timeout=20,
            data={"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": PASSWORD},
        ).json()["access_token"]  # fmt: skip
        response = requests.request(
            method, f"{self.url}/admin/realms/{REALM}/{path}", json=body, timeout=20,
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        response.raise_for_status()
        return response.json() if response.content else None

    def user(self, name: str) -> dict[str, Any]:
        """Return a person as the administration API has them."""
        users: list[dict[str, Any]] = self.administer("GET", f"users?username={name}&exact=true")
        return users[0]
