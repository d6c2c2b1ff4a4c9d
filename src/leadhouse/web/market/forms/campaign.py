"""A campaign: what it pays for which leads, how many it takes, when, and how it gets them."""

from leadhouse.web.console.words import CLASSIFICATIONS
from leadhouse.web.market.parts import Block, Item, Repeat, Section, Widget

_FORMATS = (("json", "JSON"), ("form", "Form fields"), ("xml", "XML"))
_ONLY_US = "States, counties and ZIPs add up; countries and the circle narrow them. Nothing means everywhere."
_MAP_HINT = "One line a field, like zip: {{ lead.postal_code }}. Empty: the whole lead under our own names."
_HEADERS_HINT = (
    "One line a header. Those that are kept are not shown; what is written here takes their place."
)
_SIGNING_HINT = "Signs every post (Standard Webhooks). A kept one is not shown; empty keeps it."


def area(key: str, label: str) -> Block:
    """Return the parts of an area."""
    return Block(
        key,
        label,
        (
            Item("states", "States", Widget.LIST, "Two letters each, like WY, CO"),
            Item("counties", "Counties", Widget.LINES, "One a line, like Carbon, WY"),
            Item("zips", "ZIPs", Widget.LIST, "Whole ones or beginnings: 82301, 823*", is_wide=True),
            Block(
                "radius",
                "Circle",
                (
                    Item("miles", "Within", Widget.DECIMAL, unit="miles"),
                    Item("location", "Around", Widget.CHOICE, choices=(("", "a point"),), offers="locations"),
                    Item("lat", "Latitude", Widget.DECIMAL),
                    Item("lon", "Longitude", Widget.DECIMAL),
                ),
            ),
            Item("countries", "Countries", Widget.LIST, "Two letters each, like US"),
        ),
        _ONLY_US,
    )


def _cap(key: str, label: str) -> Block:
    return Block(
        key,
        label,
        (Item("count", "Leads", Widget.WHOLE), Item("money", "Money", Widget.MONEY)),
    )


_HTTP = (
    Item("url", "Address", hint="https://…", is_wide=True),
    Item("format", "Format", Widget.CHOICE, default="json", choices=_FORMATS),
    Item("timeout_ms", "Waits at most", Widget.WHOLE, default="10000", unit="ms"),
    Item("map", "Fields", Widget.PAIRS, _MAP_HINT, is_wide=True),
    Block(
        "accept",
        "What counts as accepted",
        (
            Item("path", "Where it says so", hint="Like status, or result.code"),
            Item("equals", "What it must say", hint="Like ok"),
            Item("reference", "Its number", hint="Where the buyer's own id stands"),
            Item("reason", "Its reason", hint="Where a refusal is explained"),
        ),
        "Empty: any answer of 200 to 299.",
        is_folded=True,
    ),
    Item("headers", "Headers", Widget.PAIRS, _HEADERS_HINT, is_wide=True),
    Item("secret", "Signing secret", Widget.SECRET, _SIGNING_HINT),
)
_EMAIL = (
    Item("to", "To", Widget.LIST, "Up to 50 addresses", is_wide=True),
    Item("subject", "Subject", hint="Empty: New lead, its product and ZIP", is_wide=True),
    Item("body", "Text", Widget.LONG, "Empty: every field under its heading", is_wide=True),
)
_PING = (
    Item("url", "Address", hint="https://…", is_wide=True),
    Item("format", "Format", Widget.CHOICE, default="json", choices=_FORMATS),
    Item("timeout_ms", "Waits at most", Widget.WHOLE, default="500", unit="ms"),
    Item("max", "Believes at most", Widget.MONEY, default="1000.00"),
    Item("map", "Fields", Widget.PAIRS, _MAP_HINT, is_wide=True),
    Item("prices", "Where prices stand", Widget.PAIRS, "One line a size, like duo: bids.two", is_wide=True),
    Item("reference", "Where the bid's number stands", default="id"),
    Item("currency", "Where the currency stands", default="currency"),
    Item("headers", "Headers", Widget.PAIRS, _HEADERS_HINT, is_wide=True),
    Item("secret", "Signing secret", Widget.SECRET, _SIGNING_HINT),
)

SECTIONS = (
    Section(
        "about",
        "What it is",
        (
            Item("key", "Key", hint="Letters, digits, - _ . : and it stays for ever"),
            Item("name", "Name", hint="Empty: the key"),
            Item("product", "Product", Widget.CHOICE, offers="products"),
            Item(
                "status",
                "Status",
                Widget.CHOICE,
                default="active",
                choices=(("active", "Active"), ("paused", "Paused")),
            ),
            Item("group", "Group", Widget.CHOICE, choices=(("", "none"),), offers="groups"),
            Item("weight", "Weight", Widget.WHOLE, "Its share where leads go by weight", "1"),
            Item("priority", "Priority", Widget.WHOLE, "Higher first where leads go by priority", "0"),
            Item("rejection_window_hours", "Rejection window", Widget.DECIMAL, default="48", unit="hours"),
        ),
    ),
    Section(
        "bids",
        "Bids",
        (
            Item("bids", "By how many companies share the lead", Widget.BIDS, is_wide=True),
            Repeat(
                "bid_rules",
                "Other bids for some leads",
                "Bid rule",
                (
                    Item("bids", "Bids", Widget.BIDS, is_wide=True),
                    area("where", "For leads in"),
                    Item("sources", "For leads from", Widget.CHECKS, offers="sources", is_wide=True),
                    Item("criteria", "For leads where", Widget.RULE, is_wide=True),
                ),
                "The most specific rule that fits gives the bid.",
                "None: the bids above hold for every lead.",
            ),
            Block(
                "bid",
                "Live bids",
                (Block("ping", "Ask the buyer", _PING),),
                "Instead of the bids above, the buyer is asked for each lead.",
                is_folded=True,
            ),
        ),
    ),
    Section("where", "Where", (area("where", "Area"),)),
    Section(
        "which",
        "Which leads",
        (
            Block(
                "sources",
                "Sources",
                (
                    Item("only", "Only from", Widget.CHECKS, "None ticked: from all", offers="sources"),
                    Item("never", "Never from", Widget.CHECKS, offers="sources"),
                ),
            ),
            Item("criteria", "Only leads where", Widget.RULE, is_wide=True),
            Item(
                "classifications",
                "Accepted classes",
                Widget.NUMBERS,
                "None ticked: all",
                choices=tuple((str(at), f"{at} · {said}") for at, said in enumerate(CLASSIFICATIONS)),
                is_wide=True,
            ),
        ),
    ),
    Section(
        "caps",
        "Caps",
        (Block("caps", "", (_cap("day", "A day"), _cap("week", "A week"), _cap("month", "A month"))),),
        "Days begin at midnight in the company's zone, weeks on Monday. Empty means no limit.",
    ),
    Section("schedule", "Schedule", (Item("schedule", "Takes leads", Widget.WEEK, is_wide=True),)),
    Section(
        "deliver",
        "Delivery",
        (
            Repeat(
                "deliver",
                "Methods",
                "Method",
                hint="The first one decides whether the lead is sold; the others are told besides.",
                nothing="None: leads wait in the portal.",
                tag=Item(
                    "method",
                    "Method",
                    Widget.CHOICE,
                    default="http",
                    choices=(("http", "HTTP post"), ("email", "Email"), ("portal", "Portal")),
                    is_required=True,
                ),
                variants={"http": _HTTP, "email": _EMAIL, "portal": ()},
            ),
        ),
    ),
)
