"""Has everything answered that flows need to know from outside, before anything is decided."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from msgspec.structs import replace

from leadhouse.qualify import queries, services
from leadhouse.qualify.cases import Case, asked_of, known, suppressed_of
from leadhouse.qualify.decide import started, walk
from leadhouse.qualify.duplicates import Ledger
from leadhouse.qualify.types import Check, Need, Verification
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim

# Twice within a lease, so that one that comes late loses nothing.
KEEP_EVERY_SECONDS = 8.0


def answered(cases: Sequence[Case]) -> list[Case]:
    """Return the cases still held, all questions on their way answered.

    A lead that is refused on its way is asked nothing more: services cost money.
    """
    begun = _begun(cases)
    ledger, suppressed = Ledger(queries.accepted_contacts(asked_of(begun))), suppressed_of(begun)
    found = [known(case, ledger, suppressed) for case in begun]
    for _ in Check:
        needs = [(place, need) for place, case in enumerate(found) if (need := _need(case))]
        if not needs:
            break
        questions = [need for _, need in needs]
        answers = _asked(questions, [case.claim for case in found])
        for (place, need), answer in zip(needs, answers, strict=True):
            found[place] = found[place].with_answer(need, answer)
    return found


def _asked(questions: Sequence[Need], claims: Sequence[Claim]) -> list[Verification]:
    """Ask, and keep the leases meanwhile: one as long as the slowest service would outlive a dead worker."""
    with ThreadPoolExecutor(1, "asking") as asker:
        asking = asker.submit(services.ask, questions)
        timeline.extend(claims)
        while not wait([asking], KEEP_EVERY_SECONDS).done:
            timeline.extend(claims)
        return asking.result()


def _begun(cases: Sequence[Case]) -> list[Case]:
    """Show that the leads are being qualified: asking may take seconds."""
    with transaction():
        held = {claim.id for claim in timeline.extend([case.claim for case in cases])}
        begun = [replace(case, is_started=True) for case in cases if case.claim.id in held]
        timeline.append([started(case.lead) for case in begun])
    return begun


def _need(case: Case) -> Need | None:
    return walk(case.subject).need if case.subject else None
