"""Signing in."""

from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    """The sign-in page; users who are signed in already are redirected to where they were going."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True
