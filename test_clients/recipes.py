"""The recipes of README.md, typed into a directory where nothing is yet."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
ORIGIN = "http://127.0.0.1:5000"
SECONDS = 300  # for a recipe, which installs from the registries


def recipe(client: str) -> str:
    """Return the lines that README.md has for the client called *client*, as a script."""
    section = README.split("## Generated clients\n")[1].split("\n## ")[0]
    block = section.split(f"### {client}\n")[1].split("```console\n")[1].split("```")[0]
    return block.replace("$ ", "")


@dataclass(frozen=True)
class Workshop:
    """A directory, with a virtual environment, and a server at *origin* that has the document."""

    directory: Path
    origin: str

    def make(self, client: str) -> None:
        """Follow the recipe for *client*."""
        self.run(recipe(client).replace(ORIGIN, self.origin))

    def run(self, script: str) -> str:
        """Run *script* and return what it printed."""
        done = subprocess.run(
            ["sh", "-eu"],
            input=script,
            cwd=self.directory,
            env=os.environ
            | {"PATH": f"{self.directory}/venv/bin:{os.environ['PATH']}", "ORIGIN": self.origin},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def add_environment(self) -> Path:
        """Make the virtual environment, and return where its packages will be."""
        self.run(f"'{sys.executable}' -m venv venv")
        return next(self.directory.glob("venv/lib/python*/site-packages"))
