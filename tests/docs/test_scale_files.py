"""compose.scale.yaml and the example for Kubernetes start what exists, with settings that there are."""

import json
import re
from typing import Any, Final, cast

import pytest

from bot.__main__ import _parser  # pyright: ignore[reportPrivateUsage] (what the operator's words mean)
from bot.config import Role, Settings
from tests.docs.container import compose
from tests.docs.sources import ROOT, text

COMPOSE: Final = cast("Any", compose(text("compose.scale.yaml")))
OURS: Final = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "zoetrope"}
KUBERNETES: Final = text("docs/kubernetes.yaml")


def _role(command: str) -> Role:
    words = command.split()
    options = _parser().parse_args(words[words.index("bot") + 1 :])
    assert options.command == "run"
    return Role(options.role)


@pytest.mark.parametrize("name", OURS)
def test_each_service_runs_a_role_that_there_is(name: str) -> None:
    words = json.loads(OURS[name]["command"])

    assert _role(" ".join(words)) is (Role.WORKER if name == "worker" else Role.GATEWAY)


def _known(names: set[str]) -> bool:
    known = {
        f"ZOETROPE_{section}__{field}".upper()
        for section, table in Settings.model_fields.items()
        for field in cast("Any", table.annotation).model_fields
    }
    return {name for name in names if name.startswith("ZOETROPE_")} <= known


def test_every_variable_is_a_setting() -> None:
    for service in OURS.values():
        assert _known(set(service["environment"]))
    assert _known(set(re.findall(r"name: (ZOETROPE_\w+)", KUBERNETES)))


def test_the_gateways_serve_every_shard_once() -> None:
    gateways = [one["environment"] for name, one in OURS.items() if name.startswith("gateway")]
    served = [
        shard for one in gateways for shard in json.loads(one["ZOETROPE_DISCORD__SHARD_IDS"].strip('"'))
    ]

    assert {int(one["ZOETROPE_DISCORD__SHARD_COUNT"]) for one in gateways} == {len(served)}
    assert sorted(served) == list(range(len(served)))
    (count,) = re.findall(r"SHARD_COUNT\n\s+value: \"(\d+)\"", KUBERNETES)
    assert re.findall(r"replicas: (\d+)", KUBERNETES)[0] == count


def test_all_share_the_database_and_the_proxy() -> None:
    for service in OURS.values():
        assert service["environment"]["ZOETROPE_STORAGE__URL"] == "${ZOETROPE_DATABASE_URL}"
        assert service["environment"]["ZOETROPE_DISCORD__API_URL"] == "http://proxy:8080/api/v10"
    assert {"database", "proxy"} <= set(COMPOSE["services"])
    assert (ROOT / COMPOSE["services"]["prometheus"]["volumes"][0].split(":")[0]).exists()


def test_the_example_for_kubernetes_runs_both_roles_and_asks_whether_they_are_ready() -> None:
    commands = [
        command.strip("[]").replace('"', "").replace(",", "").replace("\\", "")
        for command in re.findall(r"command: (\[.*\])", KUBERNETES)
    ]

    assert [_role(command.partition("exec ")[2] or command) for command in commands] == [
        Role.GATEWAY,
        Role.WORKER,
    ]
    assert KUBERNETES.count("readinessProbe:") == KUBERNETES.count("livenessProbe:") == 2
    assert KUBERNETES.count("path: /healthz") == 2


def test_secrets_are_files_that_the_compose_file_names() -> None:
    for service in COMPOSE["services"].values():
        assert set(service.get("secrets") or ()) <= set(COMPOSE["secrets"])
