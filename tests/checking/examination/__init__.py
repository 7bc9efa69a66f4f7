"""The doctor's examination: right backward passes, mistakes put into them, and how many are named."""
