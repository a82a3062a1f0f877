"""Who may import whom: what a layer does not name here, it does not know."""

from __future__ import annotations

from tests.shape.sources import imports, inside, module_of, python

LAYERS = {
    "provision.cli": (
        "cli", "ui", "timeline", "operations", "engine", "aws", "ledger", "configuration", "cost", "bench", "doctor",
        "policy", "settings", "checks", "names", "errors",
    ),
    "provision.timeline": ("timeline", "engine.events"),
    "provision.ui": ("ui", "timeline", "engine.events", "cost", "bench", "errors"),
    "provision.operations": (
        "operations", "blueprint", "doctor", "resources", "engine", "aws", "archive", "bench", "settings", "names",
        "errors",
    ),
    "provision.doctor": ("doctor", "aws", "engine.resource", "engine.run", "errors"),
    "provision.blueprint": ("chapters", "resources", "engine.resource", "archive", "settings", "names"),
    "provision.chapters": ("chapters", "resources", "engine.resource", "settings", "names"),
    "provision.resources": (
        "resources", "engine.resource", "engine.run", "aws.ec2", "aws.tags", "aws.refusals", "aws.zones",
        "aws.engine_versions", "aws.secret_versions", "archive", "settings", "errors",
    ),
    "provision.engine": ("engine", "ledger", "aws.clients", "errors"),
    "provision.aws": ("aws", "engine.clock", "engine.resource", "engine.run", "engine.failures", "settings", "errors"),
    "provision.aws.local": ("aws.local", "errors"),
    "provision.ledger": ("ledger", "errors"),
    "provision.archive": ("archive", "errors"),
    "provision.bench": ("bench",),
    "provision.configuration": ("profiles", "settings", "checks", "errors"),
    "provision.profiles": (),
    "provision.policy": ("policy",),
    "provision.cost": ("cost", "settings", "errors"),
    "provision.settings": ("checks", "reserved", "errors"),
    "provision.reserved": (),
    "provision.checks": ("errors",),
    "provision.names": (),
    "provision.errors": (),
    "provision.__main__": ("cli",),
    "provision": (),
}  # fmt: skip
"""The longest name that fits is a module's layer; of `provision`, it may import these."""
LOCAL = ("provision.aws.local", "provision.aws.target", "provision.cli")
"""Only these know that a local AWS exists; to all others it is AWS."""
OTHERS = {
    "boto3": ("provision.aws", "handler"),
    "moto": ("provision.aws.local",),
    "psycopg2": ("provision.aws.local.engines", "handler"),
    "rich": ("provision.ui",),
    "tenacity": ("provision.engine.loop",),
    "typer": ("provision.cli",),
}
"""Other people's packages, and the only places that import them."""


PURE = ("os", "subprocess", "time")
"""What a resource has no business with: the loop brings time, and settings come from above."""


def layer_of(module: str) -> str:
    return max((name for name in LAYERS if inside(module, name)), key=len)


def strangers(*folders: str, within: str = "") -> list[tuple[str, str]]:
    """Every import as (module, what it imports); there are some."""
    modules = [(module_of(path), path) for path in python(*folders)]
    found = [(one, name) for one, path in modules if not within or inside(one, within) for name in imports(path)]
    assert found
    return found


def test_a_layer_imports_only_what_is_below_it() -> None:
    ours = [(module, name) for module, name in strangers("provision") if inside(name, "provision")]
    assert ours
    for module, name in ours:
        allowed = [f"provision.{below}" for below in LAYERS[layer_of(module)]]
        assert name == "provision" or inside(name, *allowed), f"{module} imports {name}"


def test_a_layer_uses_all_that_it_may_import() -> None:
    ours = strangers("provision")
    for layer, allowed in LAYERS.items():
        used = [name for module, name in ours if layer_of(module) == layer]
        for below in allowed:
            assert any(inside(name, f"provision.{below}") for name in used), f"{layer} need not import {below}"


def test_only_few_know_of_the_local_aws() -> None:
    for module, name in strangers("provision"):
        assert inside(module, *LOCAL) or not inside(name, "provision.aws.local"), f"{module} imports {name}"


def test_a_package_is_imported_only_where_it_belongs() -> None:
    for module, name in strangers("provision", "handler"):
        for package, places in OTHERS.items():
            assert inside(module, *places) or not inside(name, package), f"{module} imports {name}"


def test_resources_know_neither_time_nor_environment() -> None:
    for module, name in strangers("provision", within="provision.resources"):
        assert not inside(name, *PURE), f"{module} imports {name}"


def test_the_function_knows_nothing_of_provision() -> None:
    for module, name in strangers("handler"):
        assert not inside(name, "provision", "tests"), f"{module} imports {name}"
