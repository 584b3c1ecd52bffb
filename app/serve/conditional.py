"""Conditional requests (RFC 9110, 13): entity tags that say which snapshot and which question an answer belongs to."""

from __future__ import annotations

import hashlib

_CODED = ("-gzip", "-zstd")


def entity_tag(snapshot_id: str, key: str) -> str:
    """The tag of an answer that depends on its snapshot and a request's key alone."""
    return f'"{snapshot_id}-{key[:24]}"'


def tag_of_body(body: bytes) -> str:
    """The tag of a whole body."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def coded(tag: str, coding: str) -> str:
    """The tag of a representation in a content coding: other bytes, so another tag."""
    return f'{tag[:-1]}-{coding}"'


def is_match(if_none_match: str, tag: str) -> bool:
    """Whether a client has this representation already, in whatever coding (weak comparison; `*` matches all)."""
    if not if_none_match or tag == '""':
        return False
    wanted = _plain(tag)
    return any(part.strip() == "*" or _plain(part) == wanted for part in if_none_match.split(","))


def _plain(tag: str) -> str:
    text = tag.strip().removeprefix("W/").strip('"')
    for coding in _CODED:
        text = text.removesuffix(coding)
    return text
