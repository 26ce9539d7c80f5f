#!/usr/bin/env python3
"""Prepares a virtual environment on first use, then runs the service's command line in it.

    python3 start.py serve      start the service: SQLite, a loopback address
    python3 start.py test       run the tests; arguments go to pytest, --browser adds the browser's
    python3 start.py bench      measure it beside its limits; --help lists the parts
    python3 start.py VERB ...   any other verb of the command line; --help lists them

It needs Python 3.11 or newer with pip and venv and nothing else, and works from any folder. The
environment is `.venv` beside this file, or the folder that MODERATION_VENV names.
"""

# Nothing here may be newer than what Python 3.6 can parse: an old one is to be told, not to choke.
# So the version is looked at before anything else is imported.
import sys

NEEDED = (3, 11)
if sys.version_info[:2] < NEEDED:
    sys.exit(
        "start.py: this needs Python 3.11 or newer, and this is Python "
        + ".".join(str(part) for part in sys.version_info[:3])
        + ". If there is a newer one, name it: python3.12 start.py "
        + " ".join(sys.argv[1:])
    )

import contextlib
import hashlib
import importlib.util
import os
import pathlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = pathlib.Path(__file__).resolve().parent
LOCKS = ("run.txt", "test.txt", "browser.txt")  # each holds all that the one before it holds
STILL_SECONDS = 15  # between two signs of life

Step = Callable[[str, Sequence[str]], None]


class Place:
    """The environment's folder and the marks that are left in it."""

    def __init__(self, root: pathlib.Path, environ: Mapping[str, str]) -> None:
        named = environ.get("MODERATION_VENV")
        self.root = root
        self.is_ours = not named  # .venv of the checkout: may be thrown away
        self.folder = pathlib.Path(named).absolute() if named else root / ".venv"
        windows = sys.platform == "win32"
        self.python = self.folder / ("Scripts/python.exe" if windows else "bin/python")
        self.lock = self.folder.with_name(self.folder.name + ".lock")
        self.made = self.folder / ".made"  # by this file, for this Python, at this place
        self.unfinished = self.folder / ".unfinished"  # stands while packages are put in

    def stamp(self, lock: str) -> pathlib.Path:
        """The mark that says: everything in this lock is in place."""
        return self.folder / f".ready-{lock}"

    def wanted(self, lock: str) -> str:
        """What the stamp must say; another Python, place, lock or project makes it another."""
        files = (self.root / "requirements" / lock, self.root / "pyproject.toml")
        written = b"".join(file.read_bytes() for file in files)
        return hashlib.sha256(self.identity().encode() + written).hexdigest()

    def identity(self) -> str:
        """The Python and the places that are written into an environment when it is made."""
        return f"{sys.version}\n{self.root}\n{self.folder}\n"

    def is_ready(self, lock: str) -> bool:
        return self.python.exists() and _read(self.stamp(lock)) == self.wanted(lock)


def ensure(place: Place, lock: str, step: Step) -> None:
    """Have everything of a lock in the environment. Two at once wait for each other.

    What was interrupted, was moved or belongs to another Python is made anew: half a package
    looks like a whole one to pip, and scripts have their place written into them.
    """
    if place.is_ready(lock):
        return
    with only_one(place.lock):
        if place.is_ready(lock):  # another one has done it meanwhile
            return
        make(place, step)
        place.unfinished.touch()
        pip = [str(place.python), "-m", "pip", "install", "--quiet"]
        pinned = ["--require-hashes", "--only-binary=:all:", "--requirement"]
        step(
            f"installing the pinned packages of requirements/{lock}",
            [*pip, *pinned, str(place.root / "requirements" / lock)],
        )
        itself = ["--no-deps", "--no-build-isolation", "--editable", str(place.root)]
        step("installing the project itself", [*pip, *itself])
        for contained in LOCKS[: LOCKS.index(lock) + 1]:
            place.stamp(contained).write_text(place.wanted(contained))
        place.unfinished.unlink()


def make(place: Place, step: Step) -> None:
    """Have an environment of this Python at this place, without anything half done in it."""
    if place.python.exists() and not place.unfinished.exists():
        made = _read(place.made)
        if made == place.identity():
            return
        if made is None and _version(place.folder) == sys.version_info[:3]:
            place.made.write_text(place.identity())  # made by hand: taken as it is
            return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(
            "start.py: this Python cannot make virtual environments (no venv or ensurepip)."
            " On Debian or Ubuntu: apt install python3-venv"
        )
    throw_away(place)
    place.folder.mkdir(parents=True)
    place.unfinished.touch()
    base = getattr(sys, "_base_executable", None) or sys.executable  # not a Python inside it
    step(f"making {place.folder}", [base, "-m", "venv", str(place.folder)])
    place.made.write_text(place.identity())


