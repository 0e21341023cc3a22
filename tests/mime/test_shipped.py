"""Every raw mail file that the installed Python ships becomes a letter, in the child as here."""

from pathlib import Path

import pytest

from notifications.mime.letter import Letter
from notifications.mime.reader import reader
from notifications.mime.reading import read

email_tests = pytest.importorskip("test.test_email", reason="this Python was installed without its own tests")
SHIPPED = sorted(path for path in (Path(email_tests.__file__).parent / "data").iterdir() if path.suffix == ".txt")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_mail_of_the_standard_library_is_read(path):
    letter = reader().read(path.read_bytes())

    assert letter == read(path.read_bytes())
    assert isinstance(letter, Letter)
