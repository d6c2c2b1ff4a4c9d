"""Asks the services outside what the flows need to know; call it outside any transaction."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from django.conf import settings
from msgspec import structs

from leadhouse.outbound import post_office
from leadhouse.qualify.checks import ipqualityscore
from leadhouse.qualify.types import Check, Need, Verdict, Verification

# So many questions go out together; the next ones follow when all of them are answered.
WAVE = ipqualityscore.AT_ONCE
TRIES = 2
# A service that answered nobody of a wave is left alone for so long: the leads go on unverified meanwhile.
REST_SECONDS = 30.0

TakesMail = Callable[[Sequence[str]], Sequence[bool | None]]
_NOT_SET = Verification(Verdict.UNAVAILABLE, detail="no key is set: LEADHOUSE_IPQUALITYSCORE_KEY")
_RESTING = Verification(Verdict.UNAVAILABLE, detail="did not answer a moment ago")


@dataclass(slots=True)
class Circuit:
    """Remembers until when a service that does not answer is left alone."""

    now: Callable[[], float] = time.monotonic
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def is_open(self) -> bool:
        """Return whether the service is to be left alone."""
        return self.now() < self._until

    def note(self, verdicts: Sequence[Verdict]) -> None:
        """Learn from a wave of answers; it takes several to call a service dead."""
        with self._lock:
            if len(verdicts) > 1 and all(verdict is Verdict.UNAVAILABLE for verdict in verdicts):
                self._until = self.now() + REST_SECONDS


_circuit = Circuit()


def service() -> ipqualityscore.Service | None:
    """Return where IPQualityScore is: the sandbox's, or the real one if a key is set."""
    environment = settings.LEADHOUSE
    if environment.sandbox:
        return ipqualityscore.Service(f"http://127.0.0.1:{environment.sandbox_port}", "sandbox")
    key = environment.ipqualityscore_key
    return ipqualityscore.Service(ipqualityscore.URL, key) if key else None


def ask(needs: Sequence[Need], takes_mail: TakesMail = post_office.domains_taking_mail) -> list[Verification]:
    """Return the answers in order; a service that does not answer gives `unavailable`, never an error."""
    hosts = [need for need in needs if need.check is Check.MAIL_HOSTS]
    others = [need for need in needs if need.check is not Check.MAIL_HOSTS]
    answers = dict(zip(map(id, hosts), _mail_hosts(hosts, takes_mail), strict=True))
    answers |= dict(zip(map(id, others), _ask_service(others), strict=True))
    return [answers[id(need)] for need in needs]


def _mail_hosts(needs: Sequence[Need], takes_mail: TakesMail) -> list[Verification]:
    started = time.perf_counter()
    domains = list(dict.fromkeys(need.value for need in needs))
    found = dict(zip(domains, takes_mail(domains), strict=True)) if domains else {}
    ms = round((time.perf_counter() - started) * 1000)
    return [structs.replace(_MAIL_HOSTS[found[need.value]], ms=ms) for need in needs]


_MAIL_HOSTS = {
    True: Verification(Verdict.UNKNOWN),
    False: Verification(Verdict.FAILED, {"email_deliverable": False}, "The domain takes no mail"),
    None: Verification(Verdict.UNAVAILABLE, detail="DNS did not answer"),
}


def _ask_service(needs: Sequence[Need]) -> list[Verification]:
    place = service()
    if place is None:
        return [_NOT_SET] * len(needs)
    answers: list[Verification] = []
    for wave in _waves(needs):
        if _circuit.is_open():
            answers += [_RESTING] * len(wave)
            continue
        found = _answers(wave, place)
        _circuit.note([one.verdict for one in found])
        answers += found
    return answers


def _waves(needs: Sequence[Need]) -> list[list[Need]]:
    rest = iter(needs)
    return [list(islice(rest, WAVE)) for _ in range(-(-len(needs) // WAVE))]


def _answers(wave: Sequence[Need], place: ipqualityscore.Service) -> list[Verification]:
    """Ask a wave side by side, once more whoever got no proper answer."""
    answers: dict[int, Verification] = {}
    left = list(range(len(wave)))
    for _ in range(TRIES):
        requests = [ipqualityscore.build(wave[number], place) for number in left]
        asked = dict(zip(left, post_office.ask(requests), strict=True))
        for number, (reply, ms) in asked.items():
            answers[number] = structs.replace(ipqualityscore.read(wave[number].check, reply), ms=ms)
        left = [number for number, (reply, _) in asked.items() if ipqualityscore.may_pass(reply)]
    return [answers[number] for number in range(len(wave))]
