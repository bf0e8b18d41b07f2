"""Servers to measure: takt serve, and llama-server beside it."""

import signal
import subprocess
import time
import urllib.request


class Server:
    """A server of KIND ("takt", "llama-server") that ARGS start on PORT; ready when entered."""

    def __init__(self, kind, args, port):
        self.kind, self.port = kind, int(port)
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([*map(str, args), "--port", str(port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def __enter__(self):
        end = time.monotonic() + 600
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.kind} ended: {self.process.stderr.read()[-500:]!r}")
            try:
                if urllib.request.urlopen(self.base + "/health", timeout=2).status == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{self.kind} did not get ready")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
