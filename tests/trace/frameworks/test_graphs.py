"""Which nodes do the masks of a graph choose?"""

from __future__ import annotations

import pytest

from mlstd.ask.view import View
from tests.trace.traced import traced

GRAPH = """
import torch
import torch.nn.functional as F
from torch_geometric.datasets import Planetoid
from torch_geometric.nn import GCNConv

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = GCNConv(10, 7)

    def forward(self, x, edges):
        return self.convolution(x, edges)

data = Planetoid("data", "Cora")[0]
model = Net()
optimizer = torch.optim.Adam(model.parameters())
loss = F.cross_entropy(model(data.x, data.edge_index)[data.train_mask], data.y[data.train_mask])
loss.backward()
optimizer.step()
model.eval()
predicted = model(data.x, data.edge_index).argmax(dim=1)
"""
SCORES = {
    "a mask": ("print((predicted[data.test_mask] == data.y[data.test_mask]).sum() / data.test_mask.sum())", ["held-out"]),
    "the masks in a list": (
        "for mask in [data.train_mask, data.test_mask]:\n    print((predicted[mask] == data.y[mask]).float().mean())",
        ["training", "held-out"],
    ),
    "the masks by name": (
        "for name, mask in data('train_mask', 'val_mask'):\n    print((predicted[mask] == data.y[mask]).float().mean())",
        ["training", "held-out"],
    ),
}


@pytest.mark.parametrize(("source", "seen"), SCORES.values(), ids=SCORES)
def test_the_masks_of_a_graph_are_parts(source: str, seen: list[str]) -> None:
    view = View(traced(GRAPH + source))
    assert [view.seen(s) for s in view.scores if s.by == "hand"] == seen
