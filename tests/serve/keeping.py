"""What the tests of files and batches share: a store of their own, forms as clients send them, and
PostgreSQL.

    with keeping("x.db") as s:                # takt serve --store with that file, in a folder
        f = upload(s, b"...", purpose="batch")
"""
import glob
import itertools
import os
import shutil
import subprocess
import time

from serving import Server
from tap import Skip, check, path

BOUNDARY = "----takt-test-4711"
NOBODY = 65534


def keeping(store, *args, **more):
    """A server whose store is STORE: a file in this test's folder, or an address."""
    place = store if "://" in store or store in ("memory", "none") else path(store)
    return Server("--store", place, *args, **more)


def form(fields, file=None, name="input.jsonl"):
    """The body and headers of a form with FIELDS and the content FILE (None: no file)."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
             for k, v in fields.items()]
    if file is not None:
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
                     f'filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
                     + file + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode(), \
        {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def send(s, file, headers=None, where="/v1/files", name="input.jsonl", **fields):
    body, head = form(fields, file, name)
    return s.post(where, body, headers={**head, **(headers or {})})


def upload(s, file, purpose="batch", **more):
    """The id of a new file."""
    r = send(s, file, purpose=purpose, **more)
    check(r.status == 200, r)
    return r.json["id"]


def content(s, file, headers=None):
    r = s.get(f"/v1/files/{file}/content", headers=headers)
    check(r.status == 200, r)
    return r.body


class SmallDisk:
    """A file system of 40 MB that outlives the servers which keep their store there; Skip where
    none can be mounted."""

    def __enter__(self):
        self.folder = path("small")
        os.mkdir(self.folder)
        mount = f"mount -t tmpfs -o size=40m tmpfs {self.folder} && echo yes && exec sleep 3600"
        try:
            self.process = subprocess.Popen(["unshare", "-rm", "sh", "-c", mount],
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except FileNotFoundError:
            raise Skip("unshare is not installed")
        if self.process.stdout.readline() != b"yes\n":
            self.__exit__()
            raise Skip("no file system can be mounted here")
        return self

    def keeping(self, *args):
        """A server whose store lies there."""
        s = keeping("small/x.db", *args)
        s.args = ["nsenter", "-t", str(self.process.pid), "-m", "-U", "--preserve-credentials",
                  *s.args]
        return s

    def _filler(self):
        return f"/proc/{self.process.pid}/root{self.folder}/filler"

    def fill(self):
        """Leaves no room."""
        with open(self._filler(), "wb", 0) as f:
            try:
                while True:
                    f.write(b"x" * 4096)
            except OSError:
                pass

    def make_room(self):
        os.unlink(self._filler())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Postgres:
    """A PostgreSQL server in this test's folder, as a user that is not root; Skip where there is
    none."""
    numbers = itertools.count()

    def __enter__(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise Skip("PostgreSQL's server is not installed (postgresql-15)")
        self.folder = path(f"pg{next(self.numbers)}")
        os.mkdir(self.folder, 0o700)
        self.more = {}
        if os.getuid() == 0:
            os.chmod(os.path.dirname(self.folder), 0o711)
            os.chown(self.folder, NOBODY, NOBODY)
            self.more = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([f"{found[-1]}/initdb", "-D", self.folder, "-U", "takt", "-A", "trust",
                        "-E", "UTF8", "--no-sync", "--locale=C"], check=True, cwd="/", **quiet,
                       **self.more)
        self.programs = found[-1]
        self.url = f"postgres:///postgres?host={self.folder}&user=takt"
        self.start()
        return self

    def start(self):
        """Runs it, again after its process has ended."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(
            [f"{self.programs}/postgres", "-D", self.folder, "-k", self.folder, "-c",
             "listen_addresses=", "-c", "shared_buffers=8MB", "-c", "max_connections=12"], cwd="/",
            **quiet, **self.more)
        socket = os.path.join(self.folder, ".s.PGSQL.5432")
        end = time.monotonic() + 60
        while not os.path.exists(socket) and time.monotonic() < end:
            time.sleep(0.05)
        ready = [f"{self.programs}/pg_isready", "-h", self.folder]
        while subprocess.run(ready, **quiet).returncode and time.monotonic() < end:
            time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)
