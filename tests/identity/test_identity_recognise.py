"""A person keeps one permanent number, however often and from wherever they come."""

import threading
from collections.abc import Sequence

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.identity import decide
from leadhouse.identity.queries import recognise
from leadhouse.identity.types import Contact, ContactKind, KnownContact, Person
from leadhouse.store.run import patiently, rows, transaction

JOE = Person("joe@example.com", "+13023215560", "miller")


def consumers() -> list[int]:
    return rows("SELECT id FROM identity_consumer ORDER BY id", {}, int)


@pytest.mark.req("R000-03", "R000-02")
@pytest.mark.django_db
def test_numbers_begin_at_5000001_and_stay() -> None:
    (number,) = recognise([JOE])
    assert number >= 5_000_001
    assert recognise([JOE]) == [number]
    assert consumers() == [number]


@pytest.mark.django_db
def test_a_known_email_decides_whatever_the_phone_and_name() -> None:
    (joe,) = recognise([JOE])
    assert recognise([Person("joe@example.com", "+12125550123", "smith")]) == [joe]
    # …and the new phone now leads to Joe, too.
    assert recognise([Person("", "+12125550123", "smith")]) == [joe]


@pytest.mark.django_db
def test_a_known_phone_needs_the_same_last_name_or_none() -> None:
    (joe,) = recognise([JOE])
    same, nameless, other = recognise(
        [
            Person("j.miller@example.com", JOE.phone, "miller"),
            Person("", JOE.phone, ""),
            Person("ann@example.com", JOE.phone, "smith"),
        ]
    )
    assert (same, nameless) == (joe, joe)
    assert other != joe


@pytest.mark.django_db
def test_people_without_contacts_are_never_the_same() -> None:
    first, second = recognise([Person(name_key="miller"), Person(name_key="miller")])
    assert first != second
    assert rows("SELECT count(*) FROM identity_contact", {}, int) == [0]


@pytest.mark.django_db
def test_a_batch_sees_its_own_people() -> None:
    assert (
        len(set(recognise([JOE, Person(email=JOE.email), Person(phone=JOE.phone, name_key="miller")]))) == 1
    )


def committed(people: Sequence[Person]) -> list[int]:
    with transaction():
        return recognise(people)


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_meeting_the_same_new_people_give_each_one_number() -> None:
    people = [Person(f"p{n}@example.com", f"+1302321{n:04}", "miller") for n in range(40)]
    found: list[list[int]] = []
    barrier = threading.Barrier(16)

    def meet(seed: int) -> None:
        ours = people[seed:] + people[:seed]
        barrier.wait()
        try:
            numbers = dict(zip(ours, patiently(lambda: committed(ours)), strict=True))
            found.append([numbers[person] for person in people])
        finally:
            connection.close()

    threads = [threading.Thread(target=meet, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert all(numbers == found[0] for numbers in found)
    assert consumers() == sorted(found[0])


emails = st.sampled_from(["", "a@x.test", "b@x.test", "c@x.test"])
phones = st.sampled_from(["", "+13023215560", "+13023215561"])
names = st.sampled_from(["", "miller", "smith"])
crowds = st.lists(st.builds(Person, emails, phones, names), max_size=8)


@given(crowds, crowds)
def test_one_batch_recognises_as_two_batches_do(first: list[Person], second: list[Person]) -> None:
    whole = decide.recognise([*first, *second], [])
    before = decide.recognise(first, [])
    known = [KnownContact(contact, -consumer) for contact, consumer in before.fresh.items()]
    after = decide.recognise(second, known)
    # The second batch names its new consumers from -1 on again; those known from the first are positive.
    joined = [*before.consumers, *(-one if one > 0 else one - before.made for one in after.consumers)]
    assert joined == whole.consumers


@given(crowds)
def test_an_email_never_leads_to_two_consumers(crowd: list[Person]) -> None:
    found = decide.recognise(crowd, [])
    by_email: dict[str, set[int]] = {}
    for person, consumer in zip(crowd, found.consumers, strict=True):
        if person.email:
            by_email.setdefault(person.email, set()).add(consumer)
    assert all(len(numbers) == 1 for numbers in by_email.values())
    assert all(
        found.fresh[Contact(ContactKind.EMAIL, email)] in numbers for email, numbers in by_email.items()
    )
