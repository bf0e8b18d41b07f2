"""Training: batches of like lengths, one process for each core, checkpoints."""

import copy
import multiprocessing
import pathlib
import random
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F

import checkpoint
import corpus
import eyes
import processes
from optim import FALLEN, Optimizer, mixed, rate_twice, share_gradients
from teacher import Teacher

LENGTHS = (
    32, 48, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 512, 576,
    640, 704, 768, 896, 1024, 1280, 1536, 2048,
)  # fmt: skip
POSITIONS = 8192  # of a batch
PICTURES = 8  # go through the encoder together, filled up at the end: one shape, one kernel
ALONE = 8  # times eyes.PICTURES a step are seen alone, when only the encoder learns
SHARD = 20  # files of conversations that are loaded, and mixed, at once


class Data:
    """The conversations of some files of corpus.make."""

    def __init__(self, paths):
        parts = [np.load(p) for p in paths]
        whole = {k: np.concatenate([p[k] for p in parts]) for k in parts[0].files}
        self.ids, self.learn = whole["ids"], whole["learn"]
        self.lengths, self.counts = whole["lengths"], whole["counts"]
        self.pixels, self.labels = whole["pixels"], whole["labels"]
        self.starts = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)[:-1]])
        self.first = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)[:-1]])
        self.learned = np.add.reduceat(self.learn.astype(np.int64), self.starts)

    def batches(self, seed, world):
        """All conversations once, as (length, indices) in the order of SEED; a batch holds as many
        for each of WORLD processes."""
        rng = np.random.default_rng(seed)
        result, low = [], 0
        for length in LENGTHS:
            of = np.nonzero((self.lengths > low) & (self.lengths <= length))[0]
            rng.shuffle(of)
            rows = max(POSITIONS // length // world, 1) * world
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


class Stream:
    """Batches without end and without repetition, in shards of SIZE files; the files of the next
    shard are made while one is used. ARGS are those of corpus.make but for the numbers; one process
    LEADS: it makes the files that all WORLD processes read."""

    def __init__(self, args, size, seed, leads, world):
        self.args, self.size, self.seed, self.leads = args, size, seed, leads
        self.drawn = args[-2]  # the seed of what is drawn; SEED is that of its order
        self.world = world
        self.shard, self.order, self.data, self.maker = -1, [], None, None

    def _numbers(self, shard):
        return range(shard * self.size, (shard + 1) * self.size)

    def _make(self, shard, ahead):
        maker = multiprocessing.get_context("spawn").Process(
            target=corpus.make, args=(*self.args, self._numbers(shard), ahead)
        )
        maker.start()
        return maker

    def _load(self, shard):
        if self.leads:
            if self.maker:
                self.maker.join()
            maker = self._make(shard, False)  # what is there already stays
            maker.join()
            if maker.exitcode:
                raise SystemExit("making the data failed, see above")
            self.maker = self._make(shard + 1, True)
        if dist.is_initialized():
            dist.barrier()
        paths = [corpus.path(self.args[0], i) for i in self._numbers(shard)]
        self.shard, self.data = shard, Data(paths)
        self.order = self.data.batches(self.seed + shard, self.world)

    def batch(self, shard, k):
        """Batch K of SHARD, as (length, indices of data); None behind its end."""
        if shard != self.shard:
            self._load(shard)
        return self.order[k] if k < len(self.order) else None

    def close(self):
        if self.maker:
            self.maker.terminate()


class Run:
    """One training run in FOLDER; goes on where an earlier one stopped. Of WORLD processes this is
    number RANK: each takes its rows of every batch, and all take the same steps. A SHORT one ends
    with the mean of what it learned and what it began with."""

    def __init__(self, model, stream, folder, steps, pad, rate, short, rank=0, world=1):
        self.model, self.stream, self.steps, self.pad = model, stream, steps, pad
        self.rank, self.world = rank, world
        self.device = next(model.parameters()).device
        self.teacher = Teacher(model.s).to(self.device)
        sighted = {"vit": model.vit, "projector": model.projector, "teacher": self.teacher}
        taught = pathlib.Path(folder) / eyes.NAME
        self.optimizer = Optimizer(
            {"decoder": model.decoder, **sighted}, rate, rank=rank, world=world,
            slow={"vit": 0.3} if taught.exists() else {},
        )
        self.sighted = {id(w) for m in sighted.values() for w in m.parameters()}
        self.sight = not any(w.requires_grad for w in model.decoder.parameters())
        self.fallen, self.fallen_at = copy.deepcopy(model), -1  # below the rate's first fall
        self.means = [model, self.fallen]  # what the training ends with is the mean of these
        if short:
            self.means.append(copy.deepcopy(model))
        self.kept = {"model": model, "teacher": self.teacher, "fallen": self.fallen}
        self.path = pathlib.Path(folder) / "checkpoint.pt"
        self.log = pathlib.Path(folder) / "log.txt"
        self.step, self.shard, self.k, self.seconds = 0, 0, 0, 0.0
        torch._dynamo.config.recompile_limit = 4 * len(LENGTHS)
        for layer in [*model.decoder.layers, *model.vit.layers]:
            layer.compile(dynamic=False)  # one by one: all layers share what is compiled
        if self.path.exists():
            self.load()
        elif taught.exists():
            checkpoint.load(taught, {"vit": model.vit, "teacher": self.teacher}, self.device)
        else:
            eyes.introduce(model.vit, self.teacher)

    def load(self):
        numbers = checkpoint.load(self.path, self.kept, self.device, self.optimizer)
        self.step, self.shard, self.k = (numbers[name] for name in ("step", "shard", "k"))
        self.seconds, self.fallen_at = numbers["seconds"], numbers["fallen_at"]

    def save(self):
        checkpoint.save(self.path, self.kept, self.optimizer, step=self.step, shard=self.shard,
                        k=self.k, seconds=self.seconds, fallen_at=self.fallen_at)

    def batch(self):
        """The next batch: its length, the conversations of all processes."""
        found = self.stream.batch(self.shard, self.k)
        if found is None:
            self.shard, self.k = self.shard + 1, 0
            found = self.stream.batch(self.shard, self.k)
        self.k += 1
        return found

    def losses(self, length, which):
        """This process's share of both losses, and whether there are pictures in the batch."""
        data = self.stream.data
        n_learned, n_pictures = int(data.learned[which].sum()), int(data.counts[which].sum())
        tensors = data.tensors(length, which[self.rank :: self.world], self.pad)
        ids, at, target, pixels, labels = (t.to(self.device) for t in tensors)
        features, seen = None, torch.zeros((), device=self.device)
        with mixed(self.device.type):
            if len(pixels):
                filled = pixels[:1].expand(-len(pixels) % PICTURES, -1, -1, -1)
                groups = torch.cat([pixels, filled]).split(PICTURES)
                view = torch.cat([self.model.vit(g) for g in groups])[: len(pixels)]
                seen = self.teacher(view, labels) * (len(pixels) / n_pictures)
                features = self.model.projector(view)
            x = self.model.embed(ids, features)
            hidden = self.model.decoder(x).flatten(0, 1)[at]
            told = F.cross_entropy(self.model.logits(hidden).float(), target, reduction="sum")
        return told / n_learned, seen, n_pictures > 0

    def train(self, every=20, keep=100):
        sums, count, begin = torch.zeros(2, device=self.device), 0, time.monotonic()
        while self.step < self.steps:
            told, seen, has_pictures = self.losses(*self.batch())
            # Alone, the encoder must not forget over the patches what the decoder makes of them.
            share = 0.1 if self.sight else 0.3
            (told + share * seen).backward()
            if self.sight:
                self.look_alone(share)
            ws = self.optimizer.parameters
            share_gradients(
                [w for w in ws if has_pictures or id(w) not in self.sighted], self.world
            )
            self.optimizer.step(rate_twice(self.step / self.steps))
            sums += torch.stack([told.detach(), seen.detach()])
            count, self.step = count + 1, self.step + 1
            if self.step % every == 0 or self.step == self.steps:
                if self.world > 1:
                    dist.all_reduce(sums)
                now = time.monotonic()
                self.seconds, begin = self.seconds + now - begin, now
                self.tell(*(sums / count).tolist())
                sums, count = torch.zeros(2, device=self.device), 0
            if self.fallen_at < int(FALLEN * self.steps) <= self.step:
                self.fallen.load_state_dict(self.model.state_dict())
                self.fallen_at = self.step
            if self.step == self.steps:
                self.average()
            if self.rank == 0 and (self.step % keep == 0 or self.step == self.steps):
                self.save()
        self.stream.close()

    def look_alone(self, share):
        """Adds SHARE of the loss about pictures without conversations, which cost far less."""
        rng = random.Random(f"alone {self.stream.drawn} {self.step} {self.rank}")
        groups = max(ALONE // self.world, 1)
        eyes.look(self.model.vit, self.teacher, rng, groups, share / (groups * self.world))

    @torch.no_grad()
    def average(self):
        """Ends the training with the mean of the weights below both falls of the rate, and of those
        before if it is short."""
        for w, *others in zip(*(m.parameters() for m in self.means)):
            if w.requires_grad:
                w.copy_(torch.stack([w, *others]).mean(0))

    def tell(self, told, seen):
        if self.rank == 0:
            line = (f"step {self.step} of {self.steps}  loss {told:.4f}  patches {seen:.3f}  "
                    f"{self.seconds:.0f} s")
            print(line, flush=True)
            with self.log.open("a") as f:
                print(line, file=f)


def _teach(rank, world, device, folder, start, stream_args, size, steps, pad, rate, short):
    """What one of the processes of train() does."""
    model = start().to(device)
    stream = Stream(stream_args, size, 1, rank == 0, world)
    Run(model, stream, folder, steps, pad, rate, short, rank=rank, world=world).train()


def train(start, stream_args, folder, steps, pad, wanted, rate, size=SHARD, short=False):
    """The model that START() makes after the run in FOLDER: on a GPU where there is one, else in
    WANTED processes of one thread each. PAD is a token's id, RATE the full learning rate; a SHORT
    run ends with the mean of what it learned and of START()."""
    processes.run(_teach, wanted, folder, start, stream_args, size, steps, pad, rate, short)
    model = start()
    checkpoint.load(pathlib.Path(folder) / "checkpoint.pt", {"model": model}, "cpu")
    return model.eval()
