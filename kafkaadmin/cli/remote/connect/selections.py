"""``kafkaadmin connectors several``: one operation of several connectors, through the API."""

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of
from kafkaadmin.cli.remote.jobs import ended_job, print_job
from kafkaadmin.cli.remote.output import printed_as_json, table

DELETE = "delete"
OPERATIONS = click.Choice(["pause", "resume", "stop", "restart", "restart-failed", "restart-all", DELETE])


@click.command()
@click.argument("operation", type=OPERATIONS)
@click.argument("connectors", nargs=-1, required=True, metavar="CONNECT/CONNECTOR...")
@click.option("--confirm", default="", help="How many are deleted; required in production.")
@DRY_RUN
@remote_command
def several(
    operation: str, connectors: tuple[str, ...], confirm: str, dry_run: bool,
    cluster: str, url: str, token: str, as_json: bool,
) -> None:  # fmt: skip
    """Do one operation of several connectors; more than ten are operated by a job, which is waited for.

    Exit status 1 if it was not done with one of them.
    """
    remote = remote_of(url, token, cluster)
    body = {"connectors": [reference(text) for text in connectors]}
    if operation == DELETE:
        content = remote("POST", "/connector-deletions", {"dry_run": dry_run, "confirm": confirm}, body)
    else:
        content = remote("POST", "/connector-operations", {"dry_run": dry_run}, {**body, "operation": operation})
    if content["job"]:
        job = ended_job(remote, content["job"])
        print_job(job, as_json)
        result = {fact["label"]: fact["value"] for fact in job["result"]}
        failed = job["state"] != "done" or result.get("Not done") != "0"
    else:
        failed = any(row["error"] for row in content["connectors"])
        if not printed_as_json(content, as_json):
            done = "planned" if dry_run else "done"
            rows = [{**row, "result": row["error"] or done} for row in content["connectors"]]
            table(rows, ("connect", "connector", "result"))
    if failed:
        raise click.exceptions.Exit(1)


def reference(text: str) -> dict[str, str]:
    """Read ``CONNECT/CONNECTOR``; no Connect cluster has a slash in its name.

    Raises:
        UsageError: it is not of this form.
    """
    connect, slash, connector = text.partition("/")
    if not slash or not connect or not connector:
        raise click.UsageError(f"{text} is not of the form CONNECT/CONNECTOR.")
    return {"connect": connect, "connector": connector}
