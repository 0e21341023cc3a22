"""A Dovecot of one's own on high loopback ports: IMAP and POP3, plain and encrypted, with accounts for whoever asks."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helpdesk.bootstrap.mailserver import MISSING, program
from helpdesk.bootstrap.valkey import free_port
from tests.ways.certificates import make_certificates

PASSWORD = "a-password-of-the-mailbox"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_verbose = yes
mail_location = maildir:{folder}/mail/%u
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 1
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
mail_max_userip_connections = 50
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {ports[imap]}
  }}
  inet_listener imaps {{
    port = {ports[imaps]}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {ports[pop3]}
  }}
  inet_listener pop3s {{
    port = {ports[pop3s]}
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%u
}}
"""
OAUTH = """
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Dovecot:
    """A running server; users are whoever signs in with the password, their mail lies in `folder/mail/USER`."""

    folder: Path
    authorities: Path
    ports: dict[str, int]
    introspection_port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start, and wait until it answers."""
        path = program()
        assert path is not None, MISSING
        command = [path, "-F", "-c", str(self.folder / "dovecot.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.ports["imap"]), 1).close()
            except OSError:
                assert self.process.poll() is None, self.log()
                time.sleep(0.05)
            else:
                return
        raise AssertionError(self.log())

    def stop(self) -> None:
        """End it and all that it started."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def log(self) -> str:
        """What it said."""
        log = self.folder / "dovecot.log"
        return log.read_text(errors="replace") if log.exists() else "Dovecot said nothing."

    @contextmanager
    def imap(self, user: str) -> Iterator[imaplib.IMAP4]:
        """The mailbox as its owner sees it."""
        client = imaplib.IMAP4("127.0.0.1", self.ports["imap"], timeout=20)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def deliver(self, user: str, *mails: bytes, folder: str = "INBOX", flags: str = "") -> None:
        """Put mails into a folder."""
        with self.imap(user) as client:
            for mail in mails:
                status, said = client.append(folder, flags, None, mail)  # type: ignore[arg-type]
                assert status == "OK", said

    def subjects(self, user: str, folder: str = "INBOX", criteria: str = "ALL") -> list[str]:
        """The subjects of the mails of a folder that fit, in its order; none where there is no such folder."""
        with self.imap(user) as client:
            if client.select(folder, readonly=True)[0] != "OK":
                return []
            numbers = client.search(None, criteria)[1][0].split()
            found = [client.fetch(number.decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0] for number in numbers]
        return [item[1].decode().removeprefix("Subject: ").strip() for item in found]

    def number_anew(self, user: str) -> None:
        """What a restored backup does: the same mails under other numbers, and another UIDVALIDITY."""
        for known in (self.folder / "mail" / user).glob("dovecot*"):
            known.unlink()
        validity = int(time.time()) + 1_000_000
        (self.folder / "mail" / user / "dovecot-uidlist").write_text(f"3 V{validity} N1000\n")
        shutil.chown(self.folder / "mail" / user / "dovecot-uidlist", *_mail_account())


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A server for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)  # its processes run under several accounts
    (folder / "mail").mkdir()
    server = Dovecot(
        folder=folder,
        authorities=make_certificates(folder),
        ports={name: free_port(0) for name in ("imap", "imaps", "pop3", "pop3s")},
        introspection_port=free_port(0),
    )
    mail_user, mail_group = _mail_account()
    shutil.chown(folder / "mail", mail_user, mail_group)
    root = os.geteuid() == 0
    config = CONFIG.format(
        folder=folder,
        ports=server.ports,
        password=PASSWORD,
        mail_user=mail_user,
        mail_group=mail_group,
        login_user="nobody" if root else mail_user,
        internal_user="dovecot" if root else mail_user,
        internal_group="dovecot" if root else mail_group,
    )
    (folder / "dovecot.conf").write_text(config)
    (folder / "oauth.conf").write_text(OAUTH.format(port=server.introspection_port))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _mail_account() -> tuple[str, str]:
    """Who owns the mails: an account without rights when we are root, else ourselves."""
    if os.geteuid() == 0:
        return "mail", "mail"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
