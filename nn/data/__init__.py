"""Data in batches: datasets, their division into parts, and the loader that goes through them."""

from nn.data.datasets import Dataset, Subset, TensorDataset, random_split
from nn.data.loader import DataLoader, default_collate

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "default_collate", "random_split"]
