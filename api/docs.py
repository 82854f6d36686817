"""The API's description, for programs and for people. Whoever is signed in may read it, and whoever has a token.

The page is made here from the description itself: it needs no script, and nothing from elsewhere.
"""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.access import for_everyone
from api.kit.access import MAKE_ONE, NO_TOKEN, token_of
from api.kit.problems import problem
from api.schema import METHODS, Object, described
from core.web.page import page
from core.web.paths import reverse


def known(request: HttpRequest) -> bool:
    """Tell whether a request comes from somebody signed in, or with a token."""
    return request.user.is_authenticated or token_of(request) is not None


def schema() -> Object:
    """Return the description for where the API is served."""
    return described(reverse("api-docs").removesuffix("docs"))


@for_everyone("clusters.list")
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the description as OpenAPI."""
    if not known(request):
        return problem(401, NO_TOKEN, MAKE_ONE)
    return JsonResponse(schema())


@for_everyone("clusters.list")
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description as a page."""
    if not known(request):
        return redirect_to_login(request.get_full_path())
    found = schema()
    context = {
        "about": found["info"],
        "description": marked(found["info"]["description"]),
        "areas": areas(found),
        "schemas": schemas(found),
    }
    return page(request, "api/docs.html", context)


def areas(found: Object) -> dict[str, list[Object]]:
    """Return the operations by area."""
    named: dict[str, list[Object]] = {}
    for path, item in found["paths"].items():
        for method in (one for one in METHODS if one in item):
            operation = item[method]
            shown = {
                "path": path,
                "method": method.upper(),
                "id": operation["operationId"],
                "summary": operation["summary"],
                "action": operation["x-action"],
                "description": marked(operation["description"]),
                "parameters": [parameter(one) for one in operation.get("parameters", ())],
                "body": body_of(operation),
                "answers": answers(operation),
            }
            named.setdefault((operation.get("tags") or ["Other"])[0], []).append(shown)
    return named


def parameter(one: Object) -> Object:
    """Return a parameter as the page shows it."""
    about = one.get("description") or one["schema"].get("description", "")
    return {"name": one["name"], "place": one["in"], "required": one["required"], "kind": kind(one["schema"]),
            "description": marked(about), "default": one["schema"].get("default", "")}  # fmt: skip


def body_of(operation: Object) -> str:
    """Return the name of the schema of an operation's body."""
    content = operation.get("requestBody", {}).get("content", {})
    return next((kind(one["schema"]) for one in content.values()), "")


def answers(operation: Object) -> list[tuple[int, str]]:
    """Return what an operation answers when all is well."""
    return [
        (int(status), kind(next(iter(one["content"].values()))["schema"]))
        for status, one in operation["responses"].items()
        if int(status) < 300
    ]


def marked(text: str) -> SafeString:
    """Return a text in which what is between backquotes is code."""
    parts = text.split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>" if n % 2 else "{}", part),) for n, part in enumerate(parts))
    )


def kind(found: Any) -> str:
    """Return a type as words: the name of a schema, ``list of …``, ``string or null``."""
    if "$ref" in found:
        return str(found["$ref"]).rsplit("/", 1)[-1]
    if "enum" in found:
        return " | ".join(str(one) or "“”" for one in found["enum"])
    if "anyOf" in found:
        return " or ".join(kind(one) for one in found["anyOf"])
    if found.get("type") == "array":
        return f"list of {kind(found['items'])}"
    if isinstance(found.get("additionalProperties"), dict):
        return f"object of {kind(found['additionalProperties'])}"
    return str(found.get("const", found.get("type", "any")))


def schemas(found: Object) -> list[Object]:
    """Return the schemas with their fields; those of queries are told with their operations."""
    used = json.dumps(found)
    return [
        {
            "name": name,
            "description": marked(one.get("description", "")),
            "fields": [
                {"name": field, "kind": kind(about), "required": field in one.get("required", ()),
                 "description": marked(about.get("description", ""))}
                for field, about in one.get("properties", {}).items()
            ],
        }
        for name, one in sorted(found["components"]["schemas"].items())
        if f'"#/components/schemas/{name}"' in used
    ]  # fmt: skip
