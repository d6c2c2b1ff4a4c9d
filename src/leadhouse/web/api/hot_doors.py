"""The description of the doors that do not stand in Django's road: pinging, posting leads and feedback."""

from collections.abc import Mapping, Sequence

from leadhouse.parties.fields import CANONICAL, KnownField
from leadhouse.rules.types import FieldType

Fragment = dict[str, object]

_KEYS: tuple[Fragment, ...] = ({"BearerKey": []}, {"HeaderKey": []})
_NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY})
_REASONS = (
    "disconnected",
    "wrong_number",
    "duplicate",
    "outside_area",
    "wrong_service",
    "not_interested",
    "did_not_request",
    "bogus",
    "language",
    "no_authority",
    "other",
)


def paths() -> Fragment:
    """Return the doors by path, as OpenAPI describes them."""
    return {
        "/v1/ping": {"post": _post_ping()},
        "/v1/leads": {"post": _post_lead()},
        "/v1/leads/batch": {"post": _post_batch()},
        "/v1/feedback": {"post": _post_feedback()},
    }


def components() -> Fragment:
    """Return the shapes that these doors speak in."""
    return {
        "PostedLead": _posted_lead(),
        "PostedPing": _posted_ping(),
        "PricePromised": _object(
            "A lead posted under this promise earns this price, if it is sold.",
            ("outcome", "price", "ping_id", "expires_at"),
            _promised(),
        ),
        "NoBid": _object(
            "Nothing would be sold now.",
            ("outcome", "code", "reason", "cause", "price"),
            {
                "outcome": _only("failure"),
                "code": _only("no_bid"),
                **_texts("reason", "cause"),
                "price": _amount("0.00"),
            },
        ),
        "LeadTaken": _object("The lead is wanted.", ("outcome", "lead", "price"), _taken()),
        "LeadRefused": _object(
            "The lead is not wanted; it is kept with its reason.",
            ("outcome", "code", "reason", "errors", "lead", "price"),
            _refused(),
        ),
        "FieldError": _object(
            "What is wrong with one field.", ("field", "code", "message"), _texts("field", "code", "message")
        ),
        "PostedFeedback": _object("What a buyer reports of a delivery.", ("delivery", "type"), _feedback()),
        "FeedbackTaken": _object("The feedback is booked.", ("outcome", "credit"), _credit()),
        "FeedbackRefused": _object(
            "The feedback changes nothing.",
            ("outcome", "code", "reason"),
            {"outcome": _only("failure"), **_texts("code", "reason")},
        ),
    }


def _post_ping() -> Fragment:
    return {
        "operationId": "ping",
        "summary": "Ask what a lead would earn",
        "tags": ["leads"],
        "description": (
            "Takes any of a lead's fields, up to 100, none of them personal; as JSON, form fields or XML. "
            "No lead is made and nothing is used up. A post with the ping_id, once, within 120 s, by the "
            "same source, earns the price if the lead is sold; each pinged field must keep its value."
        ),
        "security": list(_KEYS),
        "requestBody": {"required": True, "content": _in_each_form("PostedPing")},
        "responses": {
            "200": _answer("A price, or why there is none.", _either("PricePromised", "NoBid")),
            **_faults(400, 401, 403, 406, 413, 415, 429, 503),
        },
    }


def _in_each_form(shape: str) -> Fragment:
    kinds = ("application/json", "application/x-www-form-urlencoded", "application/xml")
    return {kind: {"schema": _ref(shape)} for kind in kinds}


def _post_lead() -> Fragment:
    return {
        "operationId": "post_lead",
        "summary": "Post a lead",
        "tags": ["leads"],
        "description": (
            "Takes JSON, form fields or XML (`<lead><email>…`), up to 256 KiB. Fields that are neither "
            "canonical nor the product's own are kept as extra. The same bytes within 60 s, or the same "
            "Idempotency-Key within 30 days, are the same lead and answered as before. "
            "Accept: application/xml asks for an answer in XML."
        ),
        "security": list(_KEYS),
        "parameters": [_header("Idempotency-Key", "A key of your own that makes posting again harmless.")],
        "requestBody": {"required": True, "content": _in_each_form("PostedLead")},
        "responses": {
            "201": _answer("Stored: wanted, or not and why.", _either("LeadTaken", "LeadRefused")),
            "303": {"description": "As 201, when a redir_url was posted; Location says where to go on."},
            **_faults(400, 401, 403, 406, 409, 413, 415, 422, 429, 503),
        },
    }


def _post_batch() -> Fragment:
    line = {"schema": {"type": "string", "description": "One PostedLead as JSON on each line."}}
    answer = {
        "schema": {"type": "string", "description": "One answer as JSON on each line, in the posts' order."}
    }
    return {
        "operationId": "post_leads",
        "summary": "Post many leads",
        "tags": ["leads"],
        "description": "Newline-delimited JSON, up to 16 MiB; each line is a post and gets a line of answer.",
        "security": list(_KEYS),
        "requestBody": {"required": True, "content": {"application/x-ndjson": line}},
        "responses": {
            "200": {
                "description": "Every line is answered.",
                "content": {"application/x-ndjson": answer},
            },
            **_faults(400, 401, 403, 406, 413, 415, 429, 503),
        },
    }


