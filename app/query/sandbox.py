"""What a worker may not do: reach a network, open a file outside its snapshot, grow, dump core, outlive its parent.

Each mechanism that is not available is left out and said so by `describe`; none is assumed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 38, 4, 36
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_ALL_ACCESS = (1 << 13) - 1


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def close_network() -> bool:
    """Move this process into a network namespace of its own, without any interface up; before any thread starts."""
    libc = _libc()
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWNET) == 0)


def open_loopback() -> socket.socket:
    """Bring up the loopback of this process's own network namespace; return a socket that listens on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14s", b"lo", _IFF_UP | _IFF_RUNNING, b"")
        fcntl.ioctl(any_socket.fileno(), _SIOCSIFFLAGS, request)
    return socket.create_server(("127.0.0.1", 0), backlog=64)


def close_files(readable: list[Path]) -> bool:
    """Let this process (and its children) open only files below `readable`, and only to read them (Landlock)."""
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    attributes = struct.pack("=Q", _ALL_ACCESS)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = struct.pack("=Qi", _READ_FILE | _READ_DIR, handle)
                if libc.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0) != 0:
                    return False
            finally:
                os.close(handle)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends."""
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def outlive_parent() -> None:
    """Take `die_with_parent` back: for a process that takes its parent's place."""
    _libc().prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that they are reaped here, not left to process 1."""
    _libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def forbid_core_dumps() -> None:
    """Never write memory to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def address_space_bytes() -> int:
    """How much address space this process holds; to be asked before files are closed."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def cap_memory(limit_bytes: int, *, softly: bool = False) -> None:
    """Let the address space grow to at most this; `softly`: children may be given another cap."""
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, resource.RLIM_INFINITY if softly else limit_bytes))
