"""Programs of PyPI that talk to takt serve, in a virtual environment of their own."""
import os
import subprocess
import sys

from tap import Skip

FOLDER = os.path.abspath("build-venv-clients")


def program(name):
    """The path of a program that an installed package brought."""
    return os.path.join(FOLDER, "bin", name)


def python():
    return program("python")


def _is_there(name):
    return os.path.exists(python()) and subprocess.run(
        [python(), "-m", "pip", "show", "-q", name.split("[")[0]],
        stderr=subprocess.DEVNULL).returncode == 0


def install(*names):
    """NAMES, installed together; skips the test where that cannot be done."""
    if all(_is_there(name) for name in names):
        return
    try:
        for args in ([sys.executable, "-m", "venv", FOLDER],
                     [python(), "-m", "pip", "install", "-q", "--retries", "1", *names]):
            done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=900)
            if done.returncode:
                raise Skip(f"{', '.join(names)} of PyPI could not be installed")
    except (OSError, subprocess.TimeoutExpired):
        raise Skip(f"{', '.join(names)} of PyPI: out of reach")
