"""The record store against ADL's conformance suite, which lies elsewhere."""
