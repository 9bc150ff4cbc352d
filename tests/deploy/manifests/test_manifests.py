"""What others need to run Tocsin fits what Tocsin is, and the schemas of those who read it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import compose_spec
import kubernetes_validate
import promql_parser
import pytest
import yaml
from prometheus_client import Counter, Histogram
from typer.testing import CliRunner

import consumers.web.measures
import streams.measures
from deploy.agencies.names import user_of
from deploy.agencies.rights import rights_of_agency, rights_of_pipeline
from deploy.cli import app
from deploy.manifests.dashboard import PANELS
from deploy.manifests.strimzi import PIPELINE
from deploy.manifests.write import COPIES, PARTITIONS, ROOT, made_files
from deploy.manifests.yaml import documents
from deploy.seeing.broker_figures import BrokerFigures
from deploy.seeing.exposed import Exposed
from deploy.seeing.sampling import Sampled
from schemas.agencies import load_partnership
from schemas.settings import Settings
from schemas.topics import topic_table
from tests.deploy.seeing.test_status import BROKER, STORE

DEPLOY = ROOT / "deploy"
SETTABLE = {
    field.validation_alias.choices[0] if field.validation_alias else f"TOCSIN_{name.upper()}"  # type: ignore[union-attr]
    for name, field in Settings.model_fields.items()
}
OF_OTHERS = {
    "TOCSIN_STORE_PASSWORD",
    "TOCSIN_GRAFANA_PASSWORD",
    "TOCSIN_PAGE_CERTIFICATE",
    "TOCSIN_PAGE_KEY",
}  # Compose's
RUNNING = (ROOT / "docs/running.md").read_text("utf-8")


def said(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


@pytest.mark.parametrize("name", made_files())
def test_what_is_made_is_as_made(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == made_files()[name], "run `make manifests`"


def test_every_setting_stands_in_the_example() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    assert {line[1:].partition("=")[0] for line in lines if line.startswith("#TOCSIN_")} == SETTABLE


def test_strimzis_topics_are_the_table() -> None:
    table = topic_table(load_partnership(), partitions=PARTITIONS, replication=COPIES)
    wanted = {topic.name: (topic.partitions, topic.replication, dict(topic.config)) for topic in table}
    made = {}
    for one in said(DEPLOY / "k8s/topics.yaml"):
        spec = one["spec"]
        config = {name: str(value) for name, value in spec["config"].items()}
        made[one["metadata"]["name"]] = (spec["partitions"], spec["replicas"], config)
    assert made == wanted


def test_strimzis_users_may_what_the_rights_say_and_no_more() -> None:
    partnership = load_partnership()
    users = {one["metadata"]["name"]: one["spec"] for one in said(DEPLOY / "k8s/users.yaml")}
    rights = {PIPELINE: set(rights_of_pipeline(PIPELINE, sorted(partnership)))}
    rights |= {user_of(name, 1): set(rights_of_agency(user_of(name, 1), name)) for name in partnership}
    assert users.keys() == rights.keys()
    for name, spec in users.items():
        acls = spec["authorization"]["acls"]
        assert {acl["type"] for acl in acls} == {"allow"}
        given = {(acl["resource"]["type"], acl["resource"]["name"], acl["resource"]["patternType"]) for acl in acls}
        kinds = {"topic": ("topic", "literal"), "group": ("group", "literal"), "groups": ("group", "prefix")}
        assert given == {(kinds[one.kind][0], one.name, kinds[one.kind][1]) for one in rights[name]}
        assert all(set(acl["operations"]) <= {"Read", "Write", "Describe"} for acl in acls)
        # a name of Kubernetes': a login that it would refuse could never be made
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name)


def test_our_yaml_is_read_as_it_was_meant() -> None:
    value = {"a": "yes", "b-c": [1, "on", {"d": None, "e": [], "f.g": "x: # y\n'\""}], "h": {"i": [["j"]] and "k"}}
    assert list(yaml.safe_load_all(documents([value, {"l": True}]))) == [value, {"l": True}]


def test_ones_own_agencies_make_ones_own_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "agencies.toml").write_text("[agency.police]\n[agency.fire]\n")
    (tmp_path / "agreements.toml").write_text("")
    for name in ("agencies", "agreements"):
        monkeypatch.setenv(f"TOCSIN_{name.upper()}", str(tmp_path / f"{name}.toml"))
    done = CliRunner().invoke(app, ["topics", "strimzi", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    topics = {one["metadata"]["name"] for one in said(tmp_path / "out/topics.yaml")}
    assert topics == {topic.name for topic in topic_table(["police", "fire"])}
    assert {one["metadata"]["name"] for one in said(tmp_path / "out/users.yaml")} == {PIPELINE, "police.1", "fire.1"}


def test_compose_fits_its_specification_and_is_on_loopback() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    options = compose_spec.PyOptions()
    options.apply_merge = True
    options.from_yaml(text).validate()
    (compose,) = said(DEPLOY / "compose.yaml")
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert set(re.findall(r"TOCSIN_[A-Z_]+", text)) <= SETTABLE | OF_OTHERS


def test_kubernetes_takes_the_manifests_by_schema() -> None:
    for one in said(DEPLOY / "k8s/tocsin.yaml"):
        kubernetes_validate.validate(one, "1.32", strict=True)
    text = (DEPLOY / "k8s/tocsin.yaml").read_text("utf-8")
    assert set(re.findall(r"TOCSIN_[A-Z_]+", text)) <= SETTABLE


def test_what_the_image_copies_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for word in line.split()]
    assert copied
    assert all((ROOT / word).exists() for word in copied)
    shown = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {word.rstrip("/") for word in copied} == shown


def exposed() -> set[str]:
    """Every name that Prometheus may be asked for."""
    store, broker = (
        Sampled(lambda: STORE),
        Sampled(
            lambda: BrokerFigures(**{name: getattr(BROKER, name) for name in ("ends", "starts", "missing", "workers")})
        ),
    )
    verified: Sampled[dict[str, int] | None] = Sampled(lambda: {"t": 0})
    for sampled in (store, broker, verified):
        sampled.look()
    families = list(Exposed(store=store, broker=broker, verified=verified).collect())
    ours = [*vars(streams.measures).values(), *vars(consumers.web.measures).values()]
    families += [family for one in ours if isinstance(one, Counter | Histogram) for family in one.collect()]
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return {family.name + suffix for family in families for suffix in suffixes.get(family.type, ("",))}


def asked_in(query: str) -> set[str]:
    promql_parser.parse(query)  # raises where it is no PromQL
    return set(re.findall(r"\b(?:tocsin|process)_[a-z_]+", query))


def rules() -> Iterator[dict[str, Any]]:
    (said_by,) = said(DEPLOY / "prometheus/rules.yml")
    for group in said_by["groups"]:
        yield from group["rules"]


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: rule["alert"])
def test_each_rule_asks_for_what_there_is_and_names_its_part_of_the_runbook(rule: dict[str, Any]) -> None:
    assert asked_in(rule["expr"]) <= exposed()
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/running.md"
    headings = re.findall(r"^### (.*)$", RUNNING, re.MULTILINE)
    slugs = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert anchor in slugs
    assert rule["alert"] in RUNNING


def test_the_runbook_has_eleven_things_and_its_commands_are_there() -> None:
    assert len(re.findall(r"^### ", RUNNING, re.MULTILINE)) == 11
    for command in set(re.findall(r"`tocsin ([a-z]+)", RUNNING)):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0, command


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_each_panel_asks_for_what_there_is(panel: Any) -> None:
    asked = asked_in(panel.asks)
    assert asked
    of_processes = {f"{of}process_resident_memory_bytes" for of in ("", "tocsin_stages_")}
    assert asked <= exposed() | of_processes


def test_the_dashboards_panels_do_not_overlap() -> None:
    panels = json.loads(made_files()["deploy/grafana/tocsin.json"])["panels"]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels) == len(PANELS)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on this machine")
def test_promtool_takes_the_rules_and_their_tests() -> None:
    for arguments in (
        ["check", "rules", "rules.yml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "rules_test.yml"],
    ):
        done = subprocess.run(
            ["promtool", *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_takes_the_units_and_finds_them_shut(tmp_path: Path) -> None:
    for unit in ("tocsin-worker@.service", "tocsin-web.service"):
        text = (DEPLOY / "systemd" / unit).read_text("utf-8").replace("/opt/tocsin/bin/tocsin", "/bin/true")
        copy = tmp_path / unit
        copy.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        shut = ["systemd-analyze", "security", "--offline=true", "--threshold=20", copy]
        done = subprocess.run(shut, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:]
