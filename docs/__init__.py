"""The pages of the manual, and what makes the blocks in them."""
