"""Makes `.venv` and installs a lock file into it: run by the system's Python, standard library only.

python3 -I install.py                         makes .venv if there is none that works
python3 -I install.py requirements.txt        the same, then installs exactly what the file names
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VENV = Path(".venv")
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", "install")


def main(locks: list[str]) -> int:
    """Do what the arguments say; the exit code for the shell."""
    try:
        ensure_venv()
        for lock in locks:
            install(lock)
    except subprocess.CalledProcessError as error:
        print(f"This step failed with exit code {error.returncode}; its own words are above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def ensure_venv() -> None:
    """A virtual environment whose Python has pip; one that is broken is made anew."""
    python = VENV / "bin" / "python"
    if python.exists():
        has_pip = subprocess.run([python, "-c", "import pip"], check=False, capture_output=True)
        if has_pip.returncode == 0:
            return
    print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
    ensure_venv_module()
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def ensure_venv_module() -> None:
    """Debian keeps the module that fills a new environment with pip in a package of its own."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - its absence is what we ask about
    except ImportError:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            sys.exit(f"This Python cannot make virtual environments. Install {package}, then run make again.")
        print(f"Installing {package}", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=True)


def install(lock: str) -> None:
    """Install the packages of a lock file; each must have the hash that stands there."""
    count = sum(1 for line in Path(lock).read_text().splitlines() if "==" in line)
    print(f"Installing {count} packages from {lock}; the first time this takes a minute or two", flush=True)
    subprocess.run([VENV / "bin" / "python", *PIP, "--require-hashes", "-r", lock], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
