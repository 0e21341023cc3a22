"""The child that reads mail: it is kept, it has limits, it dies of a mail instead of us, and another one follows."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from notifications.mime.letter import Hints, Unreadable
from notifications.mime.reader import Reader, reader
from tests.mime.cases.case import file, mail, of_parts

SLOW = mail(b"begin 644 a\n" + b"#86)C\n" * 1_000_000)  # takes a second: every line is a line of a file that never ends


@pytest.fixture
def child():
    one = Reader()
    yield one
    one.close()


def test_a_mail_comes_back_whole(child):
    content = os.urandom(3_000_000)

    letter = child.read(of_parts("mixed", file("a.bin", content), file("b.bin", b"")), Hints(markers=("above",)))

    assert [(found.name, found.content) for found in letter.files] == [("a.bin", content), ("b.bin", b"")]


def test_one_child_reads_mail_after_mail(child):
    child.read(mail())
    first = child.pid

    child.read(mail())

    assert child.pid == first


def test_a_child_that_was_killed_between_mails_is_replaced(child):
    child.read(mail())
    first = child.pid
    os.kill(first, signal.SIGKILL)

    assert child.read(mail()).subject == "The printer"
    assert child.pid != first


def test_a_child_that_dies_while_it_reads_is_replaced_and_the_mail_is_read(child):
    child.read(mail())
    first = child.pid
    os.kill(first, signal.SIGSTOP)  # it takes the mail and does not read it
    threading.Timer(0.3, os.kill, (first, signal.SIGKILL)).start()

    assert child.read(mail()).text == "Hello"
    assert child.pid != first


@pytest.mark.parametrize(("death", "reason"), [(signal.SIGABRT, "crashed"), (signal.SIGKILL, "out_of_memory")])
def test_a_mail_that_a_fresh_child_dies_of_is_refused(child, death, reason):
    killer = threading.Thread(target=_kill_when_there, args=(child, death))
    killer.start()

    with pytest.raises(Unreadable) as refusal:
        child.read(SLOW)

    killer.join()
    assert refusal.value.reason == reason
    assert child.read(mail()).text == "Hello"


def _kill_when_there(child: Reader, death: signal.Signals) -> None:
    while child.pid is None:
        time.sleep(0.001)
    os.kill(child.pid, death)


def test_a_child_that_hangs_is_ended():
    slow = Reader(wall_seconds=0.5)
    slow.read(mail())
    os.kill(slow.pid, signal.SIGSTOP)
    stuck = slow.pid

    with pytest.raises(Unreadable) as refusal:
        slow.read(mail(b"x" * 5_000_000))

    assert refusal.value.reason == "took_too_long"
    assert not Path(f"/proc/{stuck}").exists()
    assert Reader().read(mail()).text == "Hello"
    slow.close()


def test_a_mail_that_uses_up_the_processor_time_is_refused():
    quick = Reader(cpu_seconds=0.3)

    with pytest.raises(Unreadable) as refusal:
        quick.read(SLOW)

    assert refusal.value.reason == "took_too_long"
    assert Reader().read(mail()).text == "Hello"


def test_processor_time_is_counted_mail_by_mail():
    quick = Reader(cpu_seconds=0.5)
    while quick.pid is None or _seconds_used(quick.pid) < 1:
        quick.read(mail(b"words " * 30_000))
        first = quick.pid

    assert quick.read(mail()).text == "Hello"
    assert quick.pid == first
    quick.close()


def _seconds_used(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_mail_that_needs_too_much_memory_is_refused():
    small = Reader(memory=60_000_000)
    big = of_parts("mixed", *(file(f"{n}.bin", bytes(8_000_000)) for n in range(3)))

    with pytest.raises(Unreadable) as refusal:
        small.read(big)

    assert refusal.value.reason == "out_of_memory"
    assert small.read(mail()).text == "Hello"
    small.close()


def test_the_largest_mail_stays_below_300_megabytes(child):
    letter = child.read(of_parts("mixed", *(file(f"{n}.bin", bytes(3_500_000)) for n in range(10))))

    peak = next(line for line in Path(f"/proc/{child.pid}/status").read_text().splitlines() if "VmHWM" in line)
    assert len(letter.files) == 10
    assert int(peak.split()[1]) < 300_000


def test_a_mail_over_the_size_limit_does_not_reach_the_child(child):
    with pytest.raises(Unreadable) as refusal:
        child.read(bytes(50_000_001))

    assert refusal.value.reason == "too_large"
    assert child.pid is None


def test_the_child_knows_no_secret_and_holds_nothing_of_ours(child, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "abc")
    with open(tmp_path / "ours", "w") as ours:
        os.set_inheritable(ours.fileno(), True)
        child.read(mail())

        assert b"SECRET" not in Path(f"/proc/{child.pid}/environ").read_bytes()
        held = [str(link.readlink()) for link in Path(f"/proc/{child.pid}/fd").iterdir()]
        assert [name for name in held if not name.startswith(("pipe:", "/dev/null"))] == []


def test_threads_share_one_child(child):
    letters = []
    threads = [
        threading.Thread(target=lambda n=n: letters.append((n, child.read(mail(subject=f"Mail {n}")).subject)))
        for n in range(20)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(letters) == [(n, f"Mail {n}") for n in range(20)]


def test_a_forked_worker_has_a_child_of_its_own():
    reader().read(mail())
    before = reader().pid
    answers, to_us = os.pipe()

    worker = os.fork()
    if worker == 0:
        reader().read(mail())
        os.write(to_us, f"{reader().pid}".encode())
        os._exit(0)
    os.waitpid(worker, 0)

    theirs = int(os.read(answers, 100))
    assert theirs != before
    assert reader().pid == before
    assert reader().read(mail()).text == "Hello"
    os.close(answers)
    os.close(to_us)


def test_the_child_goes_when_we_go():
    answers, to_us = os.pipe()
    worker = os.fork()
    if worker == 0:
        reader().read(mail())
        os.write(to_us, f"{reader().pid}".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(worker, 0)
    orphan = Path(f"/proc/{int(os.read(answers, 100))}")

    deadline = time.monotonic() + 10
    while orphan.exists() and "Z" not in (orphan / "stat").read_text() and time.monotonic() < deadline:
        time.sleep(0.01)

    assert not orphan.exists() or "Z" in (orphan / "stat").read_text().rpartition(")")[2][:3]
    os.close(answers)
    os.close(to_us)
