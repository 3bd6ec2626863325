"""The child of `ray_engine` that is connected to the cluster: `python -m aae_core.jobs.ray_bridge HOST:PORT`.

It reads questions and writes answers, each a JSON object in a line, until its parent ends.
"""

import json
import os
import re
import sys
import time
from contextlib import suppress

from aae_core.jobs.ray_actor import Trainer, placement

NAMESPACE = "aae"
HEAD = "node:__internal_head__"  # a resource that the head alone has
# names of the placement groups that had no actor at the last look, with the time of the first one at which they had none
ALONE: dict[str, float] = {}


def main(address: str) -> None:
    """Answer until there are no more questions."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever Ray prints is no answer
    try:
        import ray
    except ImportError:
        why = "the package ray is not installed here; pip install '.[ray]' in the project's folder"
        print(json.dumps({"away": why}), file=out)
        return
    try:
        ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level="error")
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))), file=out)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        print(json.dumps({"away": " ".join(str(error).split())[:200]}), file=out)


def answer(question: dict) -> dict:
    """The answer to one question; its key `do` names it."""
    return {"view": view, "launch": launch, "withdraw": withdraw}[question.pop("do")](**question)


def view(groups: str, alone: float) -> dict:
    """Names of all actors that wait or live, machines, and what is free: see `ray_engine.View`. groups, alone: as for `tidy`."""
    import ray
    from ray.util import list_named_actors

    nodes = [node for node in ray.nodes() if node["Alive"]]
    machines = [(node["NodeManagerHostname"], node["Resources"]) for node in nodes]
    session = "".join(node["NodeID"] for node in nodes if HEAD in node["Resources"])
    names = list_named_actors()
    tidy(names, groups, alone)
    return {"names": names, "session": session, "machines": machines, "free": ray.available_resources()}


def tidy(actors: list[str], groups: str, alone: float) -> None:
    """Make whole what an end between two calls has left. actors: the names of those that wait or live, listed just now; groups: a
    pattern of the names of a store's launches with several processes.

    Placement groups that for `alone` seconds, at more than one look, had no actor are removed: a bridge that died left them, and
    they would keep their room for ever. One look is too little, since another server may be between the two calls just now.
    Actors whose group was removed are ended: Ray ends what is in a group with it, perhaps before the actor that removed it could
    end itself, and would start that one again for ever.
    """
    import ray

    now, rows = time.monotonic(), ray.util.placement_group_table().values()
    there = {row["name"] for row in rows if row["state"] != "REMOVED" and re.fullmatch(groups, row["name"])}
    for name in ALONE.keys() - there.difference(actors):
        del ALONE[name]
    for name in there.difference(actors):
        if name not in ALONE:
            ALONE[name] = now
        elif now - ALONE[name] >= alone:
            _remove_group(name)
    for name in actors:
        if name not in there and re.fullmatch(groups, name):
            withdraw(name)


def launch(name: str, store: str, environment: dict, options: list, asks: dict, processes: int) -> dict:
    """Create the actor; it waits in Ray's queue until there is room, for all of a training's processes at once."""
    import ray

    kind, room = ray.remote(max_restarts=-1, max_task_retries=0)(Trainer), asks
    if processes > 1:  # on as few machines as have the room, since what they send each other is much
        group = ray.util.placement_group([bundle(asks)] * processes, strategy="PACK", name=name, lifetime="detached")
        room = asks | {"scheduling_strategy": placement(group, 0)}
    told = name, store, environment, options, asks, processes
    kind.options(name=name, lifetime="detached", **room).remote(*told)
    return {}


def bundle(asks: dict) -> dict[str, float]:
    """What an actor asks for as a bundle of a placement group."""
    wanted = {"CPU": asks["num_cpus"], "GPU": asks["num_gpus"], **asks["resources"]}
    return {name: amount for name, amount in wanted.items() if amount}


def withdraw(name: str) -> dict:
    """End an actor for good, if there is one of that name, and give back the room that it asked for."""
    import ray

    if name in ray.util.list_named_actors():
        ray.kill(ray.get_actor(name), no_restart=True)
    _remove_group(name)
    return {}


def _remove_group(name):
    import ray

    with suppress(ValueError):  # there is none: a single process has none, and another server may have removed it
        ray.util.remove_placement_group(ray.util.get_placement_group(name))


if __name__ == "__main__":
    main(sys.argv[1])
