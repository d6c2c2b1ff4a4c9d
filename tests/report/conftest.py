"""Mails that tests of reports have sent are written to a folder of their own."""

from tests.deliver.conftest import mail_folder

__all__ = ["mail_folder"]
