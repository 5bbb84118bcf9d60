"""Wraps whoever may speak to the outside, so that each call of theirs is a visit.

Every method of every port's adapter, and every function of the modules that speak without a port; found by
looking, wherever they were imported to.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from types import ModuleType
from typing import Any, cast

from proof.inside.adapters import adapters, is_way_out, loaded, methods, ports_out
from proof.inside.crossings import Crossings
from proof.inside.visits import WRAPPERS, Visit, about, site

AnyFunction = Callable[..., Any]
"""Whatever it is, it is passed on as it came."""


def install(crossings: Crossings) -> None:
    """Wrap them all."""
    for short, port in ports_out().items():
        for adapter in adapters(port):
            for name in methods(port):
                function: AnyFunction = getattr(adapter, name)
                setattr(adapter, name, _wrapped(function, crossings, f"{short}.{name}", is_port=True))
    modules = loaded()
    for module in modules:
        if is_way_out(module.__name__):
            _wrap_functions(module, modules, crossings)


def _wrap_functions(module: ModuleType, modules: Sequence[ModuleType], crossings: Crossings) -> None:
    def wrap(function: AnyFunction) -> AnyFunction:
        named = site(module.__name__, function.__qualname__)
        return _wrapped(function, crossings, named, is_port=False)

    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if _speaks(module, value):
            _replace(modules, value, wrap(value))
        elif inspect.isclass(value):
            for name, method in list(vars(value).items()):
                if _speaks(module, method):
                    setattr(value, name, wrap(method))


def _speaks(module: ModuleType, value: object) -> bool:
    name, code = getattr(value, "__name__", "__"), getattr(value, "__code__", None)
    if name.startswith("__") or code in WRAPPERS:
        return False
    if inspect.iscoroutinefunction(value):
        return True
    # What concerns the file as a whole is done by plain functions, in the database's thread.
    return module.__name__.startswith("bot.store.") and inspect.isfunction(value)


def _replace(modules: Sequence[ModuleType], function: AnyFunction, wrapped: AnyFunction) -> None:
    for module in modules:
        for name, value in list(vars(module).items()):
            if value is function:
                setattr(module, name, wrapped)


def _wrapped(function: AnyFunction, crossings: Crossings, name: str, *, is_port: bool) -> AnyFunction:
    def begin(arguments: Sequence[object]) -> Visit:
        return Visit(crossings, name, about(arguments), is_port)

    async def waiting(*args: Any, **options: Any) -> Any:
        with begin(args) as visit:  # noqa: F841  # pyright: ignore[reportUnusedVariable] (looked up on the stack)
            return await function(*args, **options)

    def plain(*args: Any, **options: Any) -> Any:
        with begin(args) as visit:
            found = function(*args, **options)
        if isinstance(found, AbstractAsyncContextManager):
            return _Held(cast("AbstractAsyncContextManager[Any]", found), visit)
        return found

    wrapped = waiting if inspect.iscoroutinefunction(function) else plain
    WRAPPERS.add(wrapped.__code__)
    return functools.wraps(function)(wrapped)


class _Held(AbstractAsyncContextManager[Any]):
    """A port's context: what happens while it is entered, and left, is the visit's."""

    def __init__(self, held: AbstractAsyncContextManager[Any], visit: Visit) -> None:
        self._held = held
        self._visit = visit

    async def __aenter__(self) -> Any:
        with self._visit:
            return await self._held.__aenter__()

    async def __aexit__(self, *outcome: Any) -> bool | None:  # noqa: PYI036 (passed on as it came)
        with self._visit:
            return await self._held.__aexit__(*outcome)
