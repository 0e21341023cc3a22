"""Database addresses: what they mean to Django, and what is said of one that means nothing."""

import pytest

from helpdesk.bootstrap.urls import BadAddress, parse_database_url, socket_url


def test_a_server_behind_an_address():
    assert parse_database_url("postgresql://app:pw@db.example:6432/helpdesk?sslmode=verify-full") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "helpdesk",
        "USER": "app",
        "PASSWORD": "pw",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_a_server_behind_a_socket():
    settings = parse_database_url("postgresql://app:pw@/helpdesk?host=/var/run/a%20b&port=5433")
    assert (settings["HOST"], settings["PORT"], settings["OPTIONS"]) == ("/var/run/a b", "5433", {})


def test_the_short_scheme_and_a_missing_password_will_do():
    settings = parse_database_url("postgres://app@localhost/helpdesk\n")
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"], settings["PORT"]) == (
        "app",
        "",
        "localhost",
        "",
    )


def test_an_ipv6_address_loses_its_brackets():
    settings = parse_database_url("postgresql://app@[::1]:5432/helpdesk")
    assert (settings["HOST"], settings["PORT"]) == ("::1", "5432")


@pytest.mark.parametrize("password", ["plain", "p@ss/word:?#%& +", "åäö", "%41"])
@pytest.mark.parametrize("folder", ["/run/helpdesk", "/home/a b/#1/100%"])
def test_what_is_written_is_read_back(password, folder):
    url = socket_url(user="helpdesk_app", password=password, folder=folder, port=5433, name="help desk")
    settings = parse_database_url(url)
    assert (settings["USER"], settings["PASSWORD"]) == ("helpdesk_app", password)
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == (folder, "5433", "help desk")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "starts with postgresql://, not with nothing://"),
        ("sqlite:///db", "Only PostgreSQL is supported"),
        ("postgresql://app:secret@host", "names no database"),
        ("postgresql://app:secret@host/a/b", "names no database"),
        ("postgresql://host/helpdesk", "names no role"),
        ("postgresql://app:secret@host:none/helpdesk", "a port that is no number"),
        ("postgresql://app:secret@host:70000/helpdesk", "a port that is no number"),
        ("postgresql://app:secret@host/helpdesk?sslmode", "not of the form name=value"),
        ("postgresql://app:secret@host/helpdesk?host=/a&host=/b", "gives host 2 times"),
        ("postgresql://app:secret/word@host/helpdesk", "inside a password as %2F"),
    ],
)
def test_nonsense_gets_a_sentence_without_the_password(url, sentence):
    with pytest.raises(BadAddress, match=sentence) as refusal:
        parse_database_url(url)
    assert "secret" not in str(refusal.value)
