"""Has everything answered that flows need to know from outside, before anything is decided."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from leadhouse.qualify import queries, services
from leadhouse.qualify.cases import Case, asked_of, known, suppressed_of, walked
from leadhouse.qualify.duplicates import Ledger
from leadhouse.qualify.types import Check, Need, Verification
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim

# Twice within a lease, so that one that comes late loses nothing.
KEEP_EVERY_SECONDS = 8.0


def answered(cases: Sequence[Case]) -> list[Case]:
    """Return the cases, all questions on the way of those still held answered.

    A lead that is refused on its way is asked nothing more: services cost money.
    """
    ledger, suppressed = Ledger(queries.accepted_contacts(asked_of(cases))), suppressed_of(cases)
    found = [walked(known(case, ledger, suppressed)) for case in cases]
    for _ in Check:
        if not any(case.need for case in found):
            break
        # Those that need nothing more as well: they are written down together with the others.
        held = {claim.id for claim in timeline.extend([case.claim for case in found])}
        needs = [
            (place, need) for place, case in enumerate(found) if case.claim.id in held and (need := case.need)
        ]
        answers = _asked([need for _, need in needs], [case.claim for case in found])
        for (place, need), answer in zip(needs, answers, strict=True):
            found[place] = walked(found[place].with_answer(need, answer))
    return found


def _asked(questions: Sequence[Need], claims: Sequence[Claim]) -> list[Verification]:
    """Ask, and keep the leases meanwhile: one as long as the slowest service would outlive a dead worker."""
    with ThreadPoolExecutor(1, "asking") as asker:
        asking = asker.submit(services.ask, questions)
        while not wait([asking], KEEP_EVERY_SECONDS).done:
            timeline.extend(claims)
        return asking.result()
