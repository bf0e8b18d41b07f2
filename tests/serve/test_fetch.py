"""Pictures that takt serve fetches: from hosts of the list alone, and never from inside."""
import http.server
import json
import os
import socket
import threading
import time

from pictures import ASK, drawn, part, says
from serving import Server
from tap import check, main, test


class Site:
    """A web server on this machine with pictures, redirects and bad manners."""

    def __init__(self, data, host="127.0.0.1"):
        site = self
        self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                try:
                    site.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def log_message(self, *_):
                pass
        self.data = data
        self.web = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.web.daemon_threads = True
        self.host = f"{host}:{self.web.server_port}"
        self.elsewhere = None
        self.ends = threading.Event()

    def __enter__(self):
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.web.shutdown()
        self.web.server_close()

    def url(self, path="/scene.bmp"):
        return f"http://{self.host}{path}"

    def send(self, h, data, **headers):
        h.send_response(200)
        for k, v in headers.items():
            h.send_header(k.replace("_", "-"), v)
        if "content_length" not in headers:
            h.send_header("content-length", str(len(data)))
        h.end_headers()
        h.wfile.write(data)

    def redirect(self, h, to):
        h.send_response(302)
        h.send_header("location", to)
        h.send_header("content-length", "0")
        h.end_headers()

    def answer(self, h):
        path = h.path
        if path.startswith("/scene"):
            self.send(h, self.data)
        elif path.startswith("/hop"):
            n = int(path[4:])
            self.redirect(h, f"/hop{n - 1}" if n else "/scene.bmp")
        elif path == "/away":
            self.redirect(h, self.elsewhere)
        elif path == "/file":
            self.redirect(h, "file:///etc/passwd")
        elif path == "/empty":
            self.send(h, b"")
        elif path == "/text":
            self.send(h, b"<!DOCTYPE html><p>no picture")
        elif path == "/large":
            self.send(h, bytes(3 << 20))
        elif path == "/endless":
            h.send_response(200)
            h.end_headers()
            while not self.ends.is_set():
                h.wfile.write(bytes(1 << 16))
        elif path == "/lies":
            self.send(h, self.data[:100], content_length=str(len(self.data)))
            h.close_connection = True
        elif path == "/silent":
            self.ends.wait(30)
        elif path == "/drip":
            h.send_response(200)
            h.end_headers()
            while not self.ends.wait(0.2):
                h.wfile.write(b"B")
                h.wfile.flush()
        else:
            h.send_error(404)


@test
def fetched_and_seen():
    data, _ = drawn(3)
    with Site(data) as web, Server("--store", "memory", "--allow-images-from",
                                   f"pictures.example,{web.host}") as s:
        want = s.chat(says(part(data)), temperature=0)
        r = s.chat(says(part(web.url())), temperature=0)
        check(r.status == 200 and r.text == want.text, r)
        usage = r.json["usage"]
        check(usage["prompt_tokens_details"]["cached_tokens"] == usage["prompt_tokens"] - 1, r)
        path, headers = web.asked[0]
        check(path == "/scene.bmp" and headers["User-Agent"] == "takt", web.asked)
        check(not {"Cookie", "Authorization", "Referer"} & set(headers), headers)
        r = s.chat(says({"type": "image_url", "image_url": web.url("/scene?a=b")}), temperature=0)
        check(r.text == want.text and web.asked[-1][0] == "/scene?a=b", r)
        r = s.chat(says(part(web.url("/hop3")), part(data)), max_tokens=4)
        check(r.status == 200, r)
        asked = [{"role": "user", "content": [{"type": "input_image", "image_url": web.url()},
                                              {"type": "input_text", "text": ASK}]}]
        r = s.post("/v1/responses", {"input": asked, "temperature": 0})
        check(r.json["output"][0]["content"][0]["text"] == want.text, r)
        e = s.post("/v1/estimate", {"messages": says(part(web.url()))})
        check(e.json["image_tokens"] == 64, e)


def refused(s, address, words, status=400):
    r = s.chat(says(part(address)), max_tokens=4)
    check(r.status == status and words in r.error["message"], (address, r))
    if status == 400:
        check(r.error["param"] == "messages[0].content[0].image_url", (address, r))


