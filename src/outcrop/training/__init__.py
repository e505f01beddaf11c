"""How the embedded checkpoint is made: corpus, scenes, autoencoder, denoiser, export, evaluation. Nothing imports it."""
