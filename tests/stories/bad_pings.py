"""Pings that nobody means well with, and posts that claim what they were never promised."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.running_house import person
from tests.stories import garbage
from tests.stories.raw_http import Reply
from tests.stories.rough_door import JSON, LEADS, PING, Door, told_in, tried


def is_answered(reply: Reply) -> bool:
    """Return whether a ping was answered, and as promised."""
    if reply.status != 200:
        return False
    told = told_in(reply.body)
    bid, none = {"outcome", "price", "ping_id", "expires_at"}, {"outcome", "code", "reason", "cause", "price"}
    assert set(told) == (bid if told["outcome"] == "success" else none), reply
    return True


def pings(door: Door) -> None:
    """Whatever is pinged is answered; nothing of it is kept."""
    kinds = st.sampled_from(garbage.CONTENT_TYPES).map(lambda kind: kind.encode("latin-1"))
    accepts = st.sampled_from(garbage.ACCEPTS).map(lambda one: one.encode("latin-1"))

    @tried
    @given(garbage.taken_leads)
    def ping_nonsense(lead: dict[str, object]) -> None:
        assert is_answered(door.post(PING, garbage.as_json(lead), JSON))

    @tried
    @given(
        st.tuples(st.just(b"application/json"), garbage.json_bodies | garbage.doubled)
        | st.tuples(st.just(b"application/xml"), garbage.mutated(garbage.xml_bodies))
        | st.tuples(st.just(b"application/x-www-form-urlencoded"), garbage.form_bodies)
        | st.tuples(kinds, garbage.bodies),
        accepts,
    )
    def ping_anything(posted: tuple[bytes, bytes], accept: bytes) -> None:
        door.post(PING, posted[1], [(b"Content-Type", posted[0])])
        door.post(PING, posted[1], [(b"Content-Type", posted[0]), (b"Accept", accept)])

    ping_nonsense()
    ping_anything()


def posts_of_pinged_leads(door: Door) -> None:
    """Whatever a post claims, it is taken or refused with a reason, and nothing is promised twice."""

    @tried
    @given(garbage.taken_leads, garbage.values, st.booleans())
    def post(lead: dict[str, object], claim: object, is_own: bool) -> None:
        reply = door.post(PING, garbage.as_json(lead), JSON)
        told = json.loads(reply.body)
        wanted = {**lead, "ping_id": told["ping_id"] if is_own and "ping_id" in told else claim}
        # Distinct bytes, or the answer would only be repeated.
        answers = [
            door.post(LEADS, garbage.as_json({**wanted, "reference_": number}), JSON) for number in range(2)
        ]
        if answers[0].status == 400:  # a lone surrogate in the claim, which is no JSON
            return
        assert [one.status for one in answers] == [201, 201]
        outcomes = [json.loads(one.body) for one in answers]
        assert {one["outcome"] for one in outcomes} <= {"success", "failure"}
        if wanted["ping_id"] == told.get("ping_id"):
            assert [one.get("code") for one in outcomes][1] == "ping_used", outcomes

    post()
    assert door.post(LEADS, garbage.as_json(person(5, ping_id="x" * 200_000)), JSON).status == 201