def _post_feedback() -> Fragment:
    return {
        "operationId": "post_feedback",
        "summary": "Report what became of a delivery",
        "tags": ["feedback"],
        "description": (
            "With the company's key. The delivery's id came with every parcel as X-Leadhouse-Delivery. "
            "The same feedback twice answers the same and credits once."
        ),
        "security": list(_KEYS),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("PostedFeedback")}},
        },
        "responses": {
            "201": _answer("Heard.", _either("FeedbackTaken", "FeedbackRefused")),
            **_faults(400, 401, 403, 404, 413, 415, 503),
        },
    }


def _posted_lead() -> Fragment:
    return {
        "type": "object",
        "description": "Canonical fields, the product's own, and anything else, which is kept as extra.",
        "properties": {
            **{key: _field(known) for key, known in CANONICAL.items()},
            "redir_url": {
                "type": "string",
                "format": "uri",
                "description": "Where a browser is sent afterwards.",
            },
            "ping_id": {
                "type": "string",
                "description": "The promise of a price that a ping was answered with.",
            },
        },
        "additionalProperties": True,
        "example": {
            "first_name": "Louis",
            "last_name": "Espinoza",
            "email": "louis.espinoza@example.com",
            "phone_1": "(302) 321-5560",
            "postal_code": "82301",
            "max_contact_requests": 4,
        },
    }


def _posted_ping() -> Fragment:
    return {
        "type": "object",
        "description": "What is known of a lead: its product, its place, whatever buyers and criteria ask.",
        "properties": {key: _field(known) for key, known in CANONICAL.items()},
        "additionalProperties": True,
        "example": {"product": "roofing", "postal_code": "82301", "max_contact_requests": 4},
    }


def _promised() -> Fragment:
    return {
        "outcome": _only("success"),
        "price": _amount("What the source earns if the lead is sold."),
        "ping_id": {"type": "string", "description": "To be posted with the lead."},
        "expires_at": {"type": "string", "format": "date-time"},
    }


def _field(known: KnownField) -> Fragment:
    kinds = ["string", "number"] if known.field.type in _NUMBERS else "string"
    return {"type": kinds, "title": known.field.label, "description": known.field.tooltip}


def _taken() -> Fragment:
    return {
        "outcome": _only("success"),
        "lead": _lead_id(),
        "price": _amount("What the source earns."),
        "pending": {"type": "boolean", "description": "True while the lead has not come as far as asked."},
    }


def _refused() -> Fragment:
    return {
        "outcome": _only("failure"),
        **_texts("code", "reason"),
        "errors": {"type": "array", "items": _ref("FieldError")},
        "lead": _lead_id(),
        "price": _amount("0.00"),
    }


def _feedback() -> Fragment:
    return {
        "delivery": {"type": "string", "format": "uuid"},
        "type": {"type": "string", "enum": ["rejection", "return", "conversion"]},
        "reason": {"type": "string", "enum": list(_REASONS)},
        "value": _amount("What a conversion was worth."),
    }


def _credit() -> Fragment:
    return {"outcome": _only("success"), "credit": _amount("What is given back.")}


def _lead_id() -> Fragment:
    return _object("The lead.", ("id",), {"id": {"type": "string", "format": "uuid"}})


def _object(description: str, required: Sequence[str], properties: Mapping[str, object]) -> Fragment:
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": dict(properties),
    }


def _texts(*names: str) -> Fragment:
    return {name: {"type": "string"} for name in names}


def _only(text: str) -> Fragment:
    return {"type": "string", "const": text}


def _amount(description: str) -> Fragment:
    return {"type": "string", "description": description, "example": "10.00"}


def _ref(name: str) -> Fragment:
    return {"$ref": f"#/components/schemas/{name}"}


def _either(*names: str) -> Fragment:
    return {"oneOf": [_ref(name) for name in names]}


def _answer(description: str, schema: Fragment) -> Fragment:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _header(name: str, description: str) -> Fragment:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


_FAULTS = {
    400: "Not a lead or ping at all: the body cannot be read.",
    401: "No key, or one that is not known.",
    403: "A key that is not for this.",
    404: "There is no such delivery.",
    406: "No form that is accepted can be answered.",
    409: "The same post is being answered right now.",
    413: "The body is too large.",
    415: "A body of this type cannot be read.",
    422: "The idempotency key was used with another body.",
    429: "More than the source's rate; Retry-After says when.",
    503: "Nothing was stored, or nothing could be answered: try again.",
}


def _faults(*statuses: int) -> Fragment:
    return {str(status): _answer(_FAULTS[status], _ref("ErrorAnswer")) for status in statuses}
