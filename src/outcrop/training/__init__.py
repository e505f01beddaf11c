"""How the embedded checkpoint is made: scenes, autoencoder, denoiser, export, evaluation. Nothing imports it."""
