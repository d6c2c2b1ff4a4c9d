"""Other people's software to be measured beside ours, each in an environment of its own."""

import subprocess
import sys
from pathlib import Path

from bench.apparatus.house import CHECKOUT

FOLDER = Path(__file__).parents[1] / "peers"


def python_with(name: str, *packages: str) -> Path | None:
    """Return a Python that has these packages, installed the first time; None where they cannot be had."""
    environment = CHECKOUT / ".venv" / "peers" / name
    python = environment / "bin" / "python"
    if (environment / "complete").exists():
        return python
    print(f"Installing {', '.join(packages)} to measure beside (once)", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return None
    (environment / "complete").touch()
    return python
