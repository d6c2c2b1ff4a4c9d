"""Reads from a market file what the demo needs: who may post, and what each product asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import cast

import yaml

from leadhouse.project.demo.people import Asked, FieldDocument, Submission, ordinary

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seller:
    """A source of the demo with one of its products and that product's own fields."""

    key: str
    name: str
    api_key: str
    product: str
    fields: tuple[FieldDocument, ...]


def sellers(text: str) -> list[Seller]:
    """Return every pair of source and product in a market file's text, test sources left out."""
    document = yaml.safe_load(text)
    fields = {str(one["key"]): tuple(one.get("fields", ())) for one in document["products"]}
    return [
        Seller(str(source["key"]), str(source["name"]), str(source["api_key"]), product, fields[product])
        for source in document["sources"]
        if not source.get("test")
        for product in _products(source)
    ]


def _products(source: Document) -> Sequence[str]:
    if "product" in source:
        return (str(source["product"]),)
    return tuple(str(key) for key in cast(Sequence[object], source["products"]))


def asked(sellers: Sequence[Seller], seed: int, count: int) -> Iterator[Asked]:
    """Yield `count` submissions, the sources in turn; every tenth has something the house must notice."""
    random = Random(seed)  # noqa: S311 - invented people, no secrets
    last: Asked | None = None
    for number in range(count):
        seller = sellers[number % len(sellers)]
        submission = ordinary(random, seller.product, seller.fields)
        if number % 10 == 9:
            last = _peculiar(seller, submission, last, number // 10 % 4)
        else:
            last = Asked(seller.key, seller.api_key, submission, "")
        yield last


def _peculiar(seller: Seller, submission: Submission, last: Asked | None, kind: int) -> Asked:
    if kind == 0 and last:
        return Asked(
            last.source, last.api_key, {**last.submission, "reference": "again"}, "same person again"
        )
    if kind == 1:
        submission.pop("email")
        return Asked(seller.key, seller.api_key, submission, "no email")
    if kind == 2:
        return Asked(seller.key, seller.api_key, {**submission, "phone_1": "555"}, "not a phone")
    return Asked(seller.key, seller.api_key, {**submission, "max_contact_requests": 1}, "wants one company")
