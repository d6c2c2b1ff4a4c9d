"""What must fit together in how a market file's products distribute: groups, who is in them, pacing."""

from collections.abc import Iterator

from leadhouse.parties.checks import blocks, campaigns, repeated
from leadhouse.parties.faults import Fault
from leadhouse.parties.leaves import nearest, shown


def distribution_faults(tree: object) -> Iterator[Fault]:
    """Yield every fault about distributions and groups."""
    groups: dict[str, set[str]] = {}
    for loc, product in blocks(tree, "products"):
        yield from repeated("group", blocks(product, "groups", loc))
        is_best_revenue = product.get("distribution", "best_revenue") == "best_revenue"
        if product.get("groups") and not is_best_revenue:
            yield Fault((*loc, "groups"), "only a product distributed by best_revenue has groups")
        if product.get("pacing") in ("paced", "shadow") and (product.get("groups") or not is_best_revenue):
            said = "only a product distributed by best_revenue, without groups, is paced: leave it out"
            yield Fault((*loc, "pacing"), said)
        keys = {str(group.get("key")) for _, group in blocks(product, "groups")}
        groups.setdefault(str(product.get("key")), keys)
    for loc, campaign, _ in campaigns(tree):
        group, product_key = campaign.get("group"), str(campaign.get("product"))
        known = groups.get(product_key)
        if isinstance(group, str) and known is not None and group not in known:
            said = f"{shown(group)} is not a group of product {shown(product_key)}"
            yield Fault((*loc, "group"), said + nearest(group, known))
