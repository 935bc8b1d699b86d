"""Compiled code: plain functions over one customer or one event, run as machine code (numba).

A family says what one event does to one row, in the words one would use for a person; numba
makes it as fast as C. So a slice needs no cutting up: its events are taken one by one, which is
what it means anyhow. Numbers are signed, except sets of bits and hashes: an int64 and a uint64
together make a float.

Machine code is kept beside the sources, under a stamp of all of them. Numba's own stamp is that
of one file: a kernel would not notice that a family it calls has changed.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

CORE = Path(__file__).parent
COUNTING_NOTHING: Any = {"_nrt": False}


def compiled(function: Function) -> Function:
    """Compile a function that compiled code calls. Divisions follow IEEE 754 and never raise.

    It may make no array: whole-array expressions are loops here. In return numba does not count
    the users of the arrays that a call passes on, an atomic addition each, which took a fifth of
    the time of an event.
    """
    return cast("Function", numba.njit(error_model="numpy", **COUNTING_NOTHING)(function))


def inlined(function: Function) -> Function:
    """Compile a function into those that call it.

    For what is called many times an event, and for what takes `Terms` and is called for each: by
    a call all their fields and arrays are handed over one by one, which took a third of an event.
    """
    options: Any = {"forceinline": True, **COUNTING_NOTHING}
    return cast("Function", numba.njit(error_model="numpy", **options)(function))


def kernel(function: Function) -> Function:
    """Compile a function that Python calls, and keep its machine code for the next process.

    Its signature must be the same for every call, or it is compiled once more for each. Where
    nothing can be kept, each process compiles anew. It may make no array either.
    """
    return _kept(function, COUNTING_NOTHING)


def array_kernel(function: Function) -> Function:
    """Compile a kernel that makes arrays, or gives them back."""
    return _kept(function, {})


def _kept(function: Function, options: Any) -> Function:
    folder = _folder(_stamp(CORE, Path(function.__code__.co_filename).parent))
    config: Any = numba.config  # its names are made when it is imported
    config.CACHE_DIR = str(folder or "")
    try:
        made = numba.njit(error_model="numpy", cache=folder is not None, **options)(function)
        return cast("Function", made)
    finally:
        config.CACHE_DIR = ""


def _folder(stamp: str) -> Path | None:
    """Give a folder to keep machine code in: beside the sources, else in the user's cache.

    Numba has a way out of its own, but keeps there under the stamp of one file.
    """
    for place in (CORE / "__pycache__", Path.home() / ".cache" / "ebbwatch"):
        folder = place / "compiled" / stamp
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _stamp(*folders: Path) -> str:
    """Give a digest of all sources that compiled code may come from."""
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    for path in sorted({path for folder in folders for path in folder.rglob("*.py")}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
