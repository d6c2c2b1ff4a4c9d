"""Each file of stories has a house of its own."""

from collections.abc import Iterator

import pytest

from tests.deliver.conftest import buyer, mail_folder
from tests.running_house import House, house

__all__ = ["buyer", "home", "mail_folder"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house with one worker and a sandbox, empty of any market."""
    with house(tmp_path_factory.mktemp("home")) as running:
        yield running
