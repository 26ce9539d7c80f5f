"""The socket that listens: a port that is taken is told in one line."""

import gc

import pytest

from moderation.cli.serving.listening import Listening, NotListening

# It leaves a socket that could not be bound to the garbage collector.
uvicorns = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@uvicorns
def test_two_cannot_listen_at_one_port() -> None:
    listening = Listening("127.0.0.1", 0)
    try:
        with pytest.raises(NotListening, match=f"Port {listening.port} of 127.0.0.1 is taken"):
            Listening("127.0.0.1", listening.port)
    finally:
        listening.close()
        gc.collect()


@uvicorns
def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(NotListening, match=r"192\.0\.2\.1 is not at an address of this machine"):
        Listening("192.0.2.1", 0)
    gc.collect()
