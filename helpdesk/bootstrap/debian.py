"""Packages of Debian that the tests need, installed by the tests themselves where they may."""

import os
import shutil
import subprocess


def may_install() -> bool:
    """Whether we are root on a system that has such packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install the packages where we may. The caller looks whether they are there afterwards."""
    if not may_install():
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    add = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], add):
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)


def starts(path: str) -> bool:
    """Whether the program runs at all: Ubuntu's `chromium` only points to a store that containers lack."""
    try:
        done = subprocess.run([path, "--version"], check=False, capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
