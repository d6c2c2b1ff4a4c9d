"""Code that posts a lead, ready to run: the key is read from LEADHOUSE_KEY, so that no sample holds one."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Sample:
    """One program; `key` names it on the page, `runs` says with what it runs."""

    key: str
    name: str
    runs: str
    code: str


def samples(url: str, lead: Mapping[str, object]) -> list[Sample]:
    """Return the programs that post this lead to this address."""
    return [
        Sample("curl", "curl", "any shell", _curl(url, lead)),
        Sample("python", "Python", "Python 3, nothing to install", _python(url, lead)),
        Sample("php", "PHP", "PHP 7.4 and later with its curl extension", _php(url, lead)),
        Sample(
            "javascript",
            "JavaScript",
            "Node 18 and later, on your server: never in a page",
            _javascript(url, lead),
        ),
    ]


def _json(lead: Mapping[str, object], indent: int = 2) -> str:
    written = orjson.dumps(lead, option=orjson.OPT_INDENT_2).decode()
    return written.replace("\n", "\n" + " " * (indent - 2))


def _in_shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _curl(url: str, lead: Mapping[str, object]) -> str:
    return (
        f"curl -sS {_in_shell(url)} \\\n"
        '  -H "Authorization: Bearer $LEADHOUSE_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d {_in_shell(_json(lead))}\n"
    )


def _python(url: str, lead: Mapping[str, object]) -> str:
    # JSON's true, false and null are not Python's: the lead stands as text and is sent as such.
    return f'''import json
import os
import urllib.request

lead = json.loads(r"""{_json(lead)}""")
request = urllib.request.Request(
    {orjson.dumps(url).decode()},
    data=json.dumps(lead).encode(),
    headers={{
        "Authorization": "Bearer " + os.environ["LEADHOUSE_KEY"],
        "Content-Type": "application/json",
    }},
)
with urllib.request.urlopen(request, timeout=30) as answer:
    print(answer.read().decode())
'''


def _php(url: str, lead: Mapping[str, object]) -> str:
    return f"""<?php
$lead = json_decode(<<<'LEAD'
{_json(lead)}
LEAD, true);
$request = curl_init({_in_shell(url)});
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 30,
    CURLOPT_HTTPHEADER => [
        'Authorization: Bearer ' . getenv('LEADHOUSE_KEY'),
        'Content-Type: application/json',
    ],
    CURLOPT_POSTFIELDS => json_encode($lead),
]);
print_r(json_decode(curl_exec($request), true));
"""


def _javascript(url: str, lead: Mapping[str, object]) -> str:
    return f"""const lead = {_json(lead)};
fetch({orjson.dumps(url).decode()}, {{
  method: "POST",
  headers: {{
    Authorization: `Bearer ${{process.env.LEADHOUSE_KEY}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify(lead),
}})
  .then((answer) => answer.json())
  .then((answer) => console.log(answer));
"""
