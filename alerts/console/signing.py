"""What only we can have written: cookies and forms, signed. And passwords, of which we keep none.

The key, the time and the salt are arguments: this is pure.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import scrypt, sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

# 16 MiB and 50 ms a try: dear for who guesses, not felt by who knows.
COST, BLOCK, LANES = 2**14, 8, 1
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 256
TOO_LARGE_TO_BE_OURS = 512


def seal(key: bytes, session: str, until_s: int) -> str:
    """Give the cookie of a session, good until `until_s`, seconds since 1970.

    Examples
    --------
    >>> opened(b"key", seal(b"key", "s1", 100), now_s=99)
    's1'
    >>> opened(b"key", seal(b"key", "s1", 100), now_s=100) is None
    True
    """
    told = f"{session}.{until_s}"
    return f"{told}.{_mark(key, 'session', told)}"


def opened(key: bytes, cookie: str, now_s: float) -> str | None:
    """Give the session of a cookie; None if we did not write it or its time is over."""
    session, _, rest = cookie.partition(".")
    until, _, mark = rest.partition(".")
    if len(cookie) > TOO_LARGE_TO_BE_OURS or not _same(
        mark, _mark(key, "session", f"{session}.{until}")
    ):
        return None
    return session if now_s < int(until) else None


def form_token(key: bytes, holder: str) -> str:
    """Give what every form of a session, or of a visitor before it, must carry."""
    return _mark(key, "form", holder)


def fits(key: bytes, holder: str, token: str) -> bool:
    """Say whether a form comes from a page that we gave to this holder."""
    return _same(token, form_token(key, holder))


def fingerprint(token: str) -> str:
    """Give what is kept of a token. It is long and drawn by chance, so one hash is enough."""
    return sha256(token.encode()).hexdigest()


def hashed(password: str, salt: bytes) -> str:
    """Give what is kept of a password: cost, salt and hash in one line."""
    made = _scrypt(password, salt, COST)
    return f"scrypt${COST}${_text(salt)}${_text(made)}"


def is_of(password: str, kept: str) -> bool:
    """Say whether a password is the one of which `kept` was made.

    Examples
    --------
    >>> kept = hashed("correct horse battery", b"0123456789abcdef")
    >>> is_of("correct horse battery", kept), is_of("wrong horse battery", kept)
    (True, False)
    """
    _, cost, salt, made = kept.split("$")
    if len(password) > PASSWORD_LENGTH_MAX:
        return False
    return compare_digest(_scrypt(password, _bytes(salt), int(cost)), _bytes(made))


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return scrypt(password.encode(), salt=salt, n=cost, r=BLOCK, p=LANES, dklen=32)


def _mark(key: bytes, use: str, told: str) -> str:
    # The use is part of it: a form's token must not pass for a cookie.
    return _text(hmac_digest(key, f"{use}\x1f{told}".encode(), "sha256"))


def _same(given: str, ours: str) -> bool:
    return compare_digest(given.encode(), ours.encode())


def _text(some: bytes) -> str:
    return urlsafe_b64encode(some).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
