"""Signing in."""

from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    """The sign-in page; whoever is signed in already goes on to where they wanted."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True
