"""Somebody with a browser and no JavaScript."""

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Browser:
    """Keeps cookies; answers status and text, whatever the status."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, form: dict[str, str] | None = None, accept: str = "text/html") -> tuple[int, str]:
        body = urlencode(form).encode() if form else None
        request = urllib.request.Request(f"{self.url}{path}", body, {"Accept": accept})
        try:
            with self.opener.open(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def sign_in(self, user: str, password: str) -> tuple[int, str]:
        token = TOKEN.search(self.open("/login/")[1])
        assert token
        return self.open("/login/", {"username": user, "password": password, "csrfmiddlewaretoken": token[1]})
