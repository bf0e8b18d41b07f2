"""Muon for stacks of matrices of one shape, AdamW for the rest; gradients of several processes."""

import torch
import torch.distributed as dist

# The quintic iteration of K. Jordan's Muon (2024): towards U V^T of G = U S V^T in five products.
A, B, C = 3.4445, -4.7750, 2.0315


def mixed(device):
    """The context in which a training multiplies on DEVICE ("cpu", "cuda"): in bfloat16, but for
    CPUs that have no products of it and take fifty times as long as for float32."""
    return torch.autocast(device, torch.bfloat16, product(device) == torch.bfloat16)


def product(device):
    """The type of products on DEVICE, as above."""
    fast = device != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if fast else torch.float32


def orthogonal(g, steps=5):
    """[n, rows, columns] with all singular values near one, to the accuracy of bfloat16."""
    x = g.to(product(g.device.type))
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.mT
        x = A * x + (B * square + C * square @ square) @ x
    return x.mT if tall else x


class Optimizer:
    """Steps all parameters of MODULES but the frozen ones. Matrices move by Muon, with updates as
    large as Adam's would be (0.2 of the rate a value; Liu et al. 2025, "Muon is scalable");
    embeddings, norms, biases and what PLAIN names by AdamW. SLOW has modules that move at a share
    of the rate. Of WORLD processes, which have the same gradients, number RANK computes its share
    of Muon's updates, the dearest part, and gets the others'."""

    def __init__(self, modules, rate, momentum=0.95, decay=0.05, plain=("embed", "teacher"),
                 slow=(), rank=0, world=1):
        self.rate, self.momentum, self.decay = rate, momentum, decay
        self.rank, self.world = rank, world
        self.slow, self.stacks, rest = dict(slow), {}, {}
        for module, m in modules.items():
            for name, w in m.named_parameters():
                if not w.requires_grad:
                    continue
                if w.ndim == 2 and not any(p in f"{module}.{name}" for p in plain):
                    self.stacks.setdefault((module, *w.shape), []).append(w)
                else:
                    rest.setdefault(self.slow.get(module, 1.0), []).append(w)
        self.parameters = [w for ws in (*rest.values(), *self.stacks.values()) for w in ws]
        self.moments = {k: torch.zeros(len(ws), *k[1:]) for k, ws in self.stacks.items()}
        groups = [{"params": ws, "share": share} for share, ws in rest.items()]
        self.adam = torch.optim.AdamW(
            groups, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )

    def _updates(self, keys):
        """The updates [n, rows, columns] of the stacks KEYS, by key."""
        found = []
        for key in keys:
            g, m = torch.stack([w.grad for w in self.stacks[key]]), self.moments[key]
            m.lerp_(g, 1 - self.momentum)
            found.append(orthogonal(g.lerp_(m, self.momentum)[self._share(len(g))]))
        if self.world > 1:
            found = self._gathered(found)
        return {key: u[: len(self.stacks[key])].float() for key, u in zip(keys, found)}

    def _share(self, n):
        """Which of N matrices this process computes; all have as many, so the last may double."""
        per = -(-n // self.world)
        return [min(i, n - 1) for i in range(self.rank * per, (self.rank + 1) * per)]

    def _gathered(self, own):
        """For each of OWN, the shares of all processes behind each other."""
        mine = torch.cat([u.flatten() for u in own])
        every = torch.empty(self.world, len(mine), dtype=mine.dtype, device=mine.device)
        dist.all_gather(list(every.view(torch.uint8)), mine.view(torch.uint8))
        parts = every.split([u.numel() for u in own], dim=1)
        return [p.reshape(-1, *u.shape[1:]) for p, u in zip(parts, own)]

    @torch.no_grad()
    def step(self, share):
        """One step at SHARE of the full rate. Parameters without a gradient stay."""
        rate = self.rate * share
        keys = [key for key, ws in self.stacks.items() if ws[0].grad is not None]
        for key, u in self._updates(keys).items():
            ws, own = self.stacks[key], rate * self.slow.get(key[0], 1.0)
            torch._foreach_mul_(ws, 1 - own * self.decay)
            torch._foreach_add_(ws, list(u.unbind()), alpha=-own * 0.2 * max(key[1:]) ** 0.5)
        for group in self.adam.param_groups:
            group["lr"] = rate * group["share"]
        self.adam.step()
        for w in self.parameters:
            w.grad = None

    def state(self):
        return {"moments": list(self.moments.values()), "adam": self.adam.state_dict()}

    def load(self, state):
        self.moments = dict(zip(self.moments, state["moments"]))
        self.adam.load_state_dict(state["adam"])


def rate_at(done):
    """Share of the full rate when a share DONE of the steps is behind: a rise, then a long fall."""
    return min(1.0, done / 0.01 + 0.01, (1 - done) / 0.7)


FALLEN = 0.88  # of the steps: where the rate has come down for the first time
AGAIN = 0.4  # of the full rate, with which the second fall begins


def rate_twice(done):
    """The same with a second fall, short and from less high. The mean of the weights below both is
    better than either (Izmailov et al. 2018, "Averaging weights leads to wider optima")."""
    if done < FALLEN:
        return rate_at(done / FALLEN)
    return AGAIN * (1 - done) / (1 - FALLEN)


def share_gradients(parameters, world, longest=1.0):
    """Sums the gradients of PARAMETERS over WORLD processes, and shortens them to LONGEST."""
    flat = torch.cat([
        (torch.zeros_like(w) if w.grad is None else w.grad).flatten() for w in parameters
    ])
    if world > 1:
        dist.all_reduce(flat)
    flat *= (longest / (flat.norm() + 1e-6)).clamp(max=1.0)
    for w, g in zip(parameters, flat.split([w.numel() for w in parameters])):
        w.grad = g.view_as(w)
