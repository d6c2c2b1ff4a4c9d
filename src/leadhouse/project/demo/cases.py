"""What is posted: ordinary leads from every source in turn, and between them those the house must notice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from leadhouse.project.demo.market import Seller
from leadhouse.project.demo.people import Submission, ordinary

# Near Albany, NY, the demo market's best bid for a roof comes from a buyer that always says no.
_NEAR_THE_REFUSER = "12207"
# Nobody refuses in Rawlins, WY: what is peculiar there is the lead.
_FAR_FROM_IT = "82301"


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission and who posts it; `about` says what is peculiar about it, if anything."""

    seller: Seller
    submission: Submission
    about: str = ""


Case = Callable[[Random, Seller, Asked], Asked]


def asked(sellers: Sequence[Seller], seed: int, count: int) -> list[Asked]:
    """Return `count` submissions, the sources in turn; the peculiar ones stand evenly between the others."""
    random = Random(seed)  # noqa: S311 - invented people, no secrets
    wanted = [_ordinary(random, sellers[number % len(sellers)]) for number in range(count)]
    # The first stays as it is: one of the cases repeats it.
    others = count - 1
    for number, case in enumerate(CASES):
        place = 1 + (number * others + others // 2) // len(CASES)
        if place < count:
            wanted[place] = case(random, sellers[0], wanted[0])
    return wanted


def _ordinary(random: Random, seller: Seller) -> Asked:
    return Asked(seller, ordinary(random, seller.product, seller.fields))


def _same_person(random: Random, seller: Seller, first: Asked) -> Asked:
    return Asked(first.seller, {**first.submission, "reference": "again"}, "the first person again")


def _no_email(random: Random, seller: Seller, first: Asked) -> Asked:
    submission = ordinary(random, seller.product, seller.fields)
    del submission["email"]
    return Asked(seller, submission, "no email, but required")


def _no_phone(random: Random, seller: Seller, first: Asked) -> Asked:
    submission = ordinary(random, seller.product, seller.fields, _FAR_FROM_IT)
    return Asked(seller, {**submission, "phone_1": "555"}, "a phone that is none")


def _one_company(random: Random, seller: Seller, first: Asked) -> Asked:
    submission = ordinary(random, seller.product, seller.fields, _FAR_FROM_IT)
    return Asked(seller, {**submission, "max_contact_requests": 1}, "wants one company only")


def _best_buyer_refuses(random: Random, seller: Seller, first: Asked) -> Asked:
    submission = ordinary(random, seller.product, seller.fields, _NEAR_THE_REFUSER)
    return Asked(seller, {**submission, "max_contact_requests": 1}, "its best buyer says no")


CASES: tuple[Case, ...] = (_same_person, _no_email, _no_phone, _one_company, _best_buyer_refuses)
