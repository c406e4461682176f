"""From files to a Fleet: the design's example, thousands of rows, and anything at all."""

import gc
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.area import AreaKind, Criticality
from config.hours import ALWAYS
from config.loader import ConfigError, check_files, load
from config.probe import HttpSettings, IcmpSettings, PowerSettings, TcpSettings
from config.settings import Settings
from config.site import Medium, PowerKind, SiteType

GOOD = Path(__file__).parent / "good"


@pytest.fixture(autouse=True)
def _webhook_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDIA_WEBHOOK_TOKEN", "s3cr3t")


def written(root: Path, **files: str) -> Path:
    """Write `main` and site files, returning the path of the main one."""
    for name, text in files.items():
        (root / f"{name}.yaml").write_text(text)
    if "main" not in files:
        (root / "main.yaml").write_text("include: '*.yaml'\n")
    return root / "main.yaml"


def fault_of(main: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(main)
    return str(caught.value)


def test_the_example_of_the_design_loads() -> None:
    fleet = load(GOOD / "guardia.yaml")

    (site,) = fleet.sites
    assert (site.id, site.clues, site.state, site.timezone) == (
        "hg-ensenada", "BCIMB000010", "BC", "America/Tijuana",
    )  # fmt: skip
    assert (site.type, site.hours, site.location) == (
        SiteType.HOSPITAL, ALWAYS, (31.825117, -116.600282),
    )  # fmt: skip
    cfe, lte = site.links
    assert (cfe.provider, cfe.node, cfe.role) == ("CFE Internet", ("cfe-tij-1",), "primary")
    assert (lte.medium, lte.role) == (Medium.LTE, "backup")
    assert isinstance(cfe.probes[0], IcmpSettings)
    assert isinstance(cfe.probes[1], HttpSettings)
    assert cfe.probes[1].expect.status == ("200",)
    assert [service.id for service in site.services] == ["citas", "expediente"]


def test_its_power_and_areas_have_what_follows_from_them() -> None:
    (site,) = load(GOOD / "guardia.yaml").sites

    ups, plant = site.power
    assert isinstance(ups.source, PowerSettings)
    assert (ups.kind, ups.source.unit, ups.feeds) == (PowerKind.UPS, "ups-uci", ("uci",))
    assert plant.feeds == ("uci", "quirofano", "urgencias")
    assert {area.kind: area.criticality for area in site.areas} == {
        AreaKind.UCI: Criticality.LIFE,
        AreaKind.URGENCIAS: Criticality.LIFE,
        AreaKind.QUIROFANO: Criticality.LIFE,
    }
    assert isinstance(site.areas[2].probes[0], TcpSettings)


def test_its_settings_secrets_nodes_and_files() -> None:
    fleet = load(GOOD / "guardia.yaml")

    webhook, mqtt = fleet.settings.exporters.webhook, fleet.settings.exporters.mqtt
    assert webhook is not None
    assert mqtt is not None
    assert webhook.token is not None
    assert webhook.token.get_secret_value() == "s3cr3t"
    assert fleet.secrets == {"s3cr3t", "swordfish"}
    assert "s3cr3t" not in repr(fleet)
    above = {node.id: node.parent for node in fleet.nodes}
    assert above == {"cfe-tij-1": ("cfe-bc",), "cfe-bc": ()}
    assert [Path(file).name for file in fleet.files] == [
        "guardia.yaml", "baja-california.yaml", "maintenance.yaml", "templates.yaml",
    ]  # fmt: skip


def test_only_include_is_needed(tmp_path: Path) -> None:
    main = written(tmp_path, main="include: a.yaml", a="sites: [{id: cs-1, name: Uno}]")

    fleet = load(main)

    assert fleet.settings == Settings(include=("a.yaml",))
    assert fleet.secrets == frozenset()


def test_one_row_is_a_full_clinic(tmp_path: Path) -> None:
    row = "- {id: cs-1, name: Uno, template: clinic, vars: {net: 127.64.3}}"
    templates = (GOOD / "sites" / "templates.yaml").read_text()

    (site,) = load(written(tmp_path, a=f"sites:\n  {row}\n", templates=templates)).sites

    assert [probe.kind for probe in site.links[0].probes] == ["icmp", "http"]
    assert site.power[0].kind is PowerKind.UPS
    assert isinstance(site.power[0].source, PowerSettings)
    assert site.power[0].source.url == "http://127.64.3.1/power/cs-1"
    assert {area.id: area.probes[0].target for area in site.areas} == {  # type: ignore[union-attr]
        "urgencias": "127.64.3.11",
        "farmacia": "127.64.3.12",
    }


@pytest.mark.heavy
def test_three_thousand_sites_of_one_template(tmp_path: Path) -> None:
    templates = (GOOD / "sites" / "templates.yaml").read_text()
    files = {"templates": templates}
    for state, first in enumerate(range(0, 3180, 265)):
        rows = [
            f"  - {{id: cs-{n}, name: Clínica {n}, template: clinic, "
            f"vars: {{net: 127.{64 + n // 250}.{n % 250}}}}}"
            for n in range(first, first + 265)
        ]
        defaults = "defaults: {state: BC, link: {node: cfe-tij-1}}\nsites:\n"
        files[f"state{state:02}"] = defaults + "\n".join(rows)

    fleet = load(written(tmp_path, **files))

    assert len(fleet.sites) == 3180
    assert len(fleet.probes) == 3180 * 5 + 1
    for n in (0, 1234, 3179):
        site = fleet.sites_by_id[f"cs-{n}"]
        assert (site.name, site.timezone) == (f"Clínica {n}", "America/Tijuana")
        assert site.links[0].node == ("cfe-tij-1",)
        assert site.links[0].probes[0].target == f"127.{64 + n // 250}.{n % 250}.1"  # type: ignore[union-attr]


def test_a_fault_in_a_template_points_into_the_template(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        a="sites: [{id: cs-1, name: Uno, template: clinic}]",
        b="templates:\n  clinic:\n    links:\n      - {id: cfe, medium: fibre}\n",
    )

    fault = fault_of(main)

    assert fault.startswith(
        f"{tmp_path}/b.yaml:4:27: unknown medium `fibre`, did you mean `fiber`?"
    )


def test_the_template_of_the_defaults_holds_unless_the_site_has_its_own(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        a="defaults: {template: t1, phone: '1', level: 1}\n"
        "sites:\n"
        "  - {id: a, name: A}\n"
        "  - {id: b, name: B, template: t2}\n"
        "  - {id: c, name: C, template: ~, phone: '3'}\n",
        b="templates: {t1: {phone: '2'}, t2: {level: 2}}",
    )

    assert {site.id: (site.phone, site.level) for site in load(main).sites} == {
        "a": ("2", 1),
        "b": ("1", 2),
        "c": ("3", 1),
    }


def test_a_file_that_cannot_be_read_hides_no_other_fault_and_makes_none(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        a="sites: [{id: a, name: A, template: t, links: [{id: x, node: n, mediun: lte}]}]",
        b="templates: {t: {}}\nnodes: [{id: n}\n",
    )

    with pytest.raises(ConfigError) as caught:
        load(main)

    # the template and the node may well be in the file that is not YAML
    assert [problem.message for problem in caught.value.problems] == [
        "unknown key `mediun`",
        "this `[` is never closed",
    ]


def test_a_site_of_an_unknown_template_is_not_also_told_to_lack_keys(tmp_path: Path) -> None:
    main = written(tmp_path, a="sites: [{id: a, template: t}]")

    with pytest.raises(ConfigError) as caught:
        load(main)

    assert [problem.message for problem in caught.value.problems] == ["unknown template `t`"]


def test_both_places_of_a_shared_id_are_named_across_files(tmp_path: Path) -> None:
    main = written(
        tmp_path, a="sites: [{id: x, name: A}]", b="sites:\n  - {id: x, name: B}"
    )  # fmt: skip

    assert f"b.yaml:2:10: two sites have the id `x` (the first at {tmp_path}/a.yaml:1:14)" in (
        fault_of(main)
    )


def test_a_missing_main_file_is_told(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "none.yaml") == (
        f"{tmp_path}/none.yaml: there is no such file, check the path"
    )
    assert "cannot be read" in fault_of(Path("a\0b"))


def test_site_files_are_checked_alone(tmp_path: Path) -> None:
    site_file = tmp_path / "a.yaml"
    site_file.write_text("sites: [{id: a, template: elsewhere, links: [{id: x, node: n, rol: y}]}]")

    problems = check_files(None, [site_file])

    assert [problem.message for problem in problems] == ["unknown key `rol`"]


def test_site_files_are_checked_with_the_main_file(tmp_path: Path) -> None:
    main = written(tmp_path, main="include: a.yaml", a="sites: [{id: x, name: A}]")
    more = tmp_path / "more.yaml"
    more.write_text("sites: [{id: x, name: B}]")

    problems = check_files(main, [more, tmp_path / "a.yaml", main])

    assert [problem.message.split(" (")[0] for problem in problems] == ["two sites have the id `x`"]


def test_a_template_cannot_explode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.draft.LARGEST_FLEET", 1000)
    links = ", ".join(f"{{id: l{n}}}" for n in range(100))
    rows = "".join(f"  - {{id: s{n}, name: S, template: t}}\n" for n in range(100))
    main = written(tmp_path, a=f"templates: {{t: {{links: [{links}]}}}}\nsites:\n{rows}")

    assert "templates make the fleet larger than" in fault_of(main)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    [
        "sites:\n  - id: a\n" + "".join(f"    key{n}: 1\n" for n in range(50_000)),
        "sites: [{id: a, name: A, areas: ["
        + ",".join(f"{{id: l{n}}}" for n in range(15_000))
        + "]}]",
        "sites: [" + "{id: a}," * 50_000 + "]",
    ],
)
def test_huge_files_are_told_about_in_time(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text)

    check_files(None, [tmp_path / "a.yaml"])  # the time limit of each test is the assertion


