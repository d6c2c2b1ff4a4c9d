"""The commands of `leadhouse`, one module each; a module is imported only when its command is called.

Such a module has `add_arguments(parser)` and `run(options) -> int`, which returns the exit code and raises
CommandError for what the person at the keyboard can mend.
"""

from dataclasses import dataclass


class CommandError(Exception):
    """Something a person can mend; the message is one line that says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name and what it is for; its module is named likewise, with underscores."""

    name: str
    summary: str

    @property
    def module(self) -> str:
        return f"{__name__}.{self.name.replace('-', '_')}"


COMMANDS = (
    Command("up", "start database, web and workers, and keep them running"),
    Command("demo", "start everything with a demo market and send leads through the whole life"),
    Command("apply", "make the market equal to a file"),
    Command("export", "write the market as a file"),
    Command("import-leads", "take leads in from a CSV file"),
    Command("export-leads", "write leads, or all their events, as CSV"),
    Command("lead", "tell one lead's whole story"),
    Command("reprocess", "send a lead that came to its end through its flow again"),
    Command("sources", "show each source's leads and conversion in a month"),
    Command("steps", "show what each step takes, the bottleneck first"),
    Command("pacing", "show what pacing earns, or would earn, and where each campaign stands"),
    Command(
        "simulate", "decide a month of leads, or the recorded ones again, in memory: what would have been"
    ),
    Command("deposit", "book what a company paid in"),
    Command("user", "add people and the keys they call the API with"),
    Command("doctor", "list all settings and tell what is wrong"),
    Command("sandbox", "run pretend buyers, services and a mail server to try things on"),
    Command("suppress", "add to, take from or import into the list of contacts that must not be sold"),
    Command("bench", "measure how fast the house is, in a checkout of it"),
    Command("worker", "walk the leads' road; `up` starts these by itself"),
)
