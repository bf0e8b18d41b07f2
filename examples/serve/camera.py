#!/usr/bin/env python3
"""Says once a second what a camera shows: frames by ffmpeg, answers by takt serve.

    python3 examples/serve/camera.py                         # the first camera of this machine
    python3 examples/serve/camera.py rtsp://camera.lan/1 --ask 'Is somebody at the door?'
    python3 examples/serve/camera.py film.mp4 --every 2

A frame that comes while another one is being answered takes the place of those that wait: the
answer is always about what is there now. A frame that shows what was shown before costs no
encoding. Standard library only.
"""
import argparse
import base64
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request


def options():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("source", nargs="?", default="/dev/video0", help="a camera, a file or a URL")
    p.add_argument("--server", default="http://127.0.0.1:8080")
    p.add_argument("--key", help="for a server that asks for one")
    p.add_argument("--ask", default="What do you see?")
    p.add_argument("--every", type=float, default=1, metavar="S", help="seconds between frames")
    p.add_argument("--frames", type=int, default=0, metavar="N", help="end after N answers")
    return p.parse_args()


def grab(o):
    """ffmpeg, which writes a JPEG for each frame."""
    camera = ["-f", "v4l2"] if o.source.startswith("/dev/") else ["-re"]
    return subprocess.Popen(
        ["ffmpeg", "-v", "error", "-nostdin", *camera, "-i", o.source,
         "-vf", f"fps=1/{o.every},scale='min(640,iw)':-2", "-q:v", "3", "-c:v", "mjpeg",
         "-f", "image2pipe", "-"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)


class Latest:
    """The last frame that came."""

    def __init__(self, stream):
        self.stream, self.frame, self.ended = stream, None, False
        self.changed = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        held = b""
        while data := self.stream.read1(1 << 16):
            *whole, held = (held + data).split(b"\xff\xd9")  # ends a JPEG, and stands nowhere else
            if whole:
                with self.changed:
                    self.frame = whole[-1] + b"\xff\xd9"
                    self.changed.notify()
        with self.changed:
            self.ended = True
            self.changed.notify()

    def take(self):
        """Waits for a frame that was not taken yet; None: there are no more."""
        with self.changed:
            self.changed.wait_for(lambda: self.frame or self.ended)
            frame, self.frame = self.frame, None
            return frame


def answer(o, frame):
    address = "data:image/jpeg;base64," + base64.b64encode(frame).decode()
    body = {"messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": address}}, {"type": "text", "text": o.ask}]}],
        "temperature": 0, "max_tokens": 100}
    head = {"content-type": "application/json"}
    if o.key:
        head["authorization"] = "Bearer " + o.key
    request = urllib.request.Request(o.server + "/v1/chat/completions",
                                     json.dumps(body).encode(), head)
    with urllib.request.urlopen(request, timeout=60) as r:
        return json.load(r)["choices"][0]["message"]["content"]


def main():
    o = options()
    try:
        ffmpeg = grab(o)
    except FileNotFoundError:
        sys.exit("camera.py: the program ffmpeg is not installed")
    frames, n = Latest(ffmpeg.stdout), 0
    try:
        while (not o.frames or n < o.frames) and (frame := frames.take()):
            print(answer(o, frame), flush=True)
            n += 1
    except (urllib.error.URLError, TimeoutError) as e:
        why = e.read().decode(errors="replace") if isinstance(e, urllib.error.HTTPError) else e
        sys.exit(f"camera.py: {o.server}: {why}")
    except KeyboardInterrupt:
        pass
    finally:
        ffmpeg.kill()
        ffmpeg.wait()
    if n == 0:
        sys.exit(f"camera.py: {o.source} gives no frames")


main()