def test_the_garbage_collector_runs_again_afterwards(tmp_path: Path) -> None:
    assert gc.isenabled()

    load(GOOD / "guardia.yaml")
    fault_of(tmp_path / "none.yaml")

    assert gc.isenabled()


EXAMPLE = (GOOD / "sites" / "baja-california.yaml").read_text()
MAIN = (GOOD / "guardia.yaml").read_text().replace("mqtt.password", "none").replace("sites/", "")


def refusal_of(main: Path) -> ConfigError | None:
    try:
        load(main)
    except ConfigError as error:
        return error
    return None


def survives(main: bytes, sites: bytes) -> None:
    """Load whatever it is: only a ConfigError may come out, and it can be printed."""
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "main.yaml").write_bytes(main)
        (Path(root) / "s.yaml").write_bytes(sites)
        error = refusal_of(Path(root) / "main.yaml")
        assert error is None or (error.problems and str(error).encode())


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """Return a text with a few pieces replaced, removed or doubled."""
    content = bytearray(text.encode())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        put = draw(
            st.binary(max_size=4)
            | st.sampled_from([b"\t", b": ", b"- ", b"&a ", b"*a", b"<<", b"!env ", b"${x}", b"no"])
            | st.just(bytes(content[start : end + 20]))
        )
        content[start:end] = put
    return bytes(content)


