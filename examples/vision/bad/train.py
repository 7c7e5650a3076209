import torch
import torch.nn.functional as F

from data import make_loaders
from model import Net
from seed import set_seed

EPOCHS = 20

train_loader, test_loader = make_loaders(64)
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

best_acc = 0
for epoch in range(EPOCHS):
    for data, target in train_loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(data), target)
        loss.backward()
        optimizer.step()

    correct = 0
    with torch.no_grad():
        for data, target in test_loader:
            pred = model(data).argmax(dim=1)
            correct += (pred == target).sum().item()
    acc = correct / len(test_loader.dataset)
    print(f"epoch {epoch} acc {acc:.4f}")
    if acc > best_acc:
        best_acc = acc
        torch.save(model.state_dict(), "best.pt")

print("best accuracy", best_acc)
