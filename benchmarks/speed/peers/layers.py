"""Networks as plain data, so that a peer, also one in an environment of its own, builds exactly the layers of ours."""

from torch import nn

LAYER_FACTS = {  # layer -> what makes it, by the names of its arguments
    "Linear": ("in_features", "out_features"),
    "Conv2d": ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    "ConvTranspose2d": ("in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding"),
    "BatchNorm1d": ("num_features",),
    "Upsample": ("size",),
    "Flatten": (),
    "Unflatten": ("dim", "unflattened_size"),
    "ReLU": (),
}
CHAIN_LAYERS = (
    "Sequential",
    "Encoder",
    "Decoder",
)  # whose parts follow one another in the order in which they are listed


class ResidualBlock(nn.Sequential):
    """max(0, x + f(x))"""

    def forward(self, x):
        return (x + super().forward(x)).relu()


def describe_layers(net: nn.Module) -> list[list]:
    """The layers of a chain as [name, arguments], for JSON; TypeError for a part that is no chain and not among LAYER_FACTS."""
    kind = next((name for name in LAYER_FACTS if isinstance(net, getattr(nn, name))), None)
    if kind:
        return [[kind, {fact: getattr(net, fact) for fact in LAYER_FACTS[kind]}]]
    name = type(net).__name__
    if name not in (*CHAIN_LAYERS, "ResidualBlock"):
        raise TypeError(f"A {name} is no layer that benchmarks/speed/peers/layers.py can describe.")
    parts = [layer for part in net.children() if not isinstance(part, nn.Identity) for layer in describe_layers(part)]
    return [[name, parts]] if name == "ResidualBlock" else parts


def build_layers(layers: list[list]) -> nn.Sequential:
    """The network that `describe_layers` told, with fresh weights by torch's own rule."""
    return nn.Sequential(*(build_layer(*layer) for layer in layers))


def build_layer(kind, facts):
    if kind == "ResidualBlock":
        return ResidualBlock(*build_layers(facts))
    # JSON knows no tuples, and torch wants them
    return getattr(nn, kind)(**{name: tuple(v) if isinstance(v, list) else v for name, v in facts.items()})


def describe_networks(model) -> dict:
    """Encoder, decoder and D of one of our models, and the length of its codes."""
    names = ("encoder", "decoder", "discriminator")
    return {name: describe_layers(getattr(model, name)) for name in names} | {"latent_dim": model.config.latent_dim}
