"""How people can sign in by the configuration, and what is wrong with it."""

from typing import Any

from ninja import Field, Schema

from accounts.people.changes import MANAGE
from accounts.second_factor.policy import policy
from accounts.single_sign_on.in_force import failures_now, ways_in_force
from api.kit.access import ApiRequest, everywhere
from api.people.listing import router


class SignInConfigurationOut(Schema):
    """Providers and directories in force, and why the configuration of now is not."""

    ways: dict[str, str] = Field(description="Providers and directories by name, in words.")
    second_factor: str = Field(description="Of whom it is required: `everybody`, `administrators` or `voluntary`.")
    failures: list[str] = Field(description="What is wrong, with file and line; empty where all of it is in force.")


@router.get("/sign-in-configuration", response=SignInConfigurationOut, auth=everywhere(MANAGE))
def show_sign_in_configuration(request: ApiRequest) -> dict[str, Any]:
    """Show how users can sign in by the configuration, and what is wrong with it."""
    return {"ways": ways_in_force(), "second_factor": policy(), "failures": failures_now()}
