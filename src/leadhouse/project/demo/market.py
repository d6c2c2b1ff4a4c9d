"""Reads from a market file what the demo needs: who may post, what products ask, how companies are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import yaml

from leadhouse.project.demo.people import FieldDocument

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seller:
    """A source of the demo with one of its products and that product's own fields."""

    name: str
    api_key: str
    product: str
    fields: tuple[FieldDocument, ...]


@dataclass(frozen=True, slots=True)
class DemoMarket:
    """What the demo knows of its market; `companies` holds each company's name by its key."""

    currency: str
    sellers: tuple[Seller, ...]
    companies: Mapping[str, str]
    campaigns: int


def read_demo_market(text: str) -> DemoMarket:
    """Read a market file's text; test sources are left out."""
    document = yaml.safe_load(text)
    fields = {str(one["key"]): tuple(one.get("fields", ())) for one in document["products"]}
    sellers = tuple(
        Seller(str(source["name"]), str(source["api_key"]), product, fields[product])
        for source in document["sources"]
        if not source.get("test")
        for product in _products(source)
    )
    companies = {str(company["key"]): str(company["name"]) for company in document["companies"]}
    campaigns = sum(len(company["campaigns"]) for company in document["companies"])
    return DemoMarket(str(document["market"]["currency"]), sellers, companies, campaigns)


def _products(source: Document) -> Sequence[str]:
    if "product" in source:
        return (str(source["product"]),)
    return tuple(str(key) for key in cast(Sequence[object], source["products"]))
