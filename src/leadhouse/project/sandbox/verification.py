"""The pretend IPQualityScore: its documented paths and fields, its answers chosen by magic values.

Phone, by the last four digits: 0001 invalid, 0002 disconnected, 0003 VOIP, 0004 risky, 0005 prepaid,
0006 quota used up, 0007 slow (15 s), 0008 HTTP 500, 0009 inconclusive; all others a live mobile line.
Email, by the start of the local part: invalid, disposable, risky, catchall, timeout, spamtrap, quota, slow,
error. IP, by the last number in 203.0.113.0/24: 1 proxy, 2 VPN, 3 Tor, 4 risky, 5 Canada, 6 quota, 7 slow,
8 HTTP 500.
The key "invalid" is refused as the service refuses unknown ones.
"""

import asyncio
import hashlib

from leadhouse.project.sandbox.server import Call, answer

_SLOW_SECONDS = 15
_QUOTA = "You have exceeded your request quota of 200 per day. Please upgrade to increase your request quota."
_UNKNOWN_KEY = "Invalid or unauthorized key. Please check the API key and try again."

Fields = dict[str, object]
_PHONES: dict[str, Fields] = {
    "0001": {"valid": False, "active": False, "message": "Phone number is invalid.", "line_type": "N/A"},
    "0002": {"active": False, "active_status": "Disconnected Line", "fraud_score": 65},
    "0003": {"VOIP": True, "line_type": "VOIP", "carrier": "Bandwidth", "fraud_score": 70},
    "0004": {"risky": True, "recent_abuse": True, "spammer": True, "fraud_score": 92},
    "0005": {"prepaid": True},
    "0009": {"active": None, "active_status": "Inconclusive Status"},
}
_EMAILS: dict[str, Fields] = {
    "invalid": {
        "valid": False,
        "deliverability": "low",
        "smtp_score": -1,
        "overall_score": 0,
        "fraud_score": 75,
    },
    "disposable": {"disposable": True, "fraud_score": 90},
    "risky": {"recent_abuse": True, "fraud_score": 95},
    "catchall": {
        "catch_all": True,
        "suspect": True,
        "smtp_score": 2,
        "overall_score": 3,
        "deliverability": "medium",
    },
    "timeout": {
        "valid": False,
        "timed_out": True,
        "smtp_score": 0,
        "overall_score": 1,
        "deliverability": "low",
    },
    "spamtrap": {"honeypot": True, "spam_trap_score": "high", "fraud_score": 100},
}
_IPS: dict[str, Fields] = {
    "1": {"proxy": True, "fraud_score": 80},
    "2": {
        "proxy": True,
        "vpn": True,
        "active_vpn": True,
        "fraud_score": 85,
        "connection_type": "Data Center",
    },
    "3": {"proxy": True, "tor": True, "active_tor": True, "fraud_score": 100},
    "4": {"recent_abuse": True, "bot_status": True, "fraud_score": 95},
    "5": {"country_code": "CA", "region": "Ontario", "city": "Toronto", "timezone": "America/Toronto"},
}
_TROUBLES = {"0006": "quota", "0007": "slow", "0008": "error"}
_IP_TROUBLES = {"6": "quota", "7": "slow", "8": "error"}


async def verify(call: Call, writer: asyncio.StreamWriter) -> bool:
    """Answer /api/json/<phone|email|ip>/<key>/<value>; the connection stays, as the service's does."""
    kind, key, asked = (*call.path[2:5], "", "", "")[:3]
    if kind not in _ANSWERS:
        answer(writer, 404, {"success": False, "message": "Not found"})
        return False
    trouble = _trouble(kind, asked)
    if trouble == "slow":
        await asyncio.sleep(_SLOW_SECONDS)
    if trouble == "error":
        answer(writer, 500, b"<html>Internal Server Error</html>", "text/html")
        return False
    if key in {"", "invalid"} or trouble == "quota":
        said: Fields = {
            "success": False,
            "message": _QUOTA if trouble else _UNKNOWN_KEY,
            "request_id": "sbx",
        }
    else:
        request_id = hashlib.sha256(asked.encode()).hexdigest()[:10]
        said = {"success": True, **_ANSWERS[kind](asked), "request_id": request_id}
    answer(writer, 200, said, stays=True)
    return True


def _trouble(kind: str, asked: str) -> str | None:
    if kind == "phone":
        return _TROUBLES.get(asked[-4:])
    if kind == "ip":
        return _IP_TROUBLES.get(_last_number(asked))
    return next((name for name in ("quota", "slow", "error") if asked.startswith(name)), None)


def _last_number(ip: str) -> str:
    return ip.removeprefix("203.0.113.") if ip.startswith("203.0.113.") else ""


def _phone(asked: str) -> Fields:
    national = asked.lstrip("+")[-10:]
    return {
        "message": "Phone is valid.",
        "formatted": f"+1{national}",
        "local_format": f"({national[:3]}) {national[3:6]}-{national[6:]}",
        "valid": True,
        "fraud_score": 0,
        "recent_abuse": False,
        "VOIP": False,
        "prepaid": False,
        "risky": False,
        "active": True,
        "active_status": "Active Line",
        "name": "N/A",
        "carrier": "Sandbox Wireless",
        "line_type": "Wireless",
        "country": "US",
        "region": "N/A",
        "city": "N/A",
        "zip_code": "N/A",
        "timezone": "N/A",
        "dialing_code": 1,
        "do_not_call": False,
        "leaked": False,
        "spammer": False,
        "mcc": "N/A",
        "mnc": "N/A",
        "sms_domain": "N/A",
        "sms_email": "N/A",
        **_PHONES.get(asked[-4:], {}),
    }


def _email(asked: str) -> Fields:
    return {
        "message": "Success.",
        "valid": True,
        "disposable": False,
        "timed_out": False,
        "deliverability": "high",
        "catch_all": False,
        "leaked": False,
        "suspect": False,
        "smtp_score": 3,
        "overall_score": 4,
        "first_name": "Unknown",
        "common": True,
        "generic": False,
        "dns_valid": True,
        "honeypot": False,
        "spam_trap_score": "none",
        "recent_abuse": False,
        "fraud_score": 0,
        "frequent_complainer": False,
        "suggested_domain": "N/A",
        "domain_velocity": "none",
        "sanitized_email": asked.lower(),
        **next((fields for start, fields in _EMAILS.items() if asked.startswith(start)), {}),
    }


def _ip(asked: str) -> Fields:
    return {
        "message": "Success",
        "fraud_score": 0,
        "country_code": "US",
        "region": "Wyoming",
        "city": "Rawlins",
        "zip_code": "82301",
        "ISP": "Sandbox Cable",
        "ASN": 64_496,
        "organization": "Sandbox Cable",
        "is_crawler": False,
        "timezone": "America/Denver",
        "mobile": False,
        "host": asked,
        "proxy": False,
        "vpn": False,
        "tor": False,
        "active_vpn": False,
        "active_tor": False,
        "recent_abuse": False,
        "bot_status": False,
        "connection_type": "Residential",
        "abuse_velocity": "none",
        "latitude": 41.79,
        "longitude": -107.24,
        **_IPS.get(_last_number(asked), {}),
    }


_ANSWERS = {"phone": _phone, "email": _email, "ip": _ip}
