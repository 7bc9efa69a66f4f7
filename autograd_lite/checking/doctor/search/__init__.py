"""The search for the slips behind wrong gradients."""
