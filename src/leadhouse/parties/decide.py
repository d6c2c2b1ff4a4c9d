"""When a campaign may be sold to, and what its bids come to: small thoughts that several stages share."""

from leadhouse.kit.hours import WeekHours
from leadhouse.parties.types import Campaign, Company


def contact_window(company: Company, campaign: Campaign) -> tuple[WeekHours, ...]:
    """Return the hours that must all be open, in the company's zone; none means always open."""
    return tuple(hours for hours in (company.hours, campaign.schedule) if hours is not None)
