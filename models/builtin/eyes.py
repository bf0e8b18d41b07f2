"""The picture encoder's own training, before the decoder's: on labels of patches alone.

A picture in a conversation teaches the encoder little more than one drawn for it alone, and costs
some nine times as much. So it learns to see first."""

import pathlib
import random
import time

import numpy as np
import torch

import checkpoint
import processes
from optim import Optimizer, mixed, rate_at, share_gradients
from skills import scenes
from teacher import Teacher

PICTURES = 16  # go through the encoder together
GROUPS = 4  # of PICTURES a step, of all processes together
NAME = "eyes.pt"
# How often a scene is drawn here, if not as often as in conversations: letters are hard to learn.
OFTENER = {scenes.Text: 50, scenes.Curve: 1, scenes.Traffic: 1, scenes.Noise: 0.3}
_MAKERS = [maker for _, maker in scenes.SCENES]
_WEIGHTS = [OFTENER.get(maker, weight) for weight, maker in scenes.SCENES]


def drawn(rng, n):
    """Pixels and labels of N pictures that are not held out."""
    scene = lambda: scenes.scene(rng, False, rng.choices(_MAKERS, _WEIGHTS)[0])  # noqa: E731
    pictures = [scene().draw(rng) for _ in range(n)]
    pixels = np.array([p.pixels for p in pictures])
    labels = np.array([p.labels for p in pictures], np.int64)
    return torch.from_numpy(pixels), torch.from_numpy(labels)


def look(vit, teacher, rng, groups, share):
    """Lets VIT see GROUPS of PICTURES that RNG draws; adds SHARE of TEACHER's loss about each to
    the gradients, and gives the sum."""
    device, whole = next(vit.parameters()).device, 0.0
    for _ in range(groups):
        pixels, labels = (t.to(device) for t in drawn(rng, PICTURES))
        with mixed(device.type):
            seen = teacher(vit(pixels), labels) * share
        seen.backward()
        whole += seen.item()
    return whole


def introduce(vit, teacher, steps=60, rate=1e-2):
    """Lets TEACHER, which knows nothing, learn to read VIT as it is, before VIT learns from it."""
    rng, optimizer = random.Random("introduce"), torch.optim.AdamW(teacher.parameters(), lr=rate)
    for _ in range(steps):
        look(vit, teacher, rng, 2, 0.5)
        optimizer.step()
        teacher.zero_grad()
    vit.zero_grad()


class Lesson:
    """STEPS steps of VIT in FOLDER; goes on where an earlier one stopped. Of WORLD processes this
    is number RANK."""

    def __init__(self, vit, shape, folder, steps, rate, rank=0, world=1):
        self.vit, self.steps, self.rank, self.world = vit, steps, rank, world
        self.device = next(vit.parameters()).device
        self.teacher = Teacher(shape).to(self.device)
        self.optimizer = Optimizer({"vit": vit, "teacher": self.teacher}, rate, rank=rank,
                                   world=world)
        self.kept = {"vit": vit, "teacher": self.teacher}
        self.path = pathlib.Path(folder) / NAME
        self.step, self.seconds = 0, 0.0
        for layer in vit.layers:
            layer.compile(dynamic=False)
        if self.path.exists():
            numbers = checkpoint.load(self.path, self.kept, self.device, self.optimizer)
            self.step, self.seconds = numbers["step"], numbers["seconds"]

    def loss(self):
        """The loss of this process's share of a step's pictures, with its gradients."""
        rng = random.Random(f"eyes {self.step} {self.rank}")
        return look(self.vit, self.teacher, rng, GROUPS // self.world, 1 / GROUPS)

    def train(self, every=100):
        begin, lost = time.monotonic(), 0.0
        while self.step < self.steps:
            lost += self.loss()
            share_gradients(self.optimizer.parameters, self.world)
            self.optimizer.step(rate_at(self.step / self.steps))
            self.step += 1
            if self.step % every == 0 or self.step == self.steps:
                now = time.monotonic()
                self.seconds, begin = self.seconds + now - begin, now
                self.tell(lost * self.world / ((self.step - 1) % every + 1))
                lost = 0.0

    def tell(self, lost):
        if self.rank == 0:
            checkpoint.save(self.path, self.kept, self.optimizer, step=self.step,
                            seconds=self.seconds)
            print(f"eyes: step {self.step} of {self.steps}  patches {lost:.3f}  "
                  f"{self.seconds:.0f} s", flush=True)


def _teach(rank, world, device, folder, start, steps, rate):
    """What one of the processes of train() does."""
    model = start().to(device)
    Lesson(model.vit, model.s, folder, steps, rate, rank=rank, world=world).train()


def train(start, folder, steps, wanted, rate):
    """Teaches the encoder of the model that START() makes, in WANTED processes or a few less, and
    leaves it in FOLDER, as NAME."""
    even = max(n for n in (1, 2, 4) if n <= wanted)  # each takes as many of GROUPS
    processes.run(_teach, even, folder, start, steps, rate)
