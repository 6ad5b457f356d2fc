"""What people type on trust's pages."""
