"""Ties a process's life to its parent's, so that a killed parent leaves no child behind."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
# Looked up at import: between fork and exec, where `die_with` runs, little else is safe.
_prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; end at once if that already happened."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
