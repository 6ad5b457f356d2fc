"""LTI 1.3 Advantage, this platform as the platform: tools of others open in a lesson and are told little."""
