"""Which class a lead is in, by what its flow found out."""

from collections.abc import Mapping

from leadhouse.qualify.types import Classification


def classify(appended: Mapping[str, object], *, has_phone: bool) -> Classification:
    """Return the class; `has_phone` is whether a phone was given that can exist.

    A line known to be dead counts as no phone. A live line that the service calls risky stays unverified.
    """
    if has_phone and appended.get("phone_verified"):
        return Classification.VERIFIED_PHONE_VIA_LEAD_PROCESSING
    if has_phone and appended.get("phone_active") is not False:
        return Classification.UNVERIFIED_PHONE
    if appended.get("email_deliverable"):
        return Classification.VERIFIED_EMAIL_ONLY
    return Classification.EMAIL_ONLY


def expected(*, has_phone: bool, has_email: bool) -> Classification | None:
    """Return the class of a lead that is still to come, None when it is not known how it can be reached."""
    if has_phone:
        return Classification.UNVERIFIED_PHONE
    return Classification.EMAIL_ONLY if has_email else None
