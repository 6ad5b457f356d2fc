"""The gateway beside LiteLLM's proxy: the same requests, the same upstream, in one run."""
