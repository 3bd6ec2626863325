"""Settings of the tiny models of tables that several files of tests train."""

TINY = {
    "network.hidden": (16,), "network.discriminator": (16,), "data": "wine", "cost": "by-type", "steps": 20, "threads": 1,
    "batch_size": 50,
}  # fmt: skip


MODEL_SETTINGS = {
    "aae": {"variant": "aae", "name": "Plain"},
    "supervised": {"variant": "supervised", "latent_dim": 3, "name": "Told"},
    "taught": {"variant": "semi-supervised", "labels": 30, "name": "Taught"},
    "found": {"variant": "clustering", "clusters": 4, "name": "Found"},
    "vae": {"variant": "vae", "name": "Rival"},
}
