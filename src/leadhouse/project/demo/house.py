"""Speaks to a running house over HTTP: posts leads as a source, reads outcomes as an operator."""

import http.client
import json
from collections.abc import Mapping
from typing import cast

from leadhouse.project.commands import CommandError

Answer = Mapping[str, object]
_BEHIND_SECONDS = 1


class House:
    """One keep-alive connection to a running house."""

    def __init__(self, host: str, port: int, operator_key: str) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=30)
        self._operator_key = operator_key

    def post(self, api_key: str, submission: Answer) -> Answer:
        """Post a lead; return the source's answer."""
        return self._call("POST", "/v1/leads", api_key, json.dumps(submission))

    def lead(self, lead_id: str) -> Answer:
        """Return where a lead is now."""
        return self._call("GET", f"/v1/leads/{lead_id}", self._operator_key, None)

    def is_behind(self) -> bool:
        """Return whether something has been due for a while, so that more will happen."""
        waiting = self._call("GET", "/healthz", self._operator_key, None)["oldest_work_seconds"]
        return isinstance(waiting, int | float) and waiting > _BEHIND_SECONDS

    def _call(self, method: str, path: str, key: str, body: str | None) -> Answer:
        """Return the answer's body; CommandError when it is no answer to a proper question."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            answer = cast(Answer, json.loads(response.read()))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CommandError(f"the house stopped answering ({type(error).__name__})") from None
        if response.status >= 400:
            raise CommandError(f"{method} {path} was answered {response.status}: {answer.get('reason')}")
        return answer
