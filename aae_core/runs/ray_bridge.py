"""The child process of `ray_engine` that is connected to the cluster: `python -m aae_core.runs.ray_bridge HOST:PORT`.

It reads requests from standard input and writes answers to standard output, each a JSON object on a line, until its
parent ends.
"""

import json
import os
import sys

from aae_core.runs.ray_actor import Trainer

NAMESPACE = "aae"
HEAD_RESOURCE = "node:__internal_head__"  # a resource that only the head node has


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


def describe_cluster() -> dict:
    """The names of all waiting or living actors, the machines, and the free resources: see `ray_engine.ClusterView`."""
    import ray
    from ray.util import list_named_actors

    nodes = [node for node in ray.nodes() if node["Alive"]]
    machines = [(node["NodeManagerHostname"], node["Resources"]) for node in nodes]
    session = "".join(node["NodeID"] for node in nodes if HEAD_RESOURCE in node["Resources"])
    return {"names": list_named_actors(), "session": session, "machines": machines, "free": ray.available_resources()}


def launch_actor(name: str, store: str, environment: dict, options: list, resource_options: dict) -> dict:
    """Create the actor; it waits in Ray's queue until there are resources for it."""
    import ray

    actor_class = ray.remote(max_restarts=-1, max_task_retries=0)(Trainer)
    actor_class.options(name=name, lifetime="detached", **resource_options).remote(name, store, environment, options)
    return {}


def withdraw_actor(name: str) -> dict:
    """End the actor of that name for good, if there is one."""
    import ray

    if name in ray.util.list_named_actors():
        ray.kill(ray.get_actor(name), no_restart=True)
    return {}


if __name__ == "__main__":
    main(sys.argv[1])
