"""A report as PDF: an installed Chromium prints the page, which has its rules for that."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PRINT_S = 120.0
_STAMP = re.compile(rb"/(CreationDate|ModDate) \(([^)]*)\)")
"""When it was printed: the one thing in it that is not of the report."""


class PdfError(Exception):
    """It cannot be printed; the text says what to do."""


def printed(text: str) -> bytes:
    """Return a page as PDF, without the instant at which it was printed.

    Raises:
        PdfError: there is no browser, or it failed.

    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise PdfError(
            "no Chromium is installed to print a PDF: `apt install chromium`, or write "
            "--format html and print it from any browser"
        )
    with tempfile.TemporaryDirectory(prefix="guardia-report-") as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(text, encoding="utf-8")
        _run(_command(browser, source, target, Path(folder)))
        if not target.is_file():
            raise PdfError(f"{browser} printed nothing: write --format html instead")
        return _STAMP.sub(_unstamped, target.read_bytes())


def _command(browser: str, source: Path, target: Path, folder: Path) -> list[str]:
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to sandbox as root
    return [
        browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", *alone,
        f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}", source.as_uri(),
    ]  # fmt: skip


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 our own page
            command, capture_output=True, text=True, timeout=PRINT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfError(f"{command[0]}: {error}; write --format html instead") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PdfError(f"{command[0]} failed: {last}; write --format html instead")


def _unstamped(found: re.Match[bytes]) -> bytes:
    """Return a stamp of the same length: places in a PDF are counted in bytes."""
    size = len(found[2])
    return b"/" + found[1] + b" (" + b"D:19700101000000+00'00'"[:size].ljust(size) + b")"
