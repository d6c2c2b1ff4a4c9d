"""A market file read whole: its documents, or every fault in it at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from leadhouse.kit.money import exponent
from leadhouse.parties.checks import block, fit_faults
from leadhouse.parties.checks_distribution import distribution_faults
from leadhouse.parties.checks_rules import rule_faults
from leadhouse.parties.documents import STEP_TAGS, MarketFileDocument
from leadhouse.parties.faults import Fault, MarketFaults, in_file_order
from leadhouse.parties.leaves import Surroundings
from leadhouse.parties.shape import shape_faults
from leadhouse.parties.text_tree import READERS, Read

LARGEST_FILE = 64 * 1024 * 1024
STEPS = frozenset(STEP_TAGS)


@dataclass(frozen=True, slots=True)
class Built:
    """The flow steps that this version can carry out; naming another is a fault."""

    steps: frozenset[str] = STEPS


def read_market_file(path: Path, built: Built | None = None) -> MarketFileDocument:
    """Return the documents of a .yaml, .yml or .json file; raise MarketFaults with every fault."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise MarketFaults([Fault((), f"{path.name} must end in .yaml, .yml or .json")])
    return documents_of(reader(_text_of(path)), built)


def read_market_text(text: str, built: Built | None = None, *, suffix: str = ".yaml") -> MarketFileDocument:
    """Return the documents of a market written in a text; raise MarketFaults with every fault."""
    return documents_of(READERS[suffix](text), built)


def documents_of(read: Read, built: Built | None = None) -> MarketFileDocument:
    """Return the documents of a tree; raise MarketFaults with every fault, in the order of the file."""
    if not isinstance(read.tree, Mapping):
        said = "must hold a mapping with market, products, sources and companies"
        raise MarketFaults([*read.faults, Fault((), said)])
    surroundings = surroundings_of(read.tree, built or Built())
    documents, shape = shape_faults(read.tree, surroundings)
    fitting = [*fit_faults(read.tree), *distribution_faults(read.tree), *rule_faults(read.tree)]
    faults = [*read.faults, *shape, *fitting]
    if faults or documents is None:
        raise MarketFaults(in_file_order(faults, read.tree))
    return documents


def surroundings_of(tree: object, built: Built) -> Surroundings:
    """Return what the single values' checks need; dollars where the currency cannot be read."""
    currency = block(tree, "market").get("currency", "USD")
    try:
        exponent(str(currency))
    except ValueError:
        currency = "USD"
    return Surroundings(str(currency), built.steps)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise MarketFaults([Fault((), f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MiB")])
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MarketFaults([Fault((), f"{path} cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise MarketFaults([Fault((), f"{path} is not UTF-8 at byte {error.start}")]) from None
