"""The days of decisions that are kept."""

from leadhouse.store.statements import Statements
from leadhouse.timeline.days.queries import Days

DAYS = Days(Statements(__file__), turn=7_310_002)
