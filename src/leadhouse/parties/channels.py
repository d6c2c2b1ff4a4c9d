"""The lead-source tags: 22 channels in six categories, each with what it means and a hint for its user."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ChannelCategory(StrEnum):
    ONLINE = "Online Channels"
    PLATFORM = "Platform-Specific Channels"
    OFFLINE = "Offline Channels"
    PARTNERSHIPS = "Partnerships"
    THIRD_PARTY = "Third-Party Sources"
    OTHER = "Other Sources"

    @property
    def is_automatic(self) -> bool:
        """Return whether leads get the tag by themselves; the others are tagged by hand."""
        return self in (ChannelCategory.ONLINE, ChannelCategory.PLATFORM)


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    category: ChannelCategory
    description: str
    tooltip: str


_ROWS: Mapping[ChannelCategory, tuple[tuple[str, str, str], ...]] = {
    ChannelCategory.ONLINE: (
        ("Web Forms", "Forms on a web site.", "Leads from contact forms, sign-ups and downloads."),
        ("Landing Pages", "Pages made for one campaign.", "Leads from pages made for a marketing campaign."),
        ("Online Ads", "Digital advertising.", "Leads that an online advertisement brought."),
        ("Social Media", "Social platforms.", "Leads from posts and direct messages on social media."),
        ("Email Campaigns", "Answers to mailings.", "Leads who answered a marketing email."),
        ("Webinars", "Sign-ups for online events.", "People who registered for a webinar or virtual event."),
        ("Content Marketing", "Search and blogs.", "Leads drawn by articles and found pages."),
    ),
    ChannelCategory.PLATFORM: (
        ("Get Quote Form", "Requests for a quote.", "Leads that asked for a quote on a product."),
        ("Contact Seller Form", "Questions to one seller.", "People who wrote to a seller directly."),
        ("Platform Leads", "Leads the platform passes on.", "Leads that the platform gave to sellers."),
    ),
    ChannelCategory.OFFLINE: (
        ("Events", "Visitors of an event.", "Leads met at a trade show, conference or fair."),
        ("Networking", "Contacts made in person.", "Leads made at a business gathering."),
        ("Direct Outreach", "Answers to calls and letters.", "Leads from calling and writing to people."),
        ("Referrals", "Recommended by somebody.", "Leads that a customer or partner recommended."),
        ("Print Media", "Answers to print.", "Leads that an advertisement on paper brought."),
        ("Business Cards", "Cards collected.", "Leads from exchanged business cards."),
    ),
    ChannelCategory.PARTNERSHIPS: (
        ("Partners", "Recommended by partners.", "Leads from business partners and affiliates."),
        ("Collaborations", "From joint projects.", "Leads from working together with others in the trade."),
    ),
    ChannelCategory.THIRD_PARTY: (
        ("Lists", "Bought lists.", "Leads bought from another provider."),
        ("Lead Services", "Made by a service.", "Leads from a company whose work is finding them."),
    ),
    ChannelCategory.OTHER: (
        ("Customer Referrals", "From present customers.", "Leads that present customers brought."),
        ("Community Engagement", "From the community.", "Leads from local events and sponsorships."),
    ),
}  # fmt: skip

CHANNELS: Mapping[str, Channel] = {
    name: Channel(name, category, description, tooltip)
    for category, rows in _ROWS.items()
    for name, description, tooltip in rows
}
_SPELT = {name.casefold(): channel for name, channel in CHANNELS.items()}


def channel_named(name: str) -> Channel | None:
    """Return the channel of this name in any case ("web forms"), or None."""
    return _SPELT.get(name.strip().casefold())
