"""What shows a remote store who asks: a key out of a file, never out of an address, and never in what is said."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx

from app.errors import SettingsError
from app.settings import Settings

_KEY_FILE, _URL = "RASHOMON_REMOTE_KEY_FILE", "RASHOMON_REMOTE_URL"


class _Bearer(httpx.Auth):
    """A token in each request."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]
        request.headers["authorization"] = self._header
        yield request


def credentials(settings: Settings) -> httpx.Auth | None:
    """How requests to the remote store are signed; None where no key is set. Raises SettingsError without the key."""
    if urlsplit(settings.remote_url).username is not None or "@" in urlsplit(settings.remote_url).netloc:
        raise SettingsError(
            "the address of the remote store holds a name or a password", where=_URL,
            advice=f"Addresses are shown and logged: put name:password into a file and name it in {_KEY_FILE}.",
        )  # fmt: skip
    if settings.remote_key_file is None:
        return None
    key = _key(settings.remote_key_file)
    if settings.remote_auth == "bearer":
        if not key.isascii() or not key.isprintable() or " " in key:
            raise SettingsError(
                "the file holds no token", where=_KEY_FILE, advice="It is one word of ASCII characters."
            )
        return _Bearer(key)
    name, colon, password = key.partition(":")
    if not colon or not name:
        raise SettingsError("the file does not hold name:password", where=_KEY_FILE, advice="Write both into one line.")
    return httpx.DigestAuth(name, password) if settings.remote_auth == "digest" else httpx.BasicAuth(name, password)


def _key(path: Path) -> str:
    try:
        key = path.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("the key cannot be read", where=_KEY_FILE, why=type(error).__name__) from error
    if not key or "\n" in key:
        raise SettingsError("the file holds no key", where=_KEY_FILE, advice="It holds one line.")
    return key
