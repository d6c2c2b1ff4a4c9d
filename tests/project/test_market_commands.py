"""The commands apply, export and user, as a person runs them."""

import json
from pathlib import Path

import pytest

from tests.project.running import leadhouse

EXAMPLES = Path(__file__).parents[2] / "examples" / "markets"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("market") / "data"


def test_a_market_is_planned_applied_exported_and_applied_again(tmp_path: Path) -> None:
    minimal, data_dir = str(EXAMPLES / "minimal.yaml"), tmp_path / "data"
    additions = [
        "+ market (Minimal)", "+ products[roofing] (Roofing)", "+ sources[my-site] (My site)",
        "+ companies[acme] (Acme Roofing)", "+ companies[acme].campaigns[acme-roofing]",
    ]  # fmt: skip
    planned = leadhouse(data_dir, "apply", minimal, "--plan")
    assert (planned.returncode, planned.stdout.splitlines()) == (0, [*additions, "5 to add"])
    applied = leadhouse(data_dir, "apply", minimal)
    assert (applied.returncode, applied.stdout.splitlines()) == (0, [*additions, "5 added"])
    again = leadhouse(data_dir, "apply", minimal)
    assert (again.returncode, again.stdout) == (0, "nothing changed\n")

    exported = tmp_path / "market.json"
    assert leadhouse(data_dir, "export", str(exported)).returncode == 0
    company = json.loads(exported.read_text())["companies"][0]
    assert (company["key"], "api_key" in company) == ("acme", False)
    assert leadhouse(data_dir, "apply", str(exported)).stdout == "nothing changed\n"
    assert leadhouse(data_dir, "export", "-").stdout.startswith("# The market")


def test_a_faulty_file_tells_every_fault_and_changes_nothing(data_dir: Path) -> None:
    refused = leadhouse(data_dir, "apply", str(EXAMPLES / "faulty.yaml"))
    first, *faults = refused.stderr.splitlines()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert first.endswith(f"faulty.yaml has {len(faults)} faults, nothing was applied:")
    assert faults == (EXAMPLES / "faulty.txt").read_text().splitlines()


def test_a_single_fault_is_told_in_one_line(data_dir: Path) -> None:
    refused = leadhouse(data_dir, "apply", "nowhere.yaml")
    fault = "nowhere.yaml cannot be read: No such file or directory"
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"leadhouse apply: nowhere.yaml has 1 fault, nothing was applied: {fault}\n"


def test_a_user_is_added_with_a_key_shown_once(data_dir: Path) -> None:
    added = leadhouse(data_dir, "user", "add", "olga@example.com", "--role", "operator", "--api-key")
    first, password, key = added.stdout.splitlines()
    assert (added.returncode, first) == (0, "added olga@example.com, operator")
    assert password.startswith("password, shown this once: ")
    assert key.startswith("API key, shown this once: lh_person_")
    refused = leadhouse(data_dir, "user", "add", "olga@example.com", "--role", "company_owner")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "leadhouse user: role company_owner needs --company\n"


def test_a_deposit_is_booked_and_a_company_that_is_none_is_told(data_dir: Path) -> None:
    assert leadhouse(data_dir, "apply", str(EXAMPLES / "minimal.yaml")).returncode == 0
    booked = leadhouse(data_dir, "deposit", "acme", "12.50")
    assert (booked.returncode, booked.stdout) == (0, "12.50 booked; acme may spend $5,012.50\n")
    refused = leadhouse(data_dir, "deposit", "nobody", "12.50")
    assert (refused.returncode, refused.stdout) == (1, "")
    told = "'nobody' is no company of this market: see `leadhouse export`"
    assert refused.stderr == f"leadhouse deposit: {told}\n"
