"""The child process of `ray_engine` that is connected to the cluster: `python -m aae_core.jobs.ray_bridge HOST:PORT`.

It reads requests from standard input and writes answers to standard output, each a JSON object on a line, until its
parent ends.
"""

import json
import os
import re
import sys
import time
from contextlib import suppress

from aae_core.jobs.ray_actor import Trainer, placement_strategy

NAMESPACE = "aae"
HEAD_RESOURCE = "node:__internal_head__"  # a resource that only the head node has
# The placement groups that had no actor at the last look, with the time since when they were seen without one.
ABANDONED_SINCE: dict[str, float] = {}


def main(address: str) -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # so that nothing that Ray prints is taken for an answer
    try:
        import ray
    except ImportError:
        reason = "the package ray is not installed here; pip install '.[ray]' in the project's folder"
        print(json.dumps({"unreachable_reason": reason}), file=answers)
        return
    try:
        ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level="error")
        for request in map(json.loads, sys.stdin):
            functions = {"view": describe_cluster, "launch": launch_actor, "withdraw": withdraw_actor}
            run_action = functions[request.pop("action")]
            print(json.dumps(run_action(**request)), file=answers)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        print(json.dumps({"unreachable_reason": " ".join(str(error).split())[:200]}), file=answers)


def describe_cluster(group_name_pattern: str, abandoned_after_seconds: float) -> dict:
    """The names of all waiting or living actors, the machines, and the free resources: see `ray_engine.ClusterView`.
    group_name_pattern, abandoned_after_seconds: as for `remove_abandoned_groups`."""
    import ray
    from ray.util import list_named_actors

    nodes = [node for node in ray.nodes() if node["Alive"]]
    machines = [(node["NodeManagerHostname"], node["Resources"]) for node in nodes]
    session = "".join(node["NodeID"] for node in nodes if HEAD_RESOURCE in node["Resources"])
    names = list_named_actors()
    remove_abandoned_groups(names, group_name_pattern, abandoned_after_seconds)
    return {"names": names, "session": session, "machines": machines, "free": ray.available_resources()}


def remove_abandoned_groups(actors: list[str], group_name_pattern: str, abandoned_after_seconds: float) -> None:
    """Clean up after a bridge or an actor that ended between two calls. actors: the names of all waiting or living
    actors. group_name_pattern: a regular expression for the names of a store's launches with several processes.

    Placement groups that had no actor for `abandoned_after_seconds`, at more than one look, are removed: a bridge that
    died left them, and they would keep their resources forever. A single look is not enough, because another server may be
    between the two calls. Actors whose group was removed are ended: removing a group ends the actors in it, possibly
    before the one that removed it could end itself, and Ray would start that one again forever.
    """
    import ray

    now, rows = time.monotonic(), ray.util.placement_group_table().values()
    group_names = {
        row["name"] for row in rows if row["state"] != "REMOVED" and re.fullmatch(group_name_pattern, row["name"])
    }
    for name in ABANDONED_SINCE.keys() - group_names.difference(actors):
        del ABANDONED_SINCE[name]
    for name in group_names.difference(actors):
        if name not in ABANDONED_SINCE:
            ABANDONED_SINCE[name] = now
        elif now - ABANDONED_SINCE[name] >= abandoned_after_seconds:
            _remove_group(name)
    for name in actors:
        if name not in group_names and re.fullmatch(group_name_pattern, name):
            withdraw_actor(name)


def launch_actor(
    name: str, store: str, environment: dict, options: list, resource_options: dict, processes: int
) -> dict:
    """Create the actor; it waits in Ray's queue until there are resources for all processes of the training at once."""
    import ray

    actor_class, actor_options = ray.remote(max_restarts=-1, max_task_retries=0)(Trainer), resource_options
    if processes > 1:  # on as few machines as possible, because the processes exchange much data
        resources = {"CPU": resource_options["num_cpus"], "GPU": resource_options["num_gpus"]}
        resources |= resource_options["resources"]
        bundle = {resource: amount for resource, amount in resources.items() if amount}
        group = ray.util.placement_group([bundle] * processes, strategy="PACK", name=name, lifetime="detached")
        actor_options = resource_options | {"scheduling_strategy": placement_strategy(group, 0)}
    arguments = name, store, environment, options, resource_options, processes
    actor_class.options(name=name, lifetime="detached", **actor_options).remote(*arguments)
    return {}


def withdraw_actor(name: str) -> dict:
    """End the actor of that name for good, if there is one, and release its resources."""
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
