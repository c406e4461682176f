"""`guardia`: the command line. `python -m monitor` is the same."""

import click

from monitor.commands.check import check
from monitor.commands.demo import demo
from monitor.commands.demo_screen import demo_screen
from monitor.commands.import_ import import_group
from monitor.commands.probe import probe
from monitor.commands.run import run
from monitor.commands.status import status


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 it failed or found something wrong, 2 wrong use.",
)
@click.version_option(package_name="guardia", prog_name="guardia")
def main() -> None:
    """Watch the links, power and critical areas of hospitals and clinics."""


for command in (run, check, import_group, probe, status, demo, demo_screen):
    main.add_command(command)


if __name__ == "__main__":
    main()
