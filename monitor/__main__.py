"""`guardia`: the command line. `python -m monitor` is the same.

A command is imported when it is called: the daemon, which runs for months, would carry the
spreadsheets, tables and simulated fleets of the others with it, and start half a second later.
"""

import importlib
from types import MappingProxyType

import click

COMMANDS = MappingProxyType(
    {
        "run": "monitor.commands.run:run",
        "check": "monitor.commands.check:check",
        "import": "monitor.commands.import_:import_group",
        "probe": "monitor.commands.probe:probe",
        "status": "monitor.commands.status:status",
        "ack": "monitor.commands.ack:ack",
        "maintenance": "monitor.commands.maintenance:maintenance",
        "audit": "monitor.commands.audit:audit",
        "test-message": "monitor.commands.test_message:test_message",
        "report": "monitor.commands.report:report",
        "replay": "monitor.commands.replay:replay",
        "rules": "monitor.commands.rules:rules",
        "dashboards": "monitor.commands.dashboards:dashboards",
        "demo": "monitor.commands.demo:demo",
        "demo-screen": "monitor.commands.demo_screen:demo_screen",
    }
)
"""By name, the module and the command in it: the only imports by name in the house."""


class CommandsOnDemand(click.Group):
    """Imports a command when its name is typed, and all of them for the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which the help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(
    cls=CommandsOnDemand,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 it failed or found something wrong, 2 wrong use.",
)
@click.version_option(package_name="guardia", prog_name="guardia")
def main() -> None:
    """Watch the links, power and critical areas of hospitals and clinics."""


if __name__ == "__main__":
    main()
