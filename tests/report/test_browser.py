"""The pages in a real browser: does the table filter and sort, does the picture lead to its steps?"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mlstd.pipeline import Request, run, tell
from mlstd.report import table_page
from tests.report.test_picture import SCRIPT

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=2000",
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")


def driven(folder: Path, page: str, script: str) -> dict[str, str]:
    """Opens a page, runs a script that notes what it sees as `note(name, what)`, and gives the notes."""
    notes = "const noted={};const note=(name,what)=>{noted[name]=String(what)};"
    tell_them = "for(const [n,w] of Object.entries(noted))document.body.dataset[n]=w;"
    (folder / "page.html").write_text(page.replace("</body>", f"<script>{{{notes}{script}{tell_them}}}</script></body>"))
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", (folder / "page.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    body = re.search(r"<body([^>]*)>", done.stdout)
    assert body is not None, done.stderr
    return dict(re.findall(r'data-(\w+)="([^"]*)"', body[1]))


def test_the_table_filters_and_sorts(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    page = table_page.render(run(Request((".",), tmp_path, isolated=True, cache=False)))
    noted = driven(
        tmp_path,
        page,
        """
        const shown=()=>[...document.querySelectorAll("tbody tr")].filter(row=>!row.hidden).map(row=>row.cells[2].textContent);
        note("all",shown().length);
        document.querySelectorAll("th button")[2].click();
        note("sorted",shown().join()===[...shown()].sort().join());
        document.querySelectorAll("th button")[2].click();
        note("reversed",shown().join()===[...shown()].sort().reverse().join());
        const words=document.getElementById("words");
        words.value="StandardScaler";words.dispatchEvent(new Event("input"));
        note("found",shown().join());
        note("count",document.getElementById("count").textContent);
        """,
    )
    assert int(noted["all"]) >= 3
    assert (noted["sorted"], noted["reversed"]) == ("true", "true")
    assert noted["found"] == "fit-before-split"
    assert noted["count"] == f"1 of {noted['all']} findings"


def test_a_node_of_the_picture_leads_to_its_step(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    page = tell(Request(("train.py",), tmp_path, isolated=True, cache=False), "html")
    noted = driven(
        tmp_path,
        page,
        """
        const box=[...document.querySelectorAll("svg a")].find(one=>one.getAttribute("aria-label").includes("fit-before-split"));
        box.focus();note("focused",document.activeElement===box);
        const step=document.querySelector(box.getAttribute("href"));
        note("step",step.textContent.includes("StandardScaler().fit_transform"));
        note("wide",document.documentElement.scrollWidth<=document.documentElement.clientWidth);
        """,
    )
    assert noted == {"focused": "true", "step": "true", "wide": "true"}
