"""What stops an import: one sentence that names the file, the line and the fix."""

from pathlib import Path


class RegistryError(Exception):
    """The registry file cannot be used, or the site lists cannot be written."""

    def __init__(self, path: Path, problem: str, fix: str, line: int | None = None) -> None:
        place = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {problem}; {fix}")
        self.path = path
        self.line = line
        self.problem = problem
        self.fix = fix
