"""Networks as plain data, so that a peer, also one in an environment of its own, builds exactly the layers of ours."""

from torch import nn

FACTS = {  # layer -> what makes it, by the names of its arguments
    "Linear": ("in_features", "out_features"),
    "Conv2d": ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    "ConvTranspose2d": ("in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding"),
    "BatchNorm1d": ("num_features",),
    "Upsample": ("size",),
    "Flatten": (),
    "Unflatten": ("dim", "unflattened_size"),
    "ReLU": (),
}
CHAINS = {"Sequential", "Encoder", "Decoder"}  # whose parts follow one another in the order in which they are listed


def described(net: nn.Module) -> list[list]:
    """The layers of a chain as [name, arguments], for JSON; TypeError for a part that is no chain and not among FACTS."""
    kind = next((name for name in FACTS if isinstance(net, getattr(nn, name))), None)
    if kind:
        return [[kind, {fact: getattr(net, fact) for fact in FACTS[kind]}]]
    if type(net).__name__ not in CHAINS:
        raise TypeError(f"A {type(net).__name__} is no layer that benchmarks/peers/layers.py can describe.")
    return [layer for part in net.children() if not isinstance(part, nn.Identity) for layer in described(part)]


def built(layers: list[list]) -> nn.Sequential:
    """The network that `described` told, with fresh weights by torch's own rule."""
    return nn.Sequential(*(getattr(nn, kind)(**{k: _sizes(v) for k, v in facts.items()}) for kind, facts in layers))


def _sizes(value):
    """JSON knows no tuples, and torch wants them."""
    return tuple(value) if isinstance(value, list) else value


def nets(model) -> dict:
    """Encoder, decoder and D of one of our models, and the length of its codes."""
    names = ("encoder", "decoder", "discriminator")
    return {name: described(getattr(model, name)) for name in names} | {"latent_dim": model.config.latent_dim}
