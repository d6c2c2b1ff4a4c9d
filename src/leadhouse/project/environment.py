"""The settings of the house, all from the environment; every fault is told at once."""

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PREFIX = "LEADHOUSE_"
_CHECKOUT = Path(__file__).parents[3]
# As far as `leadhouse.kit.clock` goes; beyond it calendars and databases no longer agree on instants.
_FARTHEST_SECONDS = 50 * 366 * 86_400
_ROLES = frozenset({"operator", "analyst", "source_user", "company_owner", "company_agent", "franchisor"})


class SettingsError(ValueError):
    """Settings that cannot be used; `faults` says of each what is wrong and what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Environment:
    """What the house was told from outside; None means unset."""

    database_url: str | None
    data_dir: Path
    host: str
    port: int
    public_url: str
    secret_key: str | None
    second_factor: frozenset[str]
    operator_key: str | None
    workers: int
    clock_offset_s: float
    smtp_url: str | None
    allow_targets: tuple[Network, ...]
    sandbox: bool
    sandbox_port: int
    ipqualityscore_key: str | None
    crm_url: str | None
    crm_secret: str | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable, what it means, whether its value may be shown."""

    name: str
    meaning: str
    is_secret: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


SETTINGS = (
    Setting("database_url", "PostgreSQL of one's own (16 or later); unset: embedded", is_secret=True),
    Setting("data_dir", "where the embedded database, keys and mails live"),
    Setting("host", "address that is served"),
    Setting("port", "port that is served"),
    Setting("public_url", "address under which people reach it, for links in mails; unset: http://host:port"),
    Setting(
        "secret_key",
        "signs sessions, seals second factors; unset: generated into the data dir",
        is_secret=True,
    ),
    Setting(
        "second_factor", "roles that sign in with a second factor only, as operator,analyst; unset: none"
    ),
    Setting("operator_key", "API key with an operator's rights; unset: none", is_secret=True),
    Setting("workers", "processes that walk the leads' road"),
    Setting("clock_offset_s", "seconds by which every now is shifted"),
    Setting("smtp_url", "mail server; unset: mails are written to DATA_DIR/mail", is_secret=True),
    Setting("allow_targets", "private networks that deliveries may reach"),
    Setting("sandbox", "1: verification services are answered by the built-in sandbox"),
    Setting("sandbox_port", "port of a sandbox one runs oneself; unset: `up` runs one"),
    Setting("ipqualityscore_key", "key of IPQualityScore's API; unset: not asked", is_secret=True),
    Setting("crm_url", "the operator's own system, told of every lead and its changes", is_secret=True),
    Setting("crm_secret", "signs what it is told (whsec_…); unset: not signed", is_secret=True),
)


def default_data_dir() -> Path:
    """Return `.leadhouse` in the checkout that runs, else the user's data home: never where one stands."""
    if (_CHECKOUT / "pyproject.toml").exists():
        return _CHECKOUT / ".leadhouse"
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "leadhouse"


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Read all settings; SettingsError tells everything that is wrong."""
    faults: list[str] = []

    def setting(name: str, parse: Callable[[str], T], default: T) -> T:
        text = variables.get(PREFIX + name, "").strip()
        try:
            return parse(text) if text else default
        except ValueError as fault:
            faults.append(f"{PREFIX}{name}: {fault}")
            return default

    environment = Environment(
        database_url=setting("DATABASE_URL", _database_url, None),
        data_dir=setting("DATA_DIR", lambda text: Path(text).expanduser().absolute(), default_data_dir()),
        host=setting("HOST", str, "127.0.0.1"),
        port=setting("PORT", lambda text: _whole(text, 1, 65535), 8000),
        public_url=setting("PUBLIC_URL", _public_url, default=""),
        secret_key=setting("SECRET_KEY", _key, None),
        second_factor=setting("SECOND_FACTOR", _roles, frozenset()),
        operator_key=setting("OPERATOR_KEY", _key, None),
        workers=setting("WORKERS", lambda text: _whole(text, 0, 256), 1),
        clock_offset_s=setting("CLOCK_OFFSET_S", _seconds, 0.0),
        smtp_url=setting("SMTP_URL", _smtp_url, None),
        allow_targets=setting("ALLOW_TARGETS", _networks, ()),
        sandbox=setting("SANDBOX", _switch, default=False),
        sandbox_port=setting("SANDBOX_PORT", lambda text: _whole(text, 1, 65535), default=9100),
        ipqualityscore_key=setting("IPQUALITYSCORE_KEY", _key, default=None),
        crm_url=setting("CRM_URL", _crm_url, default=None),
        crm_secret=setting("CRM_SECRET", _key, default=None),
    )
    if faults:
        raise SettingsError(faults)
    return replace(environment, public_url=environment.public_url or _served_at(environment))


def _served_at(environment: Environment) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.host, environment.host)  # noqa: S104 - no binding
    return f"http://{f'[{host}]' if ':' in host else host}:{environment.port}"


def unknown_variables(variables: Mapping[str, str]) -> list[str]:
    """Return variables that look like ours and are none: most likely misspelt."""
    known = {setting.variable for setting in SETTINGS}
    return sorted(name for name in variables if name.startswith(PREFIX) and name not in known)


def _database_url(text: str) -> str:
    if urlsplit(text).scheme not in {"postgres", "postgresql"}:
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    return text


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must look like https://leads.example")
    return text.rstrip("/")


def _smtp_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("must look like smtp://user:password@host:25 (or smtps://, smtp+starttls://)")
    return text


def _crm_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must look like https://crm.example/leads")
    return text


def _whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)


def _key(text: str) -> str:
    if not 1 <= len(text) <= 200 or not text.isprintable():
        raise ValueError("must be 1 to 200 printable characters")
    return text


def _roles(text: str) -> frozenset[str]:
    roles = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(roles - _ROLES)
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(sorted(_ROLES))}")
    return roles


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = float("nan")
    if not abs(seconds) <= _FARTHEST_SECONDS:
        raise ValueError(f"{text!r} is not a number of seconds (at most 50 years)")
    return seconds


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is not a network such as 127.0.0.0/8") from None


def _switch(text: str) -> bool:
    switches = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if text.lower() not in switches:
        raise ValueError(f"{text!r} is neither 1 nor 0")
    return switches[text.lower()]
