"""Which records are the same person.

In come people as their posts name them (email, phone, last name); out go permanent consumer numbers from
5000001 on, and the unique lead that each lead belongs to. Ours: identity_consumer, identity_contact,
identity_unique_lead.
"""
