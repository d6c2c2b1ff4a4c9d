"""Ties a process's life to its parent's, so that a killed parent leaves no child behind."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
# Looked up at import: between fork and exec, where `die_with` runs, little else is safe.
_prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)


def die_with(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent ends; end at once if it already did."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        os._exit(1)
