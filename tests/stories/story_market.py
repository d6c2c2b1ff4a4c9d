"""The market of the stories: one roofing source, and companies as each story needs them."""

from typing import Any

Json = dict[str, Any]
SOURCE_KEY, OTHER_SOURCE_KEY = "roofing-source-key", "another-source-key"


def company(key: str, bids: Json, *deliver: Json, **given: Any) -> Json:
    """Return a company with one campaign; `campaign` overrides the campaign's entries."""
    campaign = {
        "key": f"{key}-roofs",
        "product": "roofing",
        "bids": bids,
        "deliver": list(deliver) or [{"method": "portal"}],
        **given.pop("campaign", {}),
    }
    return {
        "key": key,
        "name": key.title(),
        "timezone": "America/Denver",
        "api_key": f"{key}-key",
        "wallet": {"mode": "credit", "limit": "1000.00"},
        "campaigns": [campaign],
        **given,
    }


def market(*companies: Json, source: Json | None = None, product: Json | None = None, **given: Any) -> Json:
    """Return a market with these companies; `source` and `product` override the first one's entries."""
    roofing = {
        "key": "roofing",
        "name": "Roofing",
        "required": ["email", "first_name", "last_name"],
        "fields": [{"key": "roof_type", "type": "choice", "choices": ["shingle", "metal", "tile"]}],
        "floor": "5.00",
        **(product or {}),
    }
    first = {
        "key": "calculator",
        "name": "Roofing Calculator",
        "product": "roofing",
        "api_key": SOURCE_KEY,
        "payout": {"kind": "fixed", "amount": "10.00"},
        "answer": "sold",
        "answer_timeout_ms": 30_000,
        **(source or {}),
    }
    other = {"key": "other", "name": "Other", "product": "roofing", "api_key": OTHER_SOURCE_KEY}
    return {
        "market": {"name": "Stories", "timezone": "America/New_York", "currency": "USD"},
        "products": [roofing],
        "sources": [first, other],
        "companies": list(companies),
        **given,
    }


def http(url: str, **given: Any) -> Json:
    """Return a delivery by HTTP whose buyer says yes with {"status": "accepted"} or {"status": "ok"}."""
    return {"method": "http", "url": url, "timeout_ms": 20_000, **given}
