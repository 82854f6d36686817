"""Tab, in a real bash; zsh and fish get what their scripts ask for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

BIN = Path(sys.executable).parent
IN_BASH = """
eval "$(kafkaadmin completion bash)"
function_of() { complete -p kafkaadmin | sed 's/.* -F \\([^ ]*\\) .*/\\1/'; }
COMP_WORDS=(kafkaadmin "$@")
COMP_CWORD=$#
"$(function_of)" kafkaadmin "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
echo "${COMPREPLY[@]}"
"""


def environment(**more: str) -> dict[str, str]:
    return {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), **more}


def tab(*words: str) -> set[str]:
    """Return what bash offers behind these words, the last of which was begun."""
    command = ["bash", "--norc", "-c", IN_BASH, "bash", *words]
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.split())


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("up",), {"up"}),
        (("re",), {"restore"}),
        (("",), {"up", "web", "worker", "beat", "migrate", "check", "topics", "groups", "acls", "lag", "completion"}),
        (("clusters", ""), {"apply", "export"}),
        (("web", "--po"), {"--port"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
    ],
)
def test_bash_completes_commands_and_options(words: tuple[str, ...], offered: set[str]) -> None:
    assert tab(*words) >= offered
    assert all(completion.startswith(words[-1]) for completion in tab(*words))


# Each shell says in its own way which word is meant: zsh by its number, fish by what is there of it.
@pytest.mark.parametrize(
    ("shell", "binds", "word"), [("zsh", "#compdef kafkaadmin", "2"), ("fish", "complete --no-files", "a")]
)
def test_zsh_and_fish_have_scripts_that_ask_the_same(shell: str, binds: str, word: str) -> None:
    run = {"env": environment(), "capture_output": True, "text": True, "timeout": 60, "check": True}
    script = subprocess.run(["kafkaadmin", "completion", shell], **run).stdout  # type: ignore[call-overload]
    assert binds in script
    assert f"_KAFKAADMIN_COMPLETE={shell}_complete" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, **run)  # type: ignore[call-overload]
    asks = environment(_KAFKAADMIN_COMPLETE=f"{shell}_complete", COMP_WORDS="kafkaadmin clusters a", COMP_CWORD=word)
    response = subprocess.run(["kafkaadmin"], **{**run, "env": asks}).stdout  # type: ignore[call-overload]
    assert "apply" in response
    assert "export" not in response


def test_another_shell_is_refused_with_those_there_are() -> None:
    ended = subprocess.run(["kafkaadmin", "completion", "tcsh"], env=environment(), capture_output=True, text=True)
    assert ended.returncode == 2
    assert "'bash', 'zsh', 'fish'" in ended.stderr
