"""The second factor: of the account, and its key as a picture."""

from django.urls import path

from accounts.second_factor import account, new_key

urlpatterns = [
    path("", account.second_factor, name="second-factor"),
    path("set-up/", account.set_up, name="second-factor-set-up"),
    path("passkeys/new/", account.add_passkey, name="second-factor-add-passkey"),
    path("qr.svg", new_key.qr_code, name="second-factor-qr"),
]