@test
def nothing_is_fetched_unless_it_is_allowed():
    data, _ = drawn(4)
    with Site(data) as web:
        port = web.host.split(":")[1]
        with Server("--store", "memory") as s:
            refused(s, web.url(), "fetches no pictures")
            check(not web.asked, "it was not asked")
        names = f"localhost:{port},pictures.example"
        with Server("--store", "memory", "--allow-images-from", names) as s:
            # The name is in the list; where it leads is not the Internet.
            refused(s, f"http://localhost:{port}/scene.bmp", "of this machine")
            for address in (web.url(), "http://example.com/a.png", "http://[::1]/a.png",
                            "http://169.254.169.254/latest/meta-data/",
                            f"http://localhost:{int(port) + 1}/a.png",
                            f"http://pictures.example.evil:{port}/a.png",
                            f"http://2130706433:{port}/a.png", f"http://127.1:{port}/a.png",
                            f"http://[::ffff:127.0.0.1]:{port}/a.png"):
                refused(s, address, "does not fetch pictures")
            refused(s, f"http://me:secret@localhost:{port}/a.png", "a name or a password")
            check(not web.asked, web.asked)
            check("secret" not in s.said() and "scene.bmp" not in s.said(), "no addresses in logs")
    with Server("--store", "memory", "--allow-images-from", "pictures.example",
                wait=False, env={"http_proxy": "http://127.0.0.1:1"}) as s:
        s.until_ready()
        refused(s, "http://pictures.example/a.png", "could not be fetched")


@test
def redirects_stay_within_the_list():
    data, _ = drawn(5)
    with Site(data) as web, Site(data) as other, \
            Server("--store", "memory", "--allow-images-from", web.host) as s:
        for to in (other.url(), "http://localhost/x", "http://169.254.169.254/", "//evil/x",
                   other.url().replace("127.0.0.1", "localhost")):
            web.elsewhere = to
            refused(s, web.url("/away"), "leads on to a host")
        refused(s, web.url("/file"), "leads on to a host")
        refused(s, web.url("/hop9"), "leads on more than")
        check(not other.asked, other.asked)


@test
def bad_sites_cost_their_request_alone():
    data, shown = drawn(6)
    with Site(data) as web, Server("--store", "memory", "--allow-images-from", web.host,
                                   "--image-timeout", "1.5", "--image-max", "1") as s:
        want = s.chat(says(part(data)), temperature=0).text
        for path, words in [("/none", "404"), ("/empty", "nothing in it"), ("/text", "a web page"),
                            ("/large", "more than the"), ("/endless", "more than the"),
                            ("/lies", "could not be fetched"), ("/silent", "within 1.5 s"),
                            ("/drip", "within 1.5 s")]:
            begin = time.monotonic()
            refused(s, web.url(path), words)
            check(time.monotonic() - begin < 15, path)
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # and does not listen
            check(s.chat(says(part(f"http://127.0.0.1:{nobody.getsockname()[1]}/"))).status == 400,
                  "not in the list")
        # Others do not wait for one that hangs.
        slow = [threading.Thread(target=s.chat, args=(says(part(web.url("/silent"))),))
                for _ in range(3)]
        for t in slow:
            t.start()
        check(s.chat(says(part(web.url())), temperature=0).text == want, "meanwhile")
        for t in slow:
            t.join()
        check(s.metric("takt:pictures_refused_total", cause="not_found") >= 8, "counted")


@test
def clients_that_leave_and_servers_that_end():
    data, _ = drawn(7)
    with Site(data) as web:
        with Server("--store", "memory", "--allow-images-from", web.host, "--drain", "1") as s:
            body = json.dumps({"messages": says(part(web.url("/silent")))}).encode()
            with socket.create_connection((s.host, s.port)) as c:
                c.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
                          b"content-type: application/json\r\n"
                          b"content-length: %d\r\n\r\n" % len(body) + body)
                end = time.monotonic() + 20
                while not web.asked and time.monotonic() < end:
                    time.sleep(0.05)
            end = time.monotonic() + 20
            while s.metric("takt:pictures_waiting") != 0 and time.monotonic() < end:
                time.sleep(0.05)
            check(s.metric("takt:pictures_waiting") == 0, "let go long before it would end")
            got = []
            t = threading.Thread(
                target=lambda: got.append(s.chat(says(part(web.url("/silent"))))))
            t.start()
            while len(web.asked) < 2:
                time.sleep(0.05)
        t.join()
        check(got[0].status == 503, got)


@test
def the_list_is_checked_at_the_start():
    for bad in ("http://a", "a/b", "a:0", ""):
        try:
            with Server("--store", "memory", "--allow-images-from", bad, wait=False):
                check(False, f"{bad} is no host")
        except AssertionError as e:
            check("is no host" in str(e) and "did not start" in str(e), e)


if not os.path.exists("models/builtin/builtin.gguf"):
    raise SystemExit("there is no models/builtin/builtin.gguf")
main("serve/fetch")
