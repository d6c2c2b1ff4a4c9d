"""The console's words: statuses, classes, reasons and refusals as people say them."""

from leadhouse.timeline.types import Status

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLASSIFICATIONS = (
    "Email only",
    "Verified email only",
    "Unverified phone",
    "Phone verified by SMS",
    "Phone verified by call",
    "Phone verified by an automated check",
    "Phone verified again by SMS",
    "Email verified again",
)

_TONES = {
    Status.DISQUALIFIED: "red",
    Status.UNSOLD: "orange",
    Status.WAITING: "yellow",
    Status.SOLD: "teal",
    Status.DELIVERED: "green",
}
_OUTCOME_TONES = {"success": "green", "failure": "orange", "error": "red", "skip": "secondary"}
_STANDING_TONES = {
    "accepted": "green",
    "converted": "green",
    "taken": "green",
    "left_out": "yellow",
    "refused": "orange",
    "rejected": "orange",
    "returned": "orange",
    "failed": "red",
    "retry": "yellow",
    "unknown": "yellow",
}

_DECISION_TONES = {"sold": "green", "waiting": "yellow", "unsold": "orange"}
_REFUSALS = {
    "inactive": "Campaign is not active",
    "other_product": "Another product",
    "out_of_area": "Outside its area",
    "source": "Source not wanted",
    "properties": "Its criteria do not match",
    "classification": "Class not accepted",
    "other_territory": "The place is another's territory",
    "threshold": "Performs below the threshold",
    "closed_now": "Closed at that hour",
    "already_given": "Company already has this consumer",
    "no_bid": "No bid for any possible sale size",
    "below_floor": "Bids below the floor",
    "bid_not_asked": "Not asked for its bid",
    "bid_resting": "Not asked: it did not answer before",
    "bid_unsendable": "Its question could not be written",
    "bid_unreachable": "Could not be asked for its bid",
    "bid_late": "Bid came too late",
    "bid_error": "Answered with an error instead of a bid",
    "bid_malformed": "Bid could not be read",
    "bid_currency": "Bid in another currency",
    "bid_negative": "Bid below nothing",
    "bid_above_max": "Bid above what is believed",
    "cap": "Cap is full",
    "budget": "Budget is used up",
    "wallet": "Wallet is empty",
    "conflict": "Conflicts with a company that has the lead",
}
_SIZES = {1: "Exclusive", 2: "Duo", 3: "Trio", 4: "Quad"}


def plain(code: str | None) -> str:
    """Write a code such as `missing_field` as words."""
    words = (code or "").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def status_tone(status: str) -> str:
    """Return the colour of a lead's status."""
    return _TONES.get(Status(status), "blue")


def outcome_tone(outcome: str) -> str:
    """Return the colour of an event's outcome."""
    return _OUTCOME_TONES.get(outcome, "secondary")


def standing_tone(standing: str) -> str:
    """Return the colour of an assignment's, a parcel's or an attempt's standing."""
    return _STANDING_TONES.get(standing, "blue")


def decision_tone(outcome: str) -> str:
    """Return the colour of what a decision came to."""
    return _DECISION_TONES.get(outcome, "secondary")


def classification(number: int | None) -> str:
    """Return a class in words."""
    if number is None:
        return "Not classified yet"
    return CLASSIFICATIONS[number] if 0 <= number < len(CLASSIFICATIONS) else f"Class {number}"


def refusal(code: str) -> str:
    """Return why a campaign could not have a lead, in words."""
    return _REFUSALS.get(code) or plain(code)


def sale_size(size: int | None) -> str:
    """Return a sale size by its name."""
    return "" if size is None else _SIZES.get(size, f"{size} companies")


_ACTIONS = {
    "redeliver": (
        "Send again",
        "Every buyer who has accepted one of them is sent it once more, under the same id.",
    ),
    "reprocess": (
        "Process again",
        "Each that came to its end goes through its product's flow and the search for buyers once more. "
        "No company gets a lead twice.",
    ),
    "mark_test": ("Mark as test", "They are left out of all figures. You can undo it afterwards."),
    "mark_real": ("Mark as real", "They count in all figures again. You can undo it afterwards."),
}
_BATCH_TONES = {"running": "blue", "finished": "green", "stopped": "orange"}


def action_name(action: str) -> str:
    """Return what is done to many leads by the name of its button."""
    return _ACTIONS[action][0]


def action_means(action: str) -> str:
    """Return in a sentence what an action does."""
    return _ACTIONS[action][1]


_DID = {
    "redeliver": "Its buyers are sent it again.",
    "reprocess": "It goes through its flow again.",
    "mark_test": "It counts as a test now.",
    "mark_real": "It counts as real now.",
    "corrected": "The corrected values count from now on. Process it again to have them checked.",
    "credited": "The money was given back.",
    "erased": "The person was erased from all their leads.",
    "nothing": "There was nothing to do: it is on its way, nobody has it, or it is so already.",
}


def did_words(did: str) -> str:
    """Return what was done to a lead in a sentence; nothing for anything unknown."""
    return _DID.get(did, "")


def batch_tone(state: str) -> str:
    """Return the colour of how far a batch is."""
    return _BATCH_TONES.get(state, "secondary")


def period_name(choice: str) -> str:
    """Return a period by the name of its button."""
    return "7 days" if choice == "week" else plain(choice)
