"""Networks of plug-ins: how they are registered (docs/use/plugins.md); `models.plugin_networks` creates them."""

from collections.abc import Callable, Hashable

from aae_core import plugins
from aae_core.config.choices import (
    DECODER_SETTINGS,
    DISCRIMINATOR_SETTINGS,
    ENCODER_SETTINGS,
    NETWORKS,
    NetworkFacts,
)
from aae_core.errors import ConfigError, unknown_name_error

SETTINGS_BY_NETWORK = {  # network -> the settings that the package's own has
    "encoder": ENCODER_SETTINGS,
    "decoder": DECODER_SETTINGS,
    "discriminator": DISCRIMINATOR_SETTINGS,
}
USABLE_SETTINGS = NETWORKS.builtin_rows["pyramid"].uses


def register_network(
    name: str,
    *,
    encoder: Callable | None = None,
    decoder: Callable | None = None,
    discriminator: Callable | None = None,
    title: str = "",
    uses: tuple[str, ...] = (),
) -> None:
    """Register networks under a name, by which they can then be chosen as the setting `network.kind`; to be called when a
    plug-in's module is imported.

    encoder, decoder, discriminator: functions of (shape, outputs, settings) that return an `nn.Module`, which maps N×shape to
    N×outputs; where one is None, the fully connected network is taken. shape: of the encoder's input C, H, W (1, 1, F for a row
    of a table), or the number of inputs in a tuple. outputs: a number, or the decoder's C, H, W. settings: the `NetworkConfig`.
    title: the name on the page. uses: the settings of `NetworkConfig` that the functions read, such as "hidden".

    Raises ConfigError for a taken name or a wrong argument.
    """
    short_name, functions = str(name)[:60], {"encoder": encoder, "decoder": decoder, "discriminator": discriminator}
    for network, function in functions.items():
        if function is not None and not (callable(function) and isinstance(function, Hashable)):
            raise ConfigError(
                f"The network {short_name} needs as its {network} a function of shape, outputs and settings, not "
                f"{function!r:.60}."
            )
    if not any(functions.values()):
        raise ConfigError(f"The network {short_name} has no function; give an encoder, a decoder or a discriminator.")
    for setting in uses:
        if setting not in USABLE_SETTINGS:
            raise unknown_name_error(f"setting of the network {short_name}", setting, USABLE_SETTINGS)
    builtin_networks = [network for network, function in functions.items() if function is None]
    used_settings = [*uses, *(setting for network in builtin_networks for setting in SETTINGS_BY_NETWORK[network])]
    facts = NetworkFacts(
        title or short_name.replace("-", " ").capitalize(), tuple(dict.fromkeys(used_settings)), **functions
    )
    NETWORKS.add(name, facts, plugins.calling_plugin_module())
