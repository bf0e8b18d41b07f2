"""Several processes that train one model together: a GPU's one, or one for each core."""

import contextlib
import pathlib

import torch
import torch.distributed as dist


@contextlib.contextmanager
def _met(rank, world, folder):
    """Number RANK of WORLD processes, which meet by a file in FOLDER; gives the device to use."""
    if world > 1:
        torch.set_num_threads(1)
        meet = f"file://{pathlib.Path(folder).resolve()}/meeting"
        dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=world)
    torch.manual_seed(1)
    try:
        yield "cuda" if torch.cuda.is_available() else "cpu"
    finally:
        if world > 1:
            dist.destroy_process_group()


def _one(rank, world, folder, job, args):
    with _met(rank, world, folder) as device:
        job(rank, world, device, folder, *args)


def run(job, wanted, folder, *args):
    """JOB(rank, world, device, FOLDER, *ARGS) in each of WANTED processes; with a GPU in one."""
    (pathlib.Path(folder) / "meeting").unlink(missing_ok=True)
    world = 1 if torch.cuda.is_available() else wanted
    torch.multiprocessing.spawn(_one, (world, folder, job, args), world)
