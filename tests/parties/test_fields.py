"""The fields a rule may ask about, their categories, and the lead-source tags."""

import pytest

from leadhouse.parties.channels import CHANNELS, ChannelCategory, channel_named
from leadhouse.parties.fields import CANONICAL, DERIVED, Catalogue, Category, catalogue_of, category_of
from leadhouse.rules import Field, FieldType, parse


def test_the_canonical_fields_are_those_of_the_contract() -> None:
    named = """first_name last_name email phone_1 address_1 city state postal_code country lat lon ip
        user_agent source_url landing_url product marketing_campaign max_contact_requests estimate_low
        estimate_high trustedform_cert_url leadid_token consent_text reference
        sub_id_1 sub_id_2 sub_id_3 sub_id_4 sub_id_5"""
    assert set(CANONICAL) == set(named.split())
    assert not set(CANONICAL) & set(DERIVED)


@pytest.mark.req("R000-18")
def test_every_field_has_its_category_and_every_category_a_field() -> None:
    expected = {
        "received_at": Category.SYSTEM, "email": Category.CONTACT, "postal_code": Category.LOCATION,
        "classification": Category.PROCESSING, "max_contact_requests": Category.USER_PREFERENCE,
        "estimate_low": Category.INDUSTRY_SPECIFIC, "source_url": Category.ATTRIBUTION,
        "phone_active": Category.VERIFICATION, "roof_type": Category.INDUSTRY_SPECIFIC,
    }  # fmt: skip
    assert {key: category_of(key) for key in expected} == expected
    assert set(expected.values()) == set(Category)
    assert all(
        known.field.label and known.field.tooltip for known in (*CANONICAL.values(), *DERIVED.values())
    )


def test_a_catalogue_knows_common_own_and_extra_fields_and_nothing_else() -> None:
    own = Field("roof_type", FieldType.TEXT, "Roof type")
    catalogue = Catalogue({"roof_type": own})
    assert catalogue["roof_type"] is own
    assert catalogue["estimate_low"].type is FieldType.MONEY
    assert catalogue["extra.anything at all"].type is FieldType.TEXT
    assert [name for name in ("extra.", "nothing", "extra") if name in catalogue] == []
    assert list(catalogue)[-1] == "roof_type"
    assert len(catalogue) == len(list(catalogue))


@pytest.mark.req("R003-17", "R003-18", "R003-19", "R003-20", "R003-21", "R003-22", "R003-23")
def test_the_channels_are_22_in_six_categories_each_explained() -> None:
    by_category = {
        category: [one.name for one in CHANNELS.values() if one.category is category]
        for category in ChannelCategory
    }
    assert by_category == {
        ChannelCategory.ONLINE: [
            "Web Forms", "Landing Pages", "Online Ads", "Social Media", "Email Campaigns", "Webinars",
            "Content Marketing",
        ],
        ChannelCategory.PLATFORM: ["Get Quote Form", "Contact Seller Form", "Platform Leads"],
        ChannelCategory.OFFLINE: [
            "Events", "Networking", "Direct Outreach", "Referrals", "Print Media", "Business Cards",
        ],
        ChannelCategory.PARTNERSHIPS: ["Partners", "Collaborations"],
        ChannelCategory.THIRD_PARTY: ["Lists", "Lead Services"],
        ChannelCategory.OTHER: ["Customer Referrals", "Community Engagement"],
    }  # fmt: skip
    assert len(CHANNELS) == 22
    assert all(one.description and one.tooltip for one in CHANNELS.values())
    automatic = {category for category in ChannelCategory if category.is_automatic}
    assert automatic == {ChannelCategory.ONLINE, ChannelCategory.PLATFORM}


def test_a_channel_is_found_in_any_case() -> None:
    assert channel_named(" web FORMS ") is CHANNELS["Web Forms"]
    assert channel_named("Web Form") is None


def test_money_is_in_the_markets_currency_unless_its_field_names_another_unit() -> None:
    own = {
        "deposit": Field("deposit", FieldType.MONEY, "Deposit"),
        "rent": Field("rent", FieldType.MONEY, "Rent", unit="EUR"),
        "age": Field("age", FieldType.NUMBER, "Age"),
    }
    fields = catalogue_of(own, currency="USD")
    assert [fields[key].unit for key in ("deposit", "rent", "age", "estimate_low")] == [
        "USD",
        "EUR",
        "",
        "USD",
    ]
    rule = parse({"field": "estimate_low", "operator": ">=", "value": 9220}, fields)
    assert rule.sentence() == "Estimate from is at least $9,220.00"
