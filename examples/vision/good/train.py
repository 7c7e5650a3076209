"""What do convolutions gain over a linear layer on MNIST?

Each network is trained with several seeds, its epoch is chosen on validation rows, and it is scored once on the test part.
"""

import argparse
import copy
import json
from pathlib import Path
from statistics import mean, stdev

import torch
from torch import nn

from data import make_loaders
from model import MODELS
from seed import set_seed


def train_epoch(model, loader, optimizer):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()


@torch.no_grad()
def accuracy(model, loader):
    model.eval()
    correct = 0
    for images, labels in loader:
        correct += (model(images).argmax(dim=1) == labels).sum().item()
    return correct / len(loader.dataset)


def run(name, seed, args):
    """The test accuracy of one network, trained from one seed."""
    set_seed(seed)
    train_loader, val_loader, test_loader = make_loaders(args.data, args.batch_size, args.split_seed)
    model = MODELS[name]()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    best, best_weights = 0.0, copy.deepcopy(model.state_dict())
    for _ in range(args.epochs):
        train_epoch(model, train_loader, optimizer)
        val_accuracy = accuracy(model, val_loader)
        if val_accuracy > best:
            best, best_weights = val_accuracy, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return accuracy(model, test_loader)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="data")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--split-seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", default="vision.json")
    args = parser.parse_args()

    results = {}
    for name in MODELS:
        scores = [run(name, seed, args) for seed in args.seeds]
        results[name] = {"mean": mean(scores), "std": stdev(scores), "runs": scores}
        print(f"{name:8} {mean(scores):.4f} +- {stdev(scores):.4f}")
    Path(args.out).write_text(json.dumps({"parameters": vars(args), "test_accuracy": results}, indent=2))


if __name__ == "__main__":
    main()
