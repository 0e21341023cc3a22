"""The child that reads mails one after the other, under limits: requests on its input, answers on its output."""

import resource
import signal
import sys
from typing import BinaryIO

from notifications.mime.frames import LENGTH, answer, hints_from, refusal
from notifications.mime.letter import Unreadable
from notifications.mime.reading import read


def main(cpu_seconds: float, memory: int) -> None:
    """Read until there is nothing more, or until a mail uses up what it may."""
    _limit_memory(memory)
    while head := _exactly(sys.stdin.buffer, LENGTH.size):
        hints, size = LENGTH.unpack(head)
        told = _exactly(sys.stdin.buffer, hints)
        # Nobody handles this signal: when the processor time is used up, the system ends the process.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        pieces, go_on = _read(_exactly(sys.stdin.buffer, size), told)
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)
        if not go_on:
            return


def _limit_memory(memory: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    return stream.read(size)


def _read(raw: bytes, told: bytes) -> tuple[list[bytes], bool]:
    """The answer, and whether this process is good for another mail."""
    try:
        return answer(read(raw, hints_from(told))), True
    except Unreadable as unreadable:
        return refusal(unreadable.reason, unreadable.sentence), True
    except MemoryError:
        return refusal("out_of_memory", "Reading the mail takes more memory than one mail may use."), False
    except Exception as error:  # noqa: BLE001 - the mail goes to quarantine, with the place to look at
        return refusal("crashed", f"The reader stumbled over the mail ({_place(error)})."), True


def _place(error: BaseException) -> str:
    """Where it happened; never what the mail says."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
