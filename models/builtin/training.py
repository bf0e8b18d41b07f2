"""Training: batches of like lengths, Muon for the matrices and AdamW for the rest, checkpoints."""

import pathlib
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from skills import draw

LENGTHS = (48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048)
POSITIONS = 8192  # of a batch
PICTURES = 32  # go through the encoder together, filled up at the end: one shape, one kernel


class Data:
    """The files of corpus.make, as one."""

    def __init__(self, paths):
        parts = [np.load(p) for p in paths]
        whole = {k: np.concatenate([p[k] for p in parts]) for k in parts[0].files}
        self.ids, self.learn = whole["ids"], whole["learn"]
        self.lengths, self.counts = whole["lengths"], whole["counts"]
        self.pixels, self.labels = whole["pixels"], whole["labels"]
        self.starts = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)[:-1]])
        self.first = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)[:-1]])

    def batches(self, seed):
        """All conversations once, as lists of (length, indices) in the order of SEED."""
        rng = np.random.default_rng(seed)
        result, low = [], 0
        for length in LENGTHS:
            of = np.nonzero((self.lengths > low) & (self.lengths <= length))[0]
            rng.shuffle(of)
            rows = POSITIONS // length
            result += [(length, of[i : i + rows]) for i in range(0, len(of) - rows + 1, rows)]
            low = length
        return [result[i] for i in rng.permutation(len(result))]

    def tensors(self, length, which, pad):
        """ids [rows, length], the positions (flat) whose next token is learned and those tokens,
        pixels and labels of all pictures in order."""
        ids = np.full((len(which), length), pad, np.int64)
        learn = np.zeros((len(which), length), bool)
        for row, i in enumerate(which):
            span = slice(self.starts[i], self.starts[i] + self.lengths[i])
            ids[row, : self.lengths[i]] = self.ids[span]
            learn[row, : self.lengths[i]] = self.learn[span]
        at = np.nonzero(learn[:, 1:])
        pictures = np.concatenate(
            [np.arange(self.first[i], self.first[i] + self.counts[i]) for i in which]
        ).astype(np.int64)
        return (
            torch.from_numpy(ids),
            torch.from_numpy(at[0] * length + at[1]),
            torch.from_numpy(ids[:, 1:][at]),
            torch.from_numpy(self.pixels[pictures]),
            torch.from_numpy(self.labels[pictures].astype(np.int64)),
        )


class Teacher(nn.Module):
    """What only training needs: tells kind and colour of every patch from the encoder's features.
    That gives the encoder far more to learn from than a few words about a whole picture."""

    def __init__(self, shape):
        super().__init__()
        self.kinds = len(draw.KINDS)
        self.head = nn.Linear(shape.vit_width, self.kinds + len(draw.COLOURS))

    def forward(self, features, labels):
        both = self.head(features).float().flatten(0, 1)
        labels = labels.reshape(-1, 2)
        kind = F.cross_entropy(both[:, : self.kinds], labels[:, 0])
        return kind + 0.5 * F.cross_entropy(both[:, self.kinds :], labels[:, 1])


def optimizers(model, teacher, rate):
    """Muon for the hidden matrices, AdamW for embeddings, norms, biases and the teacher."""
    matrices, rest = [], []
    for name, w in model.named_parameters():
        hidden = w.ndim == 2 and "embed" not in name
        (matrices if hidden else rest).append(w)
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW([*rest, *teacher.parameters()], lr=rate, betas=(0.9, 0.98),
                          weight_decay=0.0, fused=True),
    ]


def rate_at(done):
    """Share of the full rate when a share DONE of the steps is behind: a rise, then a long fall."""
    return min(1.0, done / 0.01 + 0.01, (1 - done) / 0.7)


class Run:
    """One training run in FOLDER; goes on where an earlier one stopped."""

    def __init__(self, model, data, folder, steps, seed, rate=4e-3, pad=0):
        self.model, self.data, self.steps, self.seed, self.rate = model, data, steps, seed, rate
        self.pad = pad
        self.teacher = Teacher(model.s)
        self.optimizers = optimizers(model, self.teacher, rate)
        self.path = pathlib.Path(folder) / "checkpoint.pt"
        self.log = pathlib.Path(folder) / "log.txt"
        self.step, self.seconds = 0, 0.0
        self.epoch, self.order = -1, []
        torch._dynamo.config.recompile_limit = 4 * len(LENGTHS)
        for layer in [*model.decoder.layers, *model.vit.layers]:
            layer.compile(dynamic=False)  # one by one: all layers share what is compiled
        if self.path.exists():
            self.load()

    def load(self):
        state = torch.load(self.path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.teacher.load_state_dict(state["teacher"])
        for o, s in zip(self.optimizers, state["optimizers"]):
            o.load_state_dict(s)
        self.step, self.seconds = state["step"], state["seconds"]

    def save(self):
        part = self.path.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "teacher": self.teacher.state_dict(),
                "optimizers": [o.state_dict() for o in self.optimizers],
                "step": self.step,
                "seconds": self.seconds,
            },
            part,
        )
        part.rename(self.path)

    def batch(self):
        """The batch of this step, in the order of its epoch: a resumed run sees the same."""
        per_epoch = len(self.order) or len(self.data.batches(0))
        epoch, k = divmod(self.step, per_epoch)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, self.data.batches(self.seed + epoch)
        return self.data.tensors(*self.order[k], self.pad)

    def losses(self):
        ids, at, target, pixels, labels = self.batch()
        features, seen = None, ids.new_zeros((), dtype=torch.float32)
        with torch.autocast("cpu", torch.bfloat16):
            if len(pixels):
                n = len(pixels)
                filled = pixels[:1].expand(-n % PICTURES, -1, -1, -1)
                groups = torch.cat([pixels, filled]).split(PICTURES)
                view = torch.cat([self.model.vit(g) for g in groups])[:n]
                seen = self.teacher(view, labels)
                features = self.model.projector(view)
            x = self.model.embed(ids, features)
            hidden = self.model.decoder(x).flatten(0, 1)[at]
            told = F.cross_entropy(self.model.logits(hidden).float(), target)
        return told, seen

    def train(self, every=20, keep=200):
        sums, count, begin = torch.zeros(2), 0, time.monotonic()
        while self.step < self.steps:
            share = rate_at(self.step / self.steps)
            for o in self.optimizers:
                for g in o.param_groups:
                    g["lr"] = self.rate * share
            told, seen = self.losses()
            (told + 0.3 * seen).backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for o in self.optimizers:
                o.step()
                o.zero_grad(set_to_none=True)
            sums += torch.stack([told.detach(), seen.detach()])
            count, self.step = count + 1, self.step + 1
            if self.step % every == 0 or self.step == self.steps:
                now = time.monotonic()
                self.seconds, begin = self.seconds + now - begin, now
                line = (f"step {self.step} of {self.steps}  loss {sums[0] / count:.4f}  patches "
                        f"{sums[1] / count:.3f}  {self.seconds:.0f} s")
                print(line, flush=True)
                with self.log.open("a") as f:
                    print(line, file=f)
                sums, count = torch.zeros(2), 0
            if self.step % keep == 0 or self.step == self.steps:
                self.save()
