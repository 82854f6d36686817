"""The API's description, as OpenAPI and as a page, for everyone who is signed in or has a token.

The page is rendered here from the description itself: it needs no script, and nothing from other servers. The page
that ninja brings (Swagger) would run under our content security policy, but needs scripts of 1.5 MB, and leaves our
frame.
"""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.access import for_everyone
from api.kit.access import MAKE_ONE, NO_TOKEN
from api.kit.problems import problem
from api.kit.tokens import token_of
from api.schema import METHODS, Object, described
from core.web.page import page
from core.web.paths import reverse


def may_read_docs(request: HttpRequest) -> bool:
    """Tell whether a request comes from a signed-in user or carries a valid token."""
    return request.user.is_authenticated or token_of(request) is not None


def schema() -> Object:
    """Return the description for the path that the API is served under."""
    return described(f"{reverse('home')}api/v1/")


@for_everyone("clusters.list")
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    if not may_read_docs(request):
        return problem(401, NO_TOKEN, MAKE_ONE)
    return JsonResponse(schema())


@for_everyone("clusters.list")
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description as a page."""
    if not may_read_docs(request):
        return redirect_to_login(request.get_full_path())
    description = schema()
    context = {
        "about": description["info"],
        "description": marked(description["info"]["description"]),
        "areas": areas(description),
        "schemas": schemas(description),
    }
    return page(request, "api/docs.html", context)


def areas(description: Object) -> dict[str, list[Object]]:
    """Return the operations by area."""
    named: dict[str, list[Object]] = {}
    for path, item in description["paths"].items():
        for method in (name for name in METHODS if name in item):
            operation = item[method]
            shown = {
                "path": path,
                "method": method.upper(),
                "id": operation["operationId"],
                "summary": operation["summary"],
                "action": operation["x-action"],
                "description": marked(operation["description"]),
                "parameters": [parameter(declaration) for declaration in operation.get("parameters", ())],
                "body": body_of(operation),
                "answers": answers(operation),
            }
            named.setdefault((operation.get("tags") or ["Other"])[0], []).append(shown)
    return named


def parameter(declaration: Object) -> Object:
    schema_of_value = declaration["schema"]
    return {
        "name": declaration["name"],
        "place": declaration["in"],
        "required": declaration["required"],
        "kind": kind(schema_of_value),
        "description": marked(declaration.get("description") or schema_of_value.get("description", "")),
        "default": schema_of_value.get("default", ""),
    }


def body_of(operation: Object) -> str:
    """Return the name of the schema of an operation's body."""
    content = operation.get("requestBody", {}).get("content", {})
    return next((kind(media_type["schema"]) for media_type in content.values()), "")


def answers(operation: Object) -> list[tuple[int, str]]:
    """Return status and schema of an operation's successful answers."""
    return [
        (int(status), kind(next(iter(response["content"].values()))["schema"]))
        for status, response in operation["responses"].items()
        if int(status) < 300
    ]


def marked(text: str) -> SafeString:
    """Return a text with its parts between backquotes marked as code."""
    parts = text.split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>" if n % 2 else "{}", part),) for n, part in enumerate(parts))
    )


def kind(type_schema: Any) -> str:
    """Return a type in words: the name of a schema, ``list of …``, ``string or null``."""
    if "$ref" in type_schema:
        return str(type_schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in type_schema:
        return " | ".join(str(value) or "“”" for value in type_schema["enum"])
    if "anyOf" in type_schema:
        return " or ".join(kind(choice) for choice in type_schema["anyOf"])
    if type_schema.get("type") == "array" and "prefixItems" in type_schema:  # of fixed length
        return f"list of {', '.join(kind(item) for item in type_schema['prefixItems'])}"
    if type_schema.get("type") == "array":
        return f"list of {kind(type_schema['items'])}"
    if isinstance(type_schema.get("additionalProperties"), dict):
        return f"object of {kind(type_schema['additionalProperties'])}"
    return str(type_schema.get("const", type_schema.get("type", "any")))


def schemas(description: Object) -> list[Object]:
    """Return the schemas with their fields; those of queries are shown with their operations."""
    used = json.dumps(description)
    return [
        {
            "name": name,
            "description": marked(model_schema.get("description", "")),
            "fields": [
                {"name": field, "kind": kind(about), "required": field in model_schema.get("required", ()),
                 "description": marked(about.get("description", ""))}
                for field, about in model_schema.get("properties", {}).items()
            ],
        }
        for name, model_schema in sorted(description["components"]["schemas"].items())
        if f'"#/components/schemas/{name}"' in used
    ]  # fmt: skip
