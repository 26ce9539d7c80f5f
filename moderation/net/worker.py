"""The process that reads hostile pages: jobs come in by standard input, facts leave by output.

Started by `ProcessReader` as ``python -m moderation.net.worker``. It knows no secrets, opens
no connection and no file, and may be killed at any moment.
"""

import gc
import os
import signal
import sys
from typing import BinaryIO

import msgspec

from moderation.net.contract import NotHtml
from moderation.net.messages import LENGTH, READY, Job, Outcome
from moderation.net.reading import read_article, read_source

_NICENESS = 5  # readers of threads go before readers of strange pages


def read(job: Job) -> Outcome:
    """Read one page; what goes wrong with a page is an outcome, not an end."""
    try:
        if job.targets is None:
            return Outcome(article=read_article(job.page, job.now))
        return Outcome(source=read_source(job.page, job.targets, job.now, job.sketch))
    except NotHtml as error:
        return Outcome(not_html=error.reason)
    except MemoryError:
        raise
    except Exception as error:  # of a page made to break parsers; the next page is another
        return Outcome(failed=f"reading failed: {type(error).__name__}"[:100])


def main(memory_bytes: int) -> None:
    """Serve jobs until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service ends us, not the terminal
    jobs, outcomes = sys.stdin.buffer, sys.stdout.buffer
    _confine(memory_bytes)
    decoder = msgspec.msgpack.Decoder(Job)
    encoder = msgspec.msgpack.Encoder()
    gc.freeze()
    gc.disable()  # parsing makes many nodes and no garbage
    _send(outcomes, READY)
    while (message := _receive(jobs)) is not None:
        job = decoder.decode(message)
        _limit_cpu(job.cpu_seconds)
        try:
            _send(outcomes, encoder.encode(read(job)))
        except MemoryError:
            os._exit(1)  # too little is left to trust what is here
        gc.collect()


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


if sys.platform == "win32":

    def _confine(memory_bytes: int) -> None:
        """Windows has no such limits; the wall clock still holds."""

    def _limit_cpu(seconds: int) -> None:
        """Windows has no such limits; the wall clock still holds."""
else:
    import resource

    def _confine(memory_bytes: int) -> None:
        """Leave this process no more than reading needs: memory, no files, no core dumps."""
        os.nice(_NICENESS)
        for what, limit in (
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            try:
                resource.setrlimit(what, (limit, limit))
            except (ValueError, OSError):  # a system that cannot, or a lower limit already
                continue

    def _limit_cpu(seconds: int) -> None:
        """End this process when the job at hand takes more processor time than this."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]))
