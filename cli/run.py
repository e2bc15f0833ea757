"""`flask up` and `flask worker`: the processes."""

from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from extensions import settings
from jobs.worker import run_worker
from launch.keys import require_keys
from launch.up import up as start_everything


@click.command("up")
@click.option("--until-parent-exits", is_flag=True, help="Stop as well when the process that started this one ends.")
@with_appcontext
def up(*, until_parent_exits: bool) -> None:
    """Migrate, then run web, workers and the embedded queue until Ctrl-C."""
    start_everything(_application(), until_parent_exits=until_parent_exits)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Deliver and sweep until Ctrl-C; any number may run, on any hosts."""
    require_keys(settings())
    run_worker(_application())


def _application() -> Flask:
    """The application itself, which threads and jobs hold on to; `current_app` is only a way to it."""
    return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
