"""The command line of the simulator: `python -m simulator run | exec | control | world`."""

import json
import os
import sys
from pathlib import Path

import click

from simulator.client import ControlClient, ControlError
from simulator.fleet import synthetic_world
from simulator.inside import command_inside
from simulator.namespace import CannotSimulateError
from simulator.session import Options, run
from simulator.world_file import BadWorldError, read_world

CANNOT = 2
"""Exit status when the world is impossible or the machine does not let us."""
_INSIDE = {"ignore_unknown_options": True, "allow_interspersed_args": False}
EXEC = "--exec"
_SOCKET = click.Path(path_type=Path)


@click.group()
def main() -> None:
    """Simulate a fleet of clinics whose links, areas, services and power can be broken."""


class _WithCommand(click.Command):
    """Takes everything after `--exec`, options and all, as the command to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ours, ctx.obj = _split(args)
        return super().parse_args(ctx, ours)


def _split(arguments: list[str]) -> tuple[list[str], tuple[str, ...]]:
    if EXEC not in arguments:
        return arguments, ()
    place = arguments.index(EXEC)
    command = tuple(arguments[place + 1 :])
    if not command:
        raise click.UsageError(f"{EXEC} needs a command after it")
    return arguments[:place], command


@main.command("run", cls=_WithCommand, options_metavar="[OPTIONS] [--exec COMMAND...]")
@click.argument("world", type=click.Path(path_type=Path))
@click.option("--control", type=_SOCKET, help="Listen for commands at this Unix socket.")
@click.option("--truth", type=click.Path(path_type=Path), help="Write the ground truth here.")
@click.option("--hold/--no-hold", help="Start the timeline on command only, or at once.")
@click.option("--parent-fd", type=int, hidden=True)
@click.pass_obj
def run_world(
    command: tuple[str, ...], world: Path, control: Path | None, truth: Path | None,
    hold: bool, parent_fd: int | None,
) -> None:  # fmt: skip
    """Simulate WORLD, until stopped, or until the COMMAND after --exec, run inside, ends.

    Example: python -m simulator run world.yaml --truth truth.jsonl --exec ping 127.64.0.1
    """
    options = Options(control, truth, hold, command, parent_fd)
    try:
        sys.exit(run(read_world(world), options))
    except (BadWorldError, CannotSimulateError) as error:
        click.echo(f"simulator: {error}", err=True)
    except OSError as error:
        click.echo(f"simulator: cannot start: {error}", err=True)
    sys.exit(CANNOT)


@main.command("exec", context_settings=_INSIDE)
@click.option("--control", type=_SOCKET, required=True, help="The socket of the simulator.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def execute_inside(control: Path, command: tuple[str, ...]) -> None:
    """Run COMMAND where the simulated sites can be reached.

    Example: python -m simulator exec --control sock -- curl http://127.64.0.1/power
    """
    status = _ask(control, "status")
    prefix = command_inside(int(str(status["pid"])), int(str(status["near_fd"])))
    os.execv(prefix[0], [*prefix, *command])  # noqa: S606 - the point of the command


@main.command("control")
@click.option("--control", type=_SOCKET, required=True, help="The socket of the simulator.")
@click.argument("command")
@click.argument("fields", default="{}")
def send_command(control: Path, command: str, fields: str) -> None:
    """Send COMMAND with FIELDS, a JSON object, and show the reply.

    Example: python -m simulator control --control sock apply
    '{"action": {"do": "cut", "site": "hospital-0"}}'
    """
    try:
        named = json.loads(fields)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"FIELDS is not JSON: {error}") from error
    if not isinstance(named, dict):
        raise click.UsageError("FIELDS must be a JSON object")
    click.echo(json.dumps(_ask(control, command, **named), indent=2, ensure_ascii=False))


@main.command("world")
@click.argument("sites", type=click.IntRange(1, 30_000))
@click.option("--seed", default=1, show_default=True, help="Same seed, same world.")
def make_world(sites: int, seed: int) -> None:
    """Print a made-up world of SITES sites, as JSON.

    Example: python -m simulator world 200 > world.json
    """
    click.echo(synthetic_world(sites, seed=seed).model_dump_json(indent=1))


def _ask(control: Path, command: str, **fields: object) -> dict[str, object]:
    try:
        with ControlClient(control) as client:
            return client.ask(command, **fields)
    except ControlError as error:
        click.echo(f"simulator: refused: {error}", err=True)
    except OSError as error:
        click.echo(f"simulator: {control}: {error}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main(prog_name="python -m simulator")
