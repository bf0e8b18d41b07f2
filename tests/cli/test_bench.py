"""takt bench: the keys of its JSON, which scripts may rely on, and batches."""
from models import Shape
from tap import check, fails, main, path, test, works

MODEL = Shape().write(path("model.gguf"))
SHORT = ["-p", "16", "-n", "4", "-r", "2"]
RATES = ["tokens_per_s", "tokens_per_s_min", "tokens_per_s_max"]
TIMES = ["step_ms_p50", "step_ms_p99", "step_ms_p999", "step_ms_max"]


@test
def json_keys():
    """A key may be added (with a new version); none of these may go or change its meaning."""
    b = works("bench", MODEL, *SHORT, "--json").json()
    check(list(b) == ["version", "model", "threads", "isa", "repeat", "prefill", "decode", "loop",
                      "jitter", "predicted_over_measured"], list(b))
    check(b["version"] == 1 and b["model"] == MODEL and b["repeat"] == 2, b)
    check(list(b["prefill"]) == ["n_tokens"] + RATES, b["prefill"])
    check(list(b["decode"]) == ["n_tokens", "context", "batch"] + RATES + TIMES + ["roof_share"],
          b["decode"])
    check(list(b["loop"]) == TIMES, b["loop"])
    check(list(b["predicted_over_measured"]) ==
          ["prefill", "decode", "prefill_step_median", "prefill_step_within_10",
           "decode_step_median", "decode_step_within_10"], b["predicted_over_measured"])


@test
def figures_fit_together():
    b = works("bench", MODEL, *SHORT, "--batch", "3", "--context", "40", "--json").json()
    d, p = b["decode"], b["predicted_over_measured"]
    check(d["n_tokens"] == 4 and d["context"] == 40 and d["batch"] == 3, d)
    check(b["prefill"]["n_tokens"] == 16, b)
    for rates in (b["prefill"], d):
        check(0 < rates["tokens_per_s_min"] <= rates["tokens_per_s"] <= rates["tokens_per_s_max"],
              rates)
    for times in (d, b["loop"]):
        check(0 < times["step_ms_p50"] <= times["step_ms_p99"] <= times["step_ms_p999"] <=
              times["step_ms_max"], times)
    check(d["tokens_per_s_max"] * d["step_ms_max"] >= 3 * 1000 * 0.999, d)
    jitter = d["step_ms_p99"] / d["step_ms_p50"] / (
        b["loop"]["step_ms_p99"] / b["loop"]["step_ms_p50"])
    check(abs(b["jitter"] / jitter - 1) < 1e-3, (b, jitter))
    check(all(p[k] > 0 for k in ("prefill", "decode", "prefill_step_median",
                                 "decode_step_median")), p)
    check(all(0 <= p[k] <= 1 for k in ("prefill_step_within_10", "decode_step_within_10")), p)


@test
def text_of_a_batch():
    out = works("bench", MODEL, *SHORT, "-b", "2", "-t", "1").out
    check("4 x 2 at 16" in out and "within 0.9 to 1.1" in out and "\nloop " in out, out)


@test
def wrong_batches():
    fails(2, "bench", MODEL, "--batch", "0", says=["--batch"])
    fails(2, "bench", MODEL, "--batch", "257", says=["--batch", "256"])
    fails(1, "bench", MODEL, *SHORT, "--batch", "9", "--chunk", "8", says=["9 tokens", "--chunk"])


main("cli/bench")