def throw_away(place: Place) -> None:
    """Remove what stands in the environment's place, unless it may be somebody else's."""
    if not place.folder.exists():
        return
    ours = place.is_ours or place.made.exists() or place.unfinished.exists()
    if not ours and any(place.folder.iterdir()):
        sys.exit(
            f"start.py: MODERATION_VENV names {place.folder}, which this file did not make and"
            " cannot use as it is. Remove it, or name another folder."
        )
    print("==> removing what is unfinished, moved or of another Python", file=sys.stderr)
    place.unfinished.touch()  # so that it is known even when this is interrupted
    for child in place.folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(str(child))
        elif child != place.unfinished:
            child.unlink()
    place.unfinished.unlink()
    place.folder.rmdir()


@contextlib.contextmanager
def only_one(path: pathlib.Path) -> Iterator[None]:
    """Hold a lock on a file; it ends with the process and the commands it runs, however they end.

    So a pip that outlives a killed set-up is waited for, and does not write into the next one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if not _locked(file.fileno(), wait=False):
            print("==> waiting for another set-up to finish", file=sys.stderr, flush=True)
            while not _locked(file.fileno(), wait=True):
                pass
        os.set_inheritable(file.fileno(), True)
        yield


def _locked(number: int, *, wait: bool) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def run_step(title: str, command: Sequence[str]) -> None:
    """Run one command of the set-up, say what it is and how long it took, stop where it fails."""
    print(f"==> {title}", file=sys.stderr, flush=True)
    began = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=clean(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        close_fds=False,  # the lock goes along
    ) as process:
        while True:
            try:
                code = process.wait(STILL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                passed = time.monotonic() - began
                print(f"    still at it ({passed:.0f} s)", file=sys.stderr, flush=True)
            except KeyboardInterrupt:
                process.wait()
                sys.exit("start.py: interrupted; the same command starts over")
    if code:
        sys.exit(f"start.py: {title} failed (exit {code}); the lines above say why")
    print(f"    {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would lead Python or pip out of the folder."""
    astray = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    astray |= {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_VIRTUALENV"}
    kept = {name: value for name, value in environ.items() if name not in astray}
    return dict(kept, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")


def _read(path: pathlib.Path) -> str | None:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError):
        return None


def _version(folder: pathlib.Path) -> tuple[int, ...]:
    """The Python version an environment says it was made with; () where it says none."""
    lines = (line.partition("=") for line in (_read(folder / "pyvenv.cfg") or "").splitlines())
    found = next((value for name, _, value in lines if name.strip() == "version"), "")
    return tuple(int(part) for part in found.strip().split(".") if part.isdigit())


def has_chromium(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("MODERATION_TEST_CHROMIUM") or shutil.which("chromium"))


def has_postgres(environ: Mapping[str, str]) -> bool:
    """Whether the tests find a server to ask, or one to start."""
    debian = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
    given = environ.get("MODERATION_TEST_DATABASE_URL")
    return bool(given or shutil.which("initdb") or next(debian, None))


def left_out(lock: str, environ: Mapping[str, str]) -> list[str]:
    """Say which tests cannot be run on this machine, and what would let them."""
    lines = []
    if not has_postgres(environ):
        lines.append(
            "Not run: the store's tests on PostgreSQL (they ran on SQLite), for no initdb was"
            " found. On Debian: apt install postgresql"
        )
    if lock != "browser.txt" or not has_chromium(environ):
        lines.append(
            "Not run: the tests in a browser, for no Chromium was found."
            " On Debian: apt install chromium"
        )
    return lines


def test(place: Place, arguments: Sequence[str]) -> int:
    """Run the tests in the project's folder; the last word is what was not run."""
    browser = "--browser" in arguments or "browser" in os.environ.get("MODERATION_TEST_REQUIRE", "")
    lock = "browser.txt" if browser or has_chromium(os.environ) else "test.txt"
    ensure(place, lock, run_step)
    rest = [argument for argument in arguments if argument != "--browser"]
    senders = [str(place.python), "-m", "tests.senders"]  # other people's, of pings
    run(senders, str(place.root))
    command = [str(place.python), "-m", "pytest", *spread(place.root, rest), *rest]
    code = run(command, str(place.root))
    for line in left_out(lock, os.environ):
        print(line, flush=True)
    run([*senders, "--missing"], str(place.root))
    return code


def spread(root: pathlib.Path, arguments: Sequence[str]) -> list[str]:
    """One process for each core where all tests are run; one for a file or a debugger."""
    for word in arguments:
        if word.startswith(("-n", "-s", "--pdb")) or (root / word.partition("::")[0]).exists():
            return []
    return ["--numprocesses=auto", "--dist=worksteal"]


def run(command: Sequence[str], cwd: str | None = None) -> int:
    """Run a command to its end; an interrupt is the command's to answer."""
    with subprocess.Popen(command, cwd=cwd) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def main(arguments: Sequence[str]) -> int:
    place = Place(ROOT, os.environ)
    if arguments[:1] == ["test"]:
        return test(place, arguments[1:])
    bench = arguments[:1] == ["bench"]
    ensure(place, "test.txt" if bench else "run.txt", run_step)
    command = [str(place.python), "-m", *([] if bench else ["moderation"]), *arguments]
    if bench:
        os.chdir(str(ROOT))
    if sys.platform == "win32":
        return run(command)
    os.execv(command[0], command)  # signals and the exit code are then the service's


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
