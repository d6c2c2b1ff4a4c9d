"""A source: what it brings, what it is paid, how it is answered, how much it may send."""

from leadhouse.parties.channels import CHANNELS
from leadhouse.web.market.parts import Block, Item, Section, Widget

SECTIONS = (
    Section(
        "about",
        "What it is",
        (
            Item("key", "Key", hint="Letters, digits, - _ . : and it stays for ever"),
            Item("name", "Name", hint="Empty: the key"),
            Item(
                "product", "Product", Widget.CHOICE, choices=(("", "several, see beside"),), offers="products"
            ),
            Item("products", "Products", Widget.CHECKS, "When the post names its product", offers="products"),
            Item(
                "channel",
                "Channel",
                Widget.CHOICE,
                default="Web Forms",
                choices=tuple((name, f"{one.category} · {name}") for name, one in CHANNELS.items()),
            ),
            Item(
                "test",
                "Test source",
                Widget.FLAG,
                "Its leads go the whole way, are sold to nobody and charged to nobody. A new source begins "
                "so: have it post, look at what comes, then untick this, or press Go live on its page.",
            ),
        ),
    ),
    Section("criteria", "Acceptance", (Item("criteria", "Takes leads where", Widget.RULE, is_wide=True),)),
    Section(
        "payout",
        "Payout",
        (
            Block(
                "payout",
                "",
                tag=Item(
                    "kind",
                    "Pays",
                    Widget.CHOICE,
                    choices=(
                        ("", "nothing"),
                        ("fixed", "a fixed amount a lead"),
                        ("share", "a share of the sale"),
                    ),
                ),
                variants={
                    "fixed": (Item("amount", "Amount", Widget.MONEY),),
                    "share": (Item("percent", "Share", Widget.DECIMAL, unit="%"),),
                },
            ),
        ),
    ),
    Section(
        "answer",
        "Answer",
        (
            Item(
                "answer",
                "Waits until the lead is",
                Widget.CHOICE,
                default="qualified",
                choices=(("received", "received"), ("qualified", "qualified"), ("sold", "sold")),
            ),
            Item("answer_timeout_ms", "But at most", Widget.WHOLE, default="2000", unit="ms"),
            Block(
                "notify",
                "Tell it what became of its leads",
                (
                    Item("url", "Address", hint="https://… Empty: it is not told", is_wide=True),
                    Item(
                        "secret",
                        "Signing secret",
                        Widget.SECRET,
                        "Empty keeps the present one, or makes one.",
                    ),
                ),
                is_folded=True,
            ),
        ),
    ),
    Section(
        "caps",
        "How much it may send",
        (
            Block(
                "caps",
                "Leads it may bring",
                tuple(
                    Block(key, label, (Item("count", "Leads", Widget.WHOLE),))
                    for key, label in (("day", "A day"), ("week", "A week"), ("month", "A month"))
                ),
                "Days of the market's zone. Empty means no limit.",
            ),
            Block("rate", "Posts", (Item("per_minute", "A minute", Widget.WHOLE),)),
        ),
    ),
)
