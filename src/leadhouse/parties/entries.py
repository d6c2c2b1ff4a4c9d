"""The configured things as they are kept: a file's entry without its secrets, the secrets beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from leadhouse.parties.documents import (
    CampaignDocument,
    CompanyDocument,
    MarketFileDocument,
    ProductDocument,
    SourceDocument,
)
from leadhouse.parties.faults import Loc

Config = dict[str, object]


class EntryKind(StrEnum):
    PRODUCT = "product"
    SOURCE = "source"
    COMPANY = "company"
    CAMPAIGN = "campaign"


Name = tuple[EntryKind, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file: `owner` is a campaign's company, `loc` where it stands in the file."""

    kind: EntryKind
    key: str
    config: Config
    secrets: Config
    loc: Loc
    owner: str | None = None
    api_key: str | None = None

    @property
    def name(self) -> Name:
        return self.kind, self.key


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry of the database."""

    kind: EntryKind
    id: int
    key: str
    config: Config
    secrets: Config
    is_closed: bool
    owner: str | None
    had_opening: bool


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key's digest and who holds it, or held it."""

    digest: bytes
    kind: str
    owner_id: int
    hint: str
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything that is configured now; `market` is None before the first file."""

    market: Config | None = None
    entries: Mapping[Name, StoredEntry] = field(default_factory=dict)
    keys: tuple[StoredKey, ...] = ()


def entries_of(file: MarketFileDocument) -> Iterator[Entry]:
    """Yield the file's entries: products, sources, companies, each company followed by its campaigns."""
    for place, product in enumerate(file.products):
        yield _entry(EntryKind.PRODUCT, product, ("products", place))
    for place, source in enumerate(file.sources):
        yield _entry(EntryKind.SOURCE, source, ("sources", place), api_key=source.api_key)
    for place, company in enumerate(file.companies):
        loc = ("companies", place)
        yield _entry(EntryKind.COMPANY, company, loc, api_key=company.api_key)
        for number, campaign in enumerate(company.campaigns):
            yield _entry(EntryKind.CAMPAIGN, campaign, (*loc, "campaigns", number), owner=company.key)


def _entry(
    kind: EntryKind,
    document: ProductDocument | SourceDocument | CompanyDocument | CampaignDocument,
    loc: Loc,
    *,
    owner: str | None = None,
    api_key: str | None = None,
) -> Entry:
    config = document.model_dump(exclude_unset=True, exclude={"api_key", "campaigns"})
    return Entry(kind, document.key, config, taken_secrets(config), loc, owner, api_key)


def secret_blocks(config: Config) -> Iterator[tuple[str, Config]]:
    """Yield the blocks that may hold secrets, with their paths: notify, a campaign's ping and methods."""
    notify = config.get("notify")
    if isinstance(notify, dict):
        yield "notify", notify
    ping = _ping(config)
    if ping is not None:
        yield "bid.ping", ping
    deliver = config.get("deliver")
    for place, method in enumerate(deliver if isinstance(deliver, list) else ()):
        if isinstance(method, dict) and method.get("method") == "http":
            yield f"deliver[{place}]", method


def _ping(config: Config) -> Config | None:
    bid = config.get("bid")
    ping = bid.get("ping") if isinstance(bid, dict) else None
    return ping if isinstance(ping, dict) else None


SECRET_KEYS = ("secret", "headers")


def taken_secrets(config: Config) -> Config:
    """Take the secrets out of a config and return them by path; headers count, for they carry passwords."""
    return {
        f"{path}.{key}": block.pop(key)
        for path, block in secret_blocks(config)
        for key in SECRET_KEYS
        if key in block
    }


def with_secrets(config: Config, secrets: Config) -> Config:
    """Return the config with its secrets in their places again."""
    if not secrets:
        return config
    whole = {**config}
    if isinstance(config.get("notify"), dict):
        whole["notify"] = {**cast(Config, config["notify"])}
    if (ping := _ping(config)) is not None:
        whole["bid"] = {**cast(Config, config["bid"]), "ping": {**ping}}
    if isinstance(config.get("deliver"), list):
        whole["deliver"] = [{**method} for method in cast(list[Config], config["deliver"])]
    for path, block in secret_blocks(whole):
        block |= {key: secrets[f"{path}.{key}"] for key in SECRET_KEYS if f"{path}.{key}" in secrets}
    return whole


def kept_secrets(config: Config, secrets: Config, former: StoredEntry) -> Config:
    """Return the secrets, with those that only the former entry has for the same address."""
    kept = {**secrets}
    formerly = {_address(path, block): path for path, block in reversed([*secret_blocks(former.config)])}
    for path, block in secret_blocks(config):
        before = formerly.get(_address(path, block))
        for key in SECRET_KEYS:
            if before and f"{before}.{key}" in former.secrets:
                kept.setdefault(f"{path}.{key}", former.secrets[f"{before}.{key}"])
    return kept


def _address(path: str, block: Config) -> str:
    # A source's signing secret stays wherever its notices go; a buyer's password goes to that buyer only.
    return "notify" if path == "notify" else f"{path.partition('[')[0]} {block.get('url')}"
