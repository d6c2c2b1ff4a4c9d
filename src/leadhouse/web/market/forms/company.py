"""A company: who it is, when it works, what it may spend."""

from leadhouse.web.market.parts import Block, Item, Repeat, Section, Widget

SECTIONS = (
    Section(
        "about",
        "Who it is",
        (
            Item("key", "Key", hint="Letters, digits, - _ . : and it stays for ever"),
            Item("name", "Name", hint="Empty: the key"),
            Item("timezone", "Time zone", hint="Like America/Denver. Empty: the market's", offers="zones"),
            Item(
                "plan",
                "Plan",
                Widget.CHOICE,
                default="basic",
                choices=(("basic", "Basic"), ("premium", "Premium")),
            ),
            Item("conflict_group", "Conflict group", hint="Companies of one group never share a lead"),
            Item("carriers", "Insurance carriers", Widget.LINES, "One a line"),
            Item("services", "Services", Widget.LINES, "One a line"),
            Item(
                "buyer_may", "Its owners may change", Widget.LINES, "bids, caps, schedule, status; one a line"
            ),
        ),
    ),
    Section("hours", "Hours", (Item("hours", "Open", Widget.WEEK, is_wide=True),)),
    Section(
        "wallet",
        "Wallet",
        (
            Block(
                "wallet",
                "",
                tag=Item(
                    "mode",
                    "How it pays",
                    Widget.CHOICE,
                    choices=(("", "Prepaid, nothing yet"), ("credit", "On credit"), ("prepaid", "Prepaid")),
                ),
                variants={
                    "credit": (Item("limit", "Credit limit", Widget.MONEY),),
                    "prepaid": (
                        Item(
                            "balance",
                            "Opening deposit",
                            Widget.MONEY,
                            "Booked once in the company's life",
                            "0.00",
                        ),
                    ),
                },
            ),
        ),
    ),
    Section(
        "locations",
        "Locations",
        (
            Repeat(
                "locations",
                "Where it is",
                "Location",
                (
                    Item("name", "Name"),
                    Item("postal_code", "ZIP"),
                    Item("lat", "Latitude", Widget.DECIMAL),
                    Item("lon", "Longitude", Widget.DECIMAL),
                ),
                "A campaign's circle may lie around one of them.",
                "None yet.",
            ),
        ),
    ),
)
