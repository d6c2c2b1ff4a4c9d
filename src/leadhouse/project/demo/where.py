"""Says where a newcomer looks next: addresses, keys, files and commands, as they can be typed."""

import os
import shlex
from pathlib import Path

from leadhouse.project.environment import Environment
from leadhouse.project.readiness import address

_NAME_WIDTH = 9
_PROGRAM = ".venv/bin/leadhouse"
# What a command in another terminal must be given too, if it was given here.
_SHARED = ("LEADHOUSE_DATA_DIR", "LEADHOUSE_CLOCK_OFFSET_S")


def where_to_look(environment: Environment, operator: str, password: str, lead: str) -> str:
    """Return the closing lines; `lead` names one that `leadhouse lead` can tell about."""
    here = address(environment.host, environment.port)
    lines = (
        ("Console", f"{here}/"),
        ("", f"sign in as {operator}, password {password}"),
        ("Portals", "as buyer@demo.example (HomeQuote National), source@demo.example; the same password"),
        ("API", f"{here}/v1/docs"),
        ("", f"operator's key {environment.operator_key}"),
        ("One lead", f"{_PROGRAM} lead {lead}"),
        ("Market", f"{_PROGRAM} apply examples/markets/demo.yaml --plan"),
        ("Mails", f"{_shown(environment.data_dir / 'mail')}/"),
        ("Log", _shown(environment.data_dir / "demo.log")),
        *_given_here(),
    )
    return "\n".join(f"  {name:{_NAME_WIDTH}}  {words}" for name, words in lines)


def _given_here() -> list[tuple[str, str]]:
    """Return what to type first in another terminal; the database's address holds a password: only named."""
    given = [f"{name}={shlex.quote(os.environ[name])}" for name in _SHARED if os.environ.get(name)]
    given += ["LEADHOUSE_DATABASE_URL=…"] if os.environ.get("LEADHOUSE_DATABASE_URL") else []
    return [("Elsewhere", f"first: export {' '.join(given)}")] if given else []


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
