"""`leadhouse worker`: one process that walks the leads' road until it is told to stop."""

import argparse
import os
import signal
import threading

from leadhouse.project.environment import read_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the settings say it all."""


def run(options: argparse.Namespace) -> int:
    """Walk the road; SIGTERM or Ctrl-C ends it after the batches begun."""
    import django

    from leadhouse.project.garbage import collect_seldom
    from leadhouse.project.logs import configure_logs

    read_environment(os.environ)
    configure_logs()
    collect_seldom()
    os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings"
    django.setup()
    from leadhouse.flow.worker import Worker

    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    worker = Worker()
    worker.start()
    told_to_stop.wait()
    worker.stop()
    return 0
