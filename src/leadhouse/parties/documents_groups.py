"""The groups of a product: campaigns that stand in its distribution as one."""

from typing import Literal

from leadhouse.parties.document import Document
from leadhouse.parties.leaves import Key


class GroupDocument(Document):
    key: Key
    distribution: Literal["round_robin", "weighted", "priority", "territory"] = "round_robin"
