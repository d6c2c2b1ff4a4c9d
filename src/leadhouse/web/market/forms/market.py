"""The market's own block: its name, zone, currency and thresholds."""

from leadhouse.web.market.parts import Block, Item, Section, Widget

SECTIONS = (
    Section(
        "market",
        "The market",
        (
            Item("name", "Name", default="Market"),
            Item(
                "timezone",
                "Time zone",
                hint="Like America/New_York",
                default="America/New_York",
                offers="zones",
            ),
            Item("currency", "Currency", hint="Three letters, like USD", default="USD"),
            Block(
                "thresholds",
                "Thresholds",
                (
                    Item("max_rejection_rate", "Rejection rate at most", Widget.DECIMAL, "0 to 1"),
                    Item("min_acceptance_rate", "Acceptance rate at least", Widget.DECIMAL, "0 to 1"),
                    Item("from_decisions", "From so many decisions on", Widget.WHOLE, default="0"),
                ),
                "A campaign beyond them gets no leads.",
            ),
        ),
    ),
)
