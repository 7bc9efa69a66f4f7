from typing import Any

import pytest


@pytest.fixture
def torch() -> Any:
    """PyTorch, as a witness; a test that asks for it is skipped where it is not installed."""
    return pytest.importorskip("torch")


@pytest.fixture
def torch_functional(torch: Any) -> Any:
    return torch.nn.functional
