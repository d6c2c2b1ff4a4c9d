"""Settings are read from the environment, and everything wrong with them is told at once."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from leadhouse.project.environment import (
    SETTINGS,
    Environment,
    SettingsError,
    default_data_dir,
    read_environment,
    unknown_variables,
)


def test_nothing_set_is_a_house_of_ones_own_on_this_machine_alone() -> None:
    found = read_environment({})
    assert (found.database_url, found.host, found.port, found.workers) == (None, "127.0.0.1", 8000, 1)
    assert (found.secret_key, found.operator_key, found.smtp_url) == (None, None, None)
    assert (found.clock_offset_s, found.allow_targets, found.sandbox) == (0.0, (), False)
    assert found.data_dir == default_data_dir()


def test_everything_can_be_set() -> None:
    found = read_environment(
        {
            "LEADHOUSE_DATABASE_URL": "postgresql://me:secret@db:5433/leads",
            "LEADHOUSE_DATA_DIR": "/var/lib/leadhouse",
            "LEADHOUSE_HOST": "0.0.0.0",
            "LEADHOUSE_PORT": "9000",
            "LEADHOUSE_SECRET_KEY": "k",
            "LEADHOUSE_OPERATOR_KEY": "ä key with spaces %$",
            "LEADHOUSE_WORKERS": "4",
            "LEADHOUSE_CLOCK_OFFSET_S": "-3600.5",
            "LEADHOUSE_SMTP_URL": "smtp://mail:25",
            "LEADHOUSE_ALLOW_TARGETS": "127.0.0.0/8, ::1",
            "LEADHOUSE_SANDBOX": "1",
        }
    )
    assert found.database_url == "postgresql://me:secret@db:5433/leads"
    assert found.data_dir == Path("/var/lib/leadhouse")
    assert (found.host, found.port, found.workers, found.sandbox) == ("0.0.0.0", 9000, 4, True)
    assert (found.secret_key, found.operator_key) == ("k", "ä key with spaces %$")
    assert found.clock_offset_s == -3600.5
    assert found.allow_targets == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def test_an_empty_variable_is_an_unset_one() -> None:
    assert read_environment({"LEADHOUSE_PORT": " ", "LEADHOUSE_SECRET_KEY": ""}) == read_environment({})


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("DATABASE_URL", "mysql://x", "must look like postgresql://"),
        ("PORT", "0", "not a whole number from 1 to 65535"),
        ("PORT", "８０００", "not a whole number"),
        ("PORT", "80 00", "not a whole number"),
        ("WORKERS", "1.5", "not a whole number from 0 to 256"),
        ("SECRET_KEY", "x" * 201, "1 to 200 printable characters"),
        ("OPERATOR_KEY", "a\x00b", "1 to 200 printable characters"),
        ("CLOCK_OFFSET_S", "soon", "not a number of seconds"),
        ("CLOCK_OFFSET_S", "nan", "not a number of seconds"),
        ("CLOCK_OFFSET_S", "1e300", "not a number of seconds"),
        ("SMTP_URL", "mail.example", "must look like smtp://"),
        ("ALLOW_TARGETS", "127.0.0.0/8,here", "'here' is not a network"),
        ("SANDBOX", "maybe", "neither 1 nor 0"),
    ],
)
def test_a_faulty_setting_is_told_by_name(name: str, text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_environment({f"LEADHOUSE_{name}": text})
    (line,) = told.value.faults
    assert line.startswith(f"LEADHOUSE_{name}: ")
    assert fault in line


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as told:
        read_environment({"LEADHOUSE_PORT": "x", "LEADHOUSE_WORKERS": "y", "LEADHOUSE_SANDBOX": "z"})
    assert [fault.split(":")[0] for fault in told.value.faults] == [
        "LEADHOUSE_PORT",
        "LEADHOUSE_WORKERS",
        "LEADHOUSE_SANDBOX",
    ]


def test_every_setting_is_listed_with_its_meaning() -> None:
    assert [setting.name for setting in SETTINGS] == list(Environment.__slots__)
    assert all(setting.meaning for setting in SETTINGS)


def test_misspelt_settings_are_noticed() -> None:
    assert unknown_variables({"LEADHOUSE_PROT": "1", "LEADHOUSE_PORT": "1", "PATH": ""}) == ["LEADHOUSE_PROT"]
