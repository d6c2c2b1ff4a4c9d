"""A worker that walks the road as far as the sale: goes when told, and tells at the end what it used."""

import gc
import json
import os
import sys
import time

import django

from bench.apparatus import machine

STAGES = ("qualify", "verify", "allocate")


def main() -> None:
    """Say how long getting ready took, walk from the first line of input to its end, say what that used."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings"
    django.setup()
    from leadhouse.flow.pipeline import PIPELINE
    from leadhouse.flow.worker import Worker
    from leadhouse.project.garbage import collect_seldom

    collect_seldom()
    _say(_made_ready())
    worker = Worker([stop for stop in PIPELINE if stop.name in STAGES])
    sys.stdin.readline()
    before = machine.cpu_seconds([os.getpid()])
    worker.start()
    sys.stdin.read()
    worker.stop()
    used = machine.cpu_seconds([os.getpid()]) - before
    _say({"cpu_seconds": used, "memory_mib": machine.memory_mib()})


def _made_ready() -> dict[str, float]:
    """Load the market and build its index, as the first batch would."""
    from leadhouse.allocate.selling.gathering import knowledge
    from leadhouse.parties.current import market
    from leadhouse.store.run import database_now

    began = time.perf_counter()
    market()
    loaded = time.perf_counter()
    knowledge(database_now())
    built = time.perf_counter()
    gc.collect()
    return {"loading": loaded - began, "building": built - loaded, "memory_mib": machine.memory_mib()}


def _say(told: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
