"""Result -> a page with all findings as a table that sorts and filters."""

from __future__ import annotations

from mlstd.report.grouped import together
from mlstd.report.page import page, prose, text
from mlstd.report.result import Result
from mlstd.report.spots import broken
from mlstd.report.text import summary
from mlstd.settle.draft import Settled

_SCRIPT = """
const body=document.querySelector('tbody'),rows=[...body.rows],words=document.getElementById('words'),
level=document.getElementById('level'),count=document.getElementById('count');
function filter(){const wanted=words.value.toLowerCase();let shown=0;for(const row of rows){
row.hidden=!(row.textContent.toLowerCase().includes(wanted)&&(!level.value||row.dataset.level===level.value));shown+=!row.hidden}
count.textContent=shown+' of '+rows.length+' findings'}
words.addEventListener('input',filter);level.addEventListener('change',filter);
document.querySelectorAll('th button').forEach((button,column)=>button.addEventListener('click',()=>{
const head=button.parentElement,down=head.getAttribute('aria-sort')==='ascending';
document.querySelectorAll('th').forEach(one=>one.removeAttribute('aria-sort'));
head.setAttribute('aria-sort',down?'descending':'ascending');rows.sort((a,b)=>(down?-1:1)*a.cells[column].textContent.localeCompare(
b.cells[column].textContent,undefined,{numeric:true}));body.append(...rows)}));filter();
"""


def render(result: Result) -> str:
    """The page; without scripts it is the whole table in the order of places."""
    rows = [_row(one, entries, result) for one, entries in together(result)]
    heads = "".join(f'<th scope="col"><button type="button">{name}</button></th>' for name in ("level", "where", "rule", "what"))
    parts = [f"<h1>mlstd</h1><p>{text(summary(result))}</p>"]
    if rows:
        parts.append(
            '<p><label>Words <input id="words" type="search"></label><label>Level <select id="level">'
            '<option value="">all</option>'
            '<option>error</option><option>warning</option></select></label><span id="count" role="status"></span></p>'
            f'<div class="wide" role="region" tabindex="0" aria-label="Findings"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table></div>"
        )
    if result.errors:
        items = "".join(
            f"<li><code>{text(one.path)}:{broken(one)[0]}</code>: {text(broken(one)[1])}</li>" for one in result.errors
        )
        parts.append(f"<h2>Not read</h2><ul>{items}</ul>")
    return page("mlstd: findings", "\n".join(parts), _SCRIPT if rows else "")


def _row(one: Settled, entries: list[str], result: Result) -> str:
    finding = one.finding
    line = result.line(finding.place)
    code = f'<pre tabindex="0">{text(line.strip())}</pre>' if line is not None and line.strip() else ""
    steps = "".join(f"<li>{prose(step.what)}: {text(str(step.place))}</li>" for step in finding.evidence)
    others = list(dict.fromkeys(path for path in (finding.entry, *entries) if path != finding.place.path))
    also = f'<p class="soft">in {text(", ".join(others))}</p>' if others else ""
    advice = f"<p>Help: {prose(finding.advice)}</p>" if finding.advice else ""
    more = f"<details><summary>more</summary>{code}{f'<ol>{steps}</ol>' if steps else ''}{advice}{also}</details>"
    return (
        f'<tr data-level="{one.level}"><td class="{one.level}">{one.level}</td><td>{text(str(finding.place))}</td>'
        f"<td><code>{text(finding.rule)}</code></td><td>{prose(finding.message)}{more}</td></tr>"
    )
