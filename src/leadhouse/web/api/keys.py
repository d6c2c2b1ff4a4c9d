"""Who asks: access keys from the request's headers, and what their owners may see."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyHeader, HttpBearer

from leadhouse.parties.keys import digest, operator_of
from leadhouse.parties.queries import owner_of_key
from leadhouse.parties.types import KeyOwner, Role
from leadhouse.web.api.answers import KEY_NOT_FOR_THIS, UNKNOWN_KEY, FaultError


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose leads may be seen: one source's, or (None) everybody's with all that belongs to them."""

    source_id: int | None = None

    @property
    def is_operator(self) -> bool:
        return self.source_id is None


class BearerKey(HttpBearer):
    """`Authorization: Bearer KEY`."""

    def authenticate(self, request: HttpRequest, token: str) -> KeyOwner | None:
        return _owner(token)


class HeaderKey(APIKeyHeader):
    """`X-Api-Key: KEY`."""

    param_name = "X-Api-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> KeyOwner | None:
        return _owner(key or "")


def _owner(key: str) -> KeyOwner | None:
    """Return whose key it is, None without one; FaultError 401 for a key that is nobody's."""
    if not key.strip():
        return None
    owner = operator_of(key.strip(), settings.LEADHOUSE.operator_key) or owner_of_key(digest(key.strip()))
    if owner is None:
        raise FaultError(UNKNOWN_KEY)
    return owner


def viewer(owner: KeyOwner) -> Viewer:
    """Return what a key's owner may see of leads; FaultError 403 for those who may see none here."""
    if owner.role is Role.OPERATOR:
        return Viewer()
    if owner.source_id is None or owner.company_id is not None:
        raise FaultError(KEY_NOT_FOR_THIS)
    return Viewer(owner.source_id)


def require_operator(owner: KeyOwner) -> None:
    """Let operators pass; FaultError 403 for everybody else."""
    if owner.role is not Role.OPERATOR:
        raise FaultError(KEY_NOT_FOR_THIS)
