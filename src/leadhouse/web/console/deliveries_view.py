"""Puts each company's share in a lead beside the parcels that carried it."""

from dataclasses import dataclass

from leadhouse.deliver.types import Kind, ParcelHistory
from leadhouse.report.story_types import AssignmentTold, FeedbackTold, LeadStory


@dataclass(frozen=True, slots=True)
class Delivery:
    assignment: AssignmentTold
    feedback: tuple[FeedbackTold, ...]
    parcels: tuple[ParcelHistory, ...]

    @property
    def is_credited(self) -> bool:
        """Return whether it had its one credit."""
        return any(told.credit_minor for told in self.feedback)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What went to companies, and what went to the consumer and the source besides."""

    companies: tuple[Delivery, ...]
    others: tuple[ParcelHistory, ...]


def deliveries(story: LeadStory) -> Deliveries:
    """Return the story's parcels under the assignments they belong to."""
    return Deliveries(
        companies=tuple(
            Delivery(
                assignment=one,
                feedback=tuple(told for told in story.feedback if told.assignment_id == one.id),
                parcels=tuple(told for told in story.parcels if told.parcel.assignment_id == one.id),
            )
            for one in story.assignments
        ),
        others=tuple(told for told in story.parcels if told.parcel.kind is not Kind.DELIVERY),
    )