@given(damaged(EXAMPLE))
@hypothesis_settings(max_examples=40, deadline=None)
def test_damaged_site_files_never_crash(content: bytes) -> None:
    survives(b"include: s.yaml", content)


@given(damaged(MAIN))
@hypothesis_settings(max_examples=40, deadline=None)
def test_damaged_main_files_never_crash(content: bytes) -> None:
    survives(content, EXAMPLE.encode())


@given(st.binary(max_size=100), st.text(max_size=100))
@hypothesis_settings(max_examples=40, deadline=None)
def test_any_bytes_never_crash(main: bytes, sites: str) -> None:
    survives(main, sites.encode("utf-8", "surrogatepass"))


SCALARS = st.sampled_from(
    [None, True, 0, -1, 10**30, 1.5, "", "x", "no", "uci", "icmp", "${a}", "${", "127.0.0.1", "5s"]
)
KEYS = st.sampled_from(
    ["id", "name", "clues", "state", "links", "power", "areas", "services", "link", "source",
     "probes", "icmp", "http", "tcp", "kind", "url", "target", "expect", "status", "json", "tls",
     "auth", "bearer", "headers", "vars", "template", "feeds", "node", "parent", "location", "t"]
)  # fmt: skip
SHAPES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=25,
)  # fmt: skip


@pytest.mark.heavy
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "defaults": SHAPES,
            "templates": SHAPES | st.dictionaries(KEYS, SHAPES, max_size=3),
            "sites": SHAPES | st.lists(st.dictionaries(KEYS, SHAPES, max_size=6), max_size=3),
            "nodes": SHAPES | st.lists(st.dictionaries(KEYS, SHAPES, max_size=3), max_size=3),
        },
    )
)
@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_values_of_any_shape_in_any_place_never_crash(root: dict[str, object]) -> None:
    survives(b"include: s.yaml", yaml.safe_dump(root).encode())


@pytest.mark.heavy
@given(
    st.fixed_dictionaries(
        {"include": st.just("s.yaml")},
        optional={name: SHAPES for name in Settings.model_fields if name != "include"},
    )
)
@hypothesis_settings(max_examples=40, deadline=None)
def test_settings_of_any_shape_never_crash(root: dict[str, object]) -> None:
    survives(yaml.safe_dump(root).encode(), b"sites: [{id: a, name: A}]")
