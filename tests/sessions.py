"""Signing a test client in without walking through the door."""

from django.test import Client

from qiming.registry.models import Account


def sign_in(client: Client, account: Account) -> None:
    """Let `client` act as the owner of `account`."""
    client.force_login(account)
