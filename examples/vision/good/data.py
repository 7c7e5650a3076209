"""MNIST in three parts: one to fit, one to choose the epoch, one for the score."""

import torch
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

PLAIN = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
AUGMENTED = transforms.Compose([transforms.RandomAffine(degrees=10, translate=(0.1, 0.1)), PLAIN])


def make_loaders(root, batch_size, split_seed):
    """Loaders of the training, validation and test part. Only the training part is augmented."""
    augmented = datasets.MNIST(root, train=True, download=True, transform=AUGMENTED)
    plain = datasets.MNIST(root, train=True, download=True, transform=PLAIN)
    test = datasets.MNIST(root, train=False, download=True, transform=PLAIN)
    order = torch.randperm(len(plain), generator=torch.Generator().manual_seed(split_seed)).tolist()
    train, val = Subset(augmented, order[:55_000]), Subset(plain, order[55_000:])
    return (
        DataLoader(train, batch_size=batch_size, shuffle=True),
        DataLoader(val, batch_size=1000),
        DataLoader(test, batch_size=1000),
    )
