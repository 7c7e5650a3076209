"""What a framework may have a say in. Every hook returns None to leave the call to the library knowledge."""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine, Object
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import ClassValue, Ref, Value


class Framework:
    """The hooks, all silent."""

    def made(self, site: Site, made: Object) -> None:
        """An object of a library was made."""

    def method(self, site: Site, name: str) -> Value | None:
        """A method of an object is called."""
        return None

    def called(self, site: Site) -> Value | None:
        """An object itself is called."""
        return None

    def function(self, site: Site) -> Value | None:
        """A function of a library is called."""
        return None

    def class_method(
        self, machine: Machine, cls: ClassValue, base: str, name: str, given: Arguments, node: ir.Node
    ) -> Value | None:
        """A class method that `base` gives a project's class is called."""
        return None

    def attribute_set(self, machine: Machine, owner: Ref, name: str, value: Value, node: ir.Node) -> None:
        """An attribute of an object is set."""

    def decorated(self, machine: Machine, owner: Ref, name: str, given: Arguments | None, wrapped: Value, node: ir.Node) -> None:
        """A method of an object (`@owner.name(given)`) decorates a function of the project."""
