"""What can be edited of each kind of entry, section by section, in the words of the market file."""

from collections.abc import Mapping

from leadhouse.parties.entries import EntryKind
from leadhouse.web.market.forms import campaign, company, market, product, source
from leadhouse.web.market.parts import Section

FORMS: Mapping[EntryKind | None, tuple[Section, ...]] = {
    EntryKind.CAMPAIGN: campaign.SECTIONS,
    EntryKind.COMPANY: company.SECTIONS,
    EntryKind.PRODUCT: product.SECTIONS,
    EntryKind.SOURCE: source.SECTIONS,
    None: market.SECTIONS,
}
