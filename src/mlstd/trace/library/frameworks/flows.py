"""What do the steps of a pipeline library stand for? Tasks, flows, operators: project functions that run when the flow does."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.machine import Machine
from mlstd.trace.objects import ancestry, find
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import NONE, Bound, Const, Entries, External, FunctionValue, Items, Partial, Ref, Value

CODE = (FunctionValue, Bound, Partial)
FLOWS = ("metaflow.FlowSpec",)
RUNS = frozenset(
    (
        "submit",
        "apply",
        "apply_async",
        "delay",
        "remote",
        "run",
        "fn",
        "func",
        "callback",
        "main",
        "local",
        "spawn",
        "serve",
        "__call__",
        "entrypoint",
    )
)
FUTURES = frozenset(("result", "get_result"))  # what was submitted has run already
KEEPS = frozenset(("with_options", "options", "configure", "override", "set", "with_parameters"))


def of_function(machine: Machine, function: Value, name: str, arguments: Arguments, node: ir.Node) -> Value | None:
    """A method that a decorator gave a project function: `task.submit(x)`, `step.with_options(...)`, `task.map(xs)`."""
    if name in KEEPS:
        return function
    if name in RUNS:
        return machine.verbs.call(function, arguments, node)
    if name in ("map", "starmap", "expand"):
        given = [machine.verbs.iterate(v, node).element for v in arguments.positional]
        return machine.verbs.call(function, Arguments(given, arguments.named), node)
    return None


def start_flow(machine: Machine, instance: Ref, node: ir.Node) -> None:
    """`MyFlow()` of Metaflow runs its steps from `start` on."""
    cls = machine.heap[instance.address].cls
    start = find(machine, cls, "start") if cls is not None else None
    if (
        cls is not None
        and isinstance(start, FunctionValue)
        and any(isinstance(b, External) and b.name in FLOWS for b in ancestry(cls))
    ):
        machine.verbs.call(Bound(instance, "start", start), Arguments(), node)


def next_step(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`self.next(self.train, foreach="folds")`: the steps that follow; one that joins gets the runs of those before it."""
    steps = [v for v in arguments.positional if isinstance(v, Bound) and v.function is not None]
    if not steps:
        return None
    over = arguments.named.get("foreach")
    for step in steps:
        joins = isinstance(step.function, FunctionValue) and len(step.function.node.parameters) > 1
        if isinstance(over, Const) and isinstance(step.self, Ref):
            items = machine.load(step.self.address, str(over.value))
            if items is not None:
                machine.store(step.self.address, "input", machine.verbs.iterate(items, node).element)
            with hooks.repeated(machine, machine.here(node)):
                machine.verbs.call(step, Arguments(), node)
        else:
            machine.verbs.call(step, Arguments([_runs_before(machine, step.self, node)] if joins else []), node)
    return NONE


def _runs_before(machine: Machine, flow: Value, node: ir.Node) -> Value:
    """The `inputs` of a step that joins: a list of the flow as other steps left it, which are its attributes as well."""
    made = machine.allocate("thing", node, key="inputs")
    machine.store(made.address, "[]", Items((), flow))
    cls = machine.heap[flow.address].cls if isinstance(flow, Ref) else None
    for name in machine.heap[cls.address].names if cls is not None else ():
        machine.store(made.address, name, flow)
    return Ref(made.address)


def handed_back(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`ray.get(reference)`: what was computed elsewhere, as it is."""
    return arguments.get(0)


def operator(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`PythonOperator(python_callable=f, op_args=[...], op_kwargs={...})`."""
    function = arguments.named.get("python_callable")
    if not isinstance(function, CODE):
        return None
    held = {
        name: machine.load(v.address, slot)
        for name, slot in (("op_args", "[]"), ("op_kwargs", "{}"))
        if isinstance(v := arguments.named.get(name), Ref)
    }
    given, named = held.get("op_args"), held.get("op_kwargs")
    values = list(given.items) if isinstance(given, Items) else []
    return machine.verbs.call(
        function, Arguments(values, {str(k): v for k, v in named.items} if isinstance(named, Entries) else {}), node
    )


def build(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    """`luigi.build([Task()])`, `dagster.materialize([asset])`: each task after those it requires."""
    for task in hooks.each(machine, arguments.get(0) or NONE):
        _task(machine, task, node, 0)
    return NONE


def _task(machine: Machine, task: Value, node: ir.Node, depth: int) -> None:
    if isinstance(task, CODE):
        machine.verbs.call(task, Arguments(), node)
    elif isinstance(task, Ref) and depth < 8:
        needed = hooks.run(machine, task, "requires", (), node)
        for other in hooks.each(machine, needed) if needed is not None and needed != NONE else []:
            _task(machine, other, node, depth + 1)
        hooks.run(machine, task, "run", (), node)


_GROUPS = {
    operator: (
        "airflow.operators.python.PythonOperator",
        "airflow.operators.python_operator.PythonOperator",
        "airflow.providers.standard.operators.python.PythonOperator",
    ),
    build: ("luigi.build", "dagster.materialize", "dagster.materialize_to_memory"),
    handed_back: ("ray.get", "ray.put"),
}
HANDLERS = {name: handler for handler, names in _GROUPS.items() for name in names}
