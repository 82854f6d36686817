"""``kafkaadmin topics compare`` and ``align``, through the API."""

import click

from kafkaadmin.cli.remote.client import DRY_RUN, remote_command, remote_of, segment
from kafkaadmin.cli.remote.output import DIFFERS, changed, printed_as_json, table, word


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="TOPIC…")
@click.option("--all", "every", is_flag=True, help="Also show what is the same.")
@remote_command
@click.pass_context
def compare(
    ctx: click.Context, names: tuple[str, ...], every: bool, cluster: str, url: str, token: str, as_json: bool
) -> None:
    """Compare the configs of topics; CLUSTER/TOPIC is one of another cluster. The exit status is 3 if any differs."""
    content = remote_of(url, token, cluster)("GET", "/compare-topics", {"topic": names, "all": every})
    if not printed_as_json(content, as_json):
        numbers = [str(number) for number, _ in enumerate(content["topics"], 1)]
        for number, topic in zip(numbers, content["topics"], strict=True):
            click.echo(f"{number}: {word(topic['cluster'])}/{word(topic['topic'])}")
        rows = [{"name": row["name"], **dict(zip(numbers, row["values"], strict=True))} for row in content["rows"]]
        table(rows, ("name", *numbers))
    problems = [topic for topic in content["topics"] if topic["problem"]]
    for topic in problems:
        click.echo(f"{word(topic['cluster'])}/{word(topic['topic'])}: {word(topic['problem'])}", err=True)
    if problems or any(row["differs"] for row in content["rows"]):
        ctx.exit(DIFFERS)


@click.command()
@click.argument("name")
@click.option("--with", "source", required=True, metavar="TOPIC", help="Whose configs; or CLUSTER/TOPIC.")
@click.option("--config", "keys", multiple=True, metavar="KEY", help="Only this one; can be repeated.")
@click.option("--confirm", default="", help="The topic name; required in production if records may be deleted.")
@DRY_RUN
@remote_command
def align(
    name: str, source: str, keys: tuple[str, ...], confirm: str, dry_run: bool, cluster: str, url: str, token: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Give a topic the configs of another one."""
    query, body = {"confirm": confirm, "dry_run": dry_run}, {"source": source, "configs": list(keys)}
    path = f"/topics/{segment(name)}/configs/align"
    changed(remote_of(url, token, cluster)("POST", path, query, body), as_json)
