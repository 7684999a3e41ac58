"""without-io-uring.py COMMAND...: starts it under a seccomp filter that forbids io_uring, as container runtimes' default profiles do."""

import ctypes
import os
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
REFUSE, ALLOW = 0x00050000 | 1, 0x7FFF0000  # with EPERM
IO_URING = (425, 426, 427)  # the same numbers on x86_64 and aarch64


def program():
    steps = [(LOAD_WORD, 0, 0, 0)]
    for index, number in enumerate(IO_URING):
        steps.append((JUMP_EQUAL, len(IO_URING) - index, 0, number))
    return steps + [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]


def forbid():
    steps = b"".join(struct.pack("HBBI", *step) for step in program())
    buffer = ctypes.create_string_buffer(steps, len(steps))
    filter_ = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program()), ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_, 0, 0):
        raise OSError(ctypes.get_errno(), "the filter was not taken")


if platform.machine() not in ("x86_64", "aarch64"):
    sys.exit(f"not known: the system calls of {platform.machine()}")
forbid()
os.execvp(sys.argv[1], sys.argv[1:])
