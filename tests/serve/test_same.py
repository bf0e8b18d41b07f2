"""The same bytes whatever the load: identical requests inside random traffic give one answer."""
import random
import threading
import time

from serving import Server
from tap import check, environment, main, test

LONG = environment.get("TAKT_TEST_LONG")
QUESTIONS = ["What is takt?", "What is 12 + 30?", "Say hello in Japanese.", "Who made you?",
             "Sort these numbers: 5, 3, 9", "Which commands are there?"]


@test
def identical_requests_in_random_traffic():
    n = 1000 if LONG else 60
    with Server("--parallel", "8") as s:
        asks = [dict(content=q, max_tokens=24, **k) for q in QUESTIONS
                for k in ({"temperature": 0}, {"temperature": 1.1, "seed": 7})]
        want = [s.chat(**a).text for a in asks]  # alone: nothing is refused
        seen = [set() for _ in asks]
        rng = random.Random(1)
        jobs = [rng.randrange(len(asks)) for _ in range(n)]
        lock, answered = threading.Lock(), []

        def noise(seed):
            r = random.Random(seed)
            while True:
                with lock:
                    if not jobs:
                        return
                s.chat("x " * r.randrange(1, 300), max_tokens=r.randrange(1, 30),
                       stream=r.random() < 0.5)

        def work():
            while True:
                with lock:
                    if not jobs:
                        return
                    k = jobs.pop()
                reply = s.chat(stream=k % 2 == 0, **asks[k])
                if reply.status == 429:  # on a busy machine; it is asked again
                    with lock:
                        jobs.append(k)
                    time.sleep(0.05)
                    continue
                seen[k].add(reply.text)
                answered.append(k)
        threads = [threading.Thread(target=work) for _ in range(6)]
        threads += [threading.Thread(target=noise, args=(i,)) for i in range(3)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for k, texts in enumerate(seen):
            check(texts <= {want[k]}, (asks[k], want[k], texts))
        check(len(answered) == n, (len(answered), n))


main("serve/same")
