"""The child of `ray_engine` that is connected to the cluster: `python -m aae_core.jobs.ray_bridge HOST:PORT`.

It reads questions and writes answers, each a JSON object in a line, until its parent ends.
"""

import json
import os
import sys

from aae_core.jobs.ray_actor import Trainer

NAMESPACE = "aae"
HEAD = "node:__internal_head__"  # a resource that the head alone has


def main(address: str) -> None:
    """Answer until there are no more questions."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever Ray prints is no answer
    try:
        import ray
    except ImportError:
        answer = "the package ray is not installed here; pip install '.[ray]' in the project's folder"
        print(json.dumps({"away": answer}), file=out)
        return
    try:
        ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level="error")
        for line in sys.stdin:
            print(json.dumps(answered(json.loads(line))), file=out)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        print(json.dumps({"away": " ".join(str(error).split())[:200]}), file=out)


def answered(question: dict) -> dict:
    """The answer to one question; its key `do` names it."""
    return {"view": view, "launch": launch, "withdraw": withdraw}[question.pop("do")](**question)


def view() -> dict:
    """Names of all actors that wait or live, machines, and what is free: see `ray_engine.View`."""
    import ray
    from ray.util import list_named_actors

    nodes = [node for node in ray.nodes() if node["Alive"]]
    machines = [(node["NodeManagerHostname"], node["Resources"]) for node in nodes]
    session = "".join(node["NodeID"] for node in nodes if HEAD in node["Resources"])
    return {"names": list_named_actors(), "session": session, "machines": machines, "free": ray.available_resources()}


def launch(name: str, store: str, environment: dict, keep_every: float, asks: dict) -> dict:
    """Create the actor; it waits in Ray's queue until there is room."""
    import ray

    kind = ray.remote(max_restarts=-1, max_task_retries=0)(Trainer)
    kind.options(name=name, lifetime="detached", **asks).remote(name, store, environment, keep_every)
    return {}


def withdraw(name: str) -> dict:
    """End an actor for good, if there is one of that name."""
    import ray

    if name in ray.util.list_named_actors():
        ray.kill(ray.get_actor(name), no_restart=True)
    return {}


if __name__ == "__main__":
    main(sys.argv[1])
