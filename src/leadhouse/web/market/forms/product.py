"""A product: what is asked of a lead, how leads qualify, how they are sold."""

from leadhouse.web.market.parts import Block, Item, Repeat, Section, Widget

_TYPES = ("text", "number", "money", "choice", "multichoice", "boolean", "date", "datetime")
_CHOICES = (Item("choices", "Choices", Widget.LINES, "One a line", is_wide=True),)
_ON_FAILURE = Item(
    "on_failure",
    "A bad value",
    Widget.CHOICE,
    choices=(("", "as the step does by itself"), ("keep", "is marked"), ("refuse", "refuses the lead")),
)
_VERIFY = (
    Item("service", "Service", Widget.CHOICE, choices=(("", "choose"), ("ipqualityscore", "IPQualityScore"))),
    _ON_FAILURE,
    Item("timeout_ms", "Waits at most", Widget.WHOLE, default="5000", unit="ms"),
    Item("expires_days", "Holds for", Widget.WHOLE, default="90", unit="days"),
)
_STEPS = (
    ("required", "Required fields"),
    ("duplicates", "Duplicates"),
    ("suppression", "Suppression list"),
    ("phone", "Phone"),
    ("email", "Email"),
    ("ip", "IP address"),
    ("verify_phone", "Verify the phone"),
    ("verify_email", "Verify the email"),
    ("verify_ip", "Verify the IP address"),
    ("filter", "Filter"),
)
_METHODS = (
    ("best_revenue", "the best revenue"),
    ("round_robin", "taking turns"),
    ("weighted", "weight"),
    ("priority", "priority"),
    ("territory", "territory"),
    ("send_to_all", "sending to all"),
    ("distribution_centre", "a distribution centre"),
)

SECTIONS = (
    Section(
        "about",
        "What it is",
        (
            Item("key", "Key", hint="Letters, digits, - _ . : and it stays for ever"),
            Item("name", "Name", hint="Empty: the key"),
            Item("floor", "Floor price", Widget.MONEY, "No lead is sold for less", "0.00"),
            Item("patience_hours", "Waits for an opening", Widget.DECIMAL, default="72", unit="hours"),
            Item(
                "sale_sizes",
                "Sold to so many",
                Widget.NUMBERS,
                default="1,2,3,4",
                choices=tuple((str(size), str(size)) for size in range(1, 9)),
            ),
        ),
    ),
    Section(
        "fields",
        "Fields",
        (
            Item(
                "required",
                "Required",
                Widget.CHECKS,
                "A lead without one of them is refused.",
                offers="postable",
                is_wide=True,
            ),
            Repeat(
                "fields",
                "The product's own",
                "Field",
                (
                    Item("key", "Key", hint="Small letters, digits and _"),
                    Item("label", "Label", hint="Empty: the key in words"),
                    Item("tooltip", "Explained as"),
                    Item("unit", "Unit"),
                ),
                "Beside those that every lead has.",
                "None: leads have the common fields only.",
                Item(
                    "type",
                    "Type",
                    Widget.CHOICE,
                    default="text",
                    choices=tuple((one, one.capitalize()) for one in _TYPES),
                ),
                {"choice": _CHOICES, "multichoice": _CHOICES},
            ),
        ),
    ),
    Section(
        "duplicates",
        "Duplicates",
        (
            Block(
                "duplicates",
                "",
                (
                    Item("window_days", "Within", Widget.WHOLE, default="30", unit="days"),
                    Item(
                        "match",
                        "The same",
                        Widget.CHOICE,
                        default="any",
                        choices=(("any", "email or phone"), ("all", "email and phone")),
                    ),
                    Item(
                        "scope",
                        "Looked for",
                        Widget.CHOICE,
                        default="market",
                        choices=(("market", "in the whole market"), ("source", "in the same source")),
                    ),
                    Item(
                        "on_duplicate",
                        "A duplicate",
                        Widget.CHOICE,
                        default="refuse",
                        choices=(("refuse", "is refused"), ("group", "follows the first one's company")),
                    ),
                ),
            ),
        ),
    ),
    Section(
        "flow",
        "Flow",
        (
            Repeat(
                "flow",
                "Steps in their order",
                "Step",
                nothing="None: required, duplicates, suppression, phone, email, IP, nothing asked outside.",
                tag=Item("step", "Step", Widget.CHOICE, default="required", choices=_STEPS, is_required=True),
                variants={
                    "phone": (_ON_FAILURE,),
                    "ip": (_ON_FAILURE,),
                    "email": (
                        _ON_FAILURE,
                        Item("mx", "Ask DNS whether the domain takes mail", Widget.FLAG),
                        Item("refuse_disposable", "Refuse throw-away mailboxes", Widget.FLAG),
                    ),
                    "verify_phone": _VERIFY,
                    "verify_email": _VERIFY,
                    "verify_ip": _VERIFY,
                    "filter": (
                        Item("criteria", "Keeps leads where", Widget.RULE, is_wide=True),
                        Item("reason", "Others are refused as", is_wide=True),
                    ),
                },
            ),
        ),
    ),
    Section(
        "selling",
        "Selling",
        (
            Item("distribution", "Leads go by", Widget.CHOICE, default="best_revenue", choices=_METHODS),
            Item(
                "pacing",
                "Budgets",
                Widget.CHOICE,
                default="greedy",
                choices=(
                    ("greedy", "are spent as leads come"),
                    ("paced", "are paced over the month"),
                    ("shadow", "are spent as leads come; pacing is only written down"),
                ),
            ),
            Item("bid_deadline_ms", "Live bids wait at most", Widget.WHOLE, default="1000", unit="ms"),
            Item("carrier_exclusive", "Companies of one carrier never share a lead", Widget.FLAG),
            Item("refill_after_rejection", "A rejected lead is offered to the next", Widget.FLAG),
            Repeat(
                "groups",
                "Groups",
                "Group",
                (
                    Item("key", "Key"),
                    Item(
                        "distribution",
                        "Within it by",
                        Widget.CHOICE,
                        default="round_robin",
                        choices=_METHODS[1:5],
                    ),
                ),
                "Campaigns that stand in the best revenue as one.",
                "None.",
            ),
        ),
    ),
)
