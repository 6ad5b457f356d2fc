"""The policy adviser 政策咨询员: quotes documents, walks through procedures, helps with this platform, hands over to people."""
