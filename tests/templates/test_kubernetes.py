"""The manifests of the extra `kubernetes`, as kustomize builds them."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.answers import settle, with_defaults
from generator.catalog import Catalog
from generator.project import Project, plan
from generator.render import render

# They come without types: the first with cookiecutter, the second with every version's schemas.
yaml: Any = import_module("yaml")
schemas: Any = import_module("kubernetes_validate")

# The oldest that the README names, and the newest that there are schemas for.
VERSIONS = ["1.30", schemas.latest_version()]
BASE, PRODUCTION = "kubernetes/base", "kubernetes/overlays/production"

Object = dict[str, Any]
Lists = Mapping[str, list[str]]

# Answers, and lists that stand in for those of the chosen layers.
CASES: list[tuple[dict[str, str], Lists]] = [
    ({"framework": "flask"}, {}),
    ({"framework": "fastapi"}, {}),
    ({"framework": "django"}, {}),
    ({"framework": "flask", "with": "all"}, {}),
    ({"framework": "fastapi", "with": "all"}, {}),
    ({"framework": "django", "with": "all"}, {}),
    ({"framework": "flask", "port": "80"}, {"cluster_secrets": ["KEY"], "migrate": []}),
    (
        {"framework": "fastapi", "name": "null", "port": "1023"},
        {
            "cluster_secrets": ["SOME_URL", "A_KEY"],
            "migrate": ["tool", "--to", "the 'last' \"one\""],
        },
    ),
    ({"framework": "django", "name": "a" * 40, "port": "1024"}, {"migrate": ["no", "1", "~"]}),
]


@dataclass(frozen=True)
class Made:
    """A project, and what `kubectl kustomize` makes of its base and of its overlay."""

    context: Mapping[str, Any]
    folder: Path
    base: list[Object]
    production: list[Object]

    @property
    def name(self) -> str:
        return str(self.context["name"])

    @property
    def both(self) -> list[Object]:
        return [*self.base, *self.production]

    def pods(self) -> list[Object]:
        """Every pod template, metadata and spec."""
        return templates(self.both)

    def read(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")


def templates(objects: list[Object]) -> list[Object]:
    return [each["spec"]["template"] for each in objects if each["kind"] in ("Deployment", "Job")]


def one(objects: list[Object], kind: str) -> Object:
    (found,) = [each for each in objects if each["kind"] == kind]
    return found


def container(pod: Object) -> Object:
    (found,) = pod["spec"]["containers"]
    return dict(found)


def planned(texts: Mapping[str, str], catalog: Catalog, lists: Lists) -> Project:
    texts = with_defaults({"name": "my-shop", "with": "kubernetes", **texts}, catalog)
    project = plan(settle(texts, catalog), catalog)
    merged = {**_dict(project.context["lists"]), **lists}
    return replace(project, context={**project.context, "lists": merged})


def _dict(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def built(folder: Path) -> list[Object]:
    kubectl = shutil.which("kubectl", path=str(Path(sys.executable).parent))
    assert kubectl, "the test group brings it"
    done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case[0].values()))
def made(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Made:
    texts, lists = request.param
    project, folder = planned(texts, catalog, lists), tmp_path_factory.mktemp("made")
    render(project, folder)
    return Made(project.context, folder, built(folder / BASE), built(folder / PRODUCTION))


def test_objects(made: Made) -> None:
    kinds = ["ConfigMap", "Deployment", "PodDisruptionBudget", "Service"]
    jobs = ["Job"] if made.context["lists"]["migrate"] else []

    for objects in (made.base, made.production):
        assert sorted(each["kind"] for each in objects) == sorted(kinds + jobs)
        for each in objects:
            # A Secret is the owner's, and a namespace that of who applies.
            assert "namespace" not in each["metadata"]
            assert each["metadata"]["labels"]["app.kubernetes.io/name"] == made.name


@pytest.mark.parametrize("version", VERSIONS)
def test_schemas(made: Made, version: str) -> None:
    for each in made.both:
        schemas.validate(each, version, strict=True)


def test_schemas_would_find_a_mistake(made: Made) -> None:
    wrong = copy.deepcopy(one(made.base, "Deployment"))
    container({"spec": wrong["spec"]["template"]["spec"]})["securityContext"]["readOnlyRoot"] = True

    with pytest.raises(schemas.ValidationError, match="readOnlyRoot"):
        schemas.validate(wrong, VERSIONS[0], strict=True)


def test_the_kustomizations_say_only_what_kustomize_knows(made: Made) -> None:
    for path in (BASE, PRODUCTION):
        text = made.read(f"{path}/kustomization.yaml")
        assert text.startswith("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n")
        # Fields that newer versions warn of.
        old = ("commonLabels", "bases", "patchesStrategicMerge", "patchesJson6902", "vars")
        assert not set(yaml.safe_load(text)) & set(old)


def test_names_are_legal_everywhere(made: Made) -> None:
    def names(value: object, key: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for inner, each in value.items():
                yield from () if inner in ("env", "data") else names(each, inner)
        elif isinstance(value, list):
            for each in value:
                yield from names(each, key)
        elif key == "name":
            assert isinstance(value, str)
            yield value

    found = {name for each in made.both for name in names(each)}

    assert {made.name, "http", "tmp", "web"} <= found
    for name in found - {"net.ipv4.ip_unprivileged_port_start"}:
        assert re.fullmatch(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", name), name


def test_a_service_and_a_budget_choose_the_pods_of_the_deployment_alone(made: Made) -> None:
    for objects in (made.base, made.production):
        deployment = one(objects, "Deployment")
        chosen = deployment["spec"]["selector"]["matchLabels"]
        assert one(objects, "Service")["spec"]["selector"] == chosen
        assert one(objects, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == chosen
        assert chosen.items() <= deployment["spec"]["template"]["metadata"]["labels"].items()
        (spread,) = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert spread["labelSelector"]["matchLabels"] == chosen
        for job in (each for each in objects if each["kind"] == "Job"):
            assert not chosen.items() <= job["spec"]["template"]["metadata"]["labels"].items()


# Pod Security ---------------------------------------------------------------------------------
#
# https://kubernetes.io/docs/concepts/security/pod-security-standards/: every control of `baseline`
# and of `restricted`, each as what must hold for a pod's `spec`. Those that concern annotations of
# old versions are left out: no template here has an annotation.

Control = Callable[[Object], bool]

# Names of the baseline's list that are safe for whoever shares the node.
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
}
VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}


def containers(spec: Object) -> list[Object]:
    kinds = ("containers", "initContainers", "ephemeralContainers")
    return [each for kind in kinds for each in spec.get(kind, [])]


def contexts(spec: Object) -> list[Object]:
    """The security contexts: the pod's, and those of its containers."""
    return [each.get("securityContext", {}) for each in (spec, *containers(spec))]


def effective(spec: Object, key: str) -> list[object]:
    """What each container has, by itself or from its pod."""
    pod, *each = contexts(spec)
    return [context.get(key, pod.get(key)) for context in each]


def handlers(spec: Object) -> Iterator[Object]:
    for each in containers(spec):
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            yield each.get(probe, {})
        yield from each.get("lifecycle", {}).values()


def seccomp(profile: object) -> bool:
    return _dict(profile or {}).get("type") in ("RuntimeDefault", "Localhost")


BASELINE: dict[str, Control] = {
    "HostProcess": lambda spec: (
        not any(each.get("windowsOptions", {}).get("hostProcess") for each in contexts(spec))
    ),
    "Host Namespaces": lambda spec: (
        not any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
    ),
    "Privileged Containers": lambda spec: (
        not any(each.get("privileged") for each in contexts(spec))
    ),
    "HostPath Volumes": lambda spec: (
        not any("hostPath" in each for each in spec.get("volumes", []))
    ),
    "Host Ports": lambda spec: (
        not any(port.get("hostPort") for each in containers(spec) for port in each.get("ports", []))
    ),
    "Host Probes / Lifecycle Hooks": lambda spec: (
        not any(
            handler.get(kind, {}).get("host")
            for handler in handlers(spec)
            for kind in ("httpGet", "tcpSocket")
        )
    ),
    "AppArmor": lambda spec: all(
        each.get("appArmorProfile", {"type": "RuntimeDefault"})["type"] != "Unconfined"
        for each in contexts(spec)
    ),
    "SELinux": lambda spec: not any("seLinuxOptions" in each for each in contexts(spec)),
    "/proc Mount Type": lambda spec: all(
        each.get("procMount", "Default") == "Default" for each in contexts(spec)
    ),
    "Sysctls": lambda spec: all(
        each["name"] in SYSCTLS for each in contexts(spec)[0].get("sysctls", [])
    ),
}
RESTRICTED: dict[str, Control] = {
    "Volume Types": lambda spec: all(
        set(each) - {"name"} <= VOLUMES for each in spec.get("volumes", [])
    ),
    "Privilege Escalation": lambda spec: all(
        each.get("allowPrivilegeEscalation") is False for each in contexts(spec)[1:]
    ),
    "Running as Non-root": lambda spec: all(
        value is True for value in effective(spec, "runAsNonRoot")
    ),
    "Running as Non-root user": lambda spec: all(
        each.get("runAsUser") != 0 for each in contexts(spec)
    ),
    "Seccomp": lambda spec: all(map(seccomp, effective(spec, "seccompProfile"))),
    # This includes the baseline's control of that name.
    "Capabilities": lambda spec: all(
        "ALL" in each.get("capabilities", {}).get("drop", [])
        and set(each["capabilities"].get("add", [])) <= {"NET_BIND_SERVICE"}
        for each in contexts(spec)[1:]
    ),
}
CONTROLS = {**BASELINE, **RESTRICTED}

# One pod for each control that only this control refuses: where, and what is put there.
VIOLATIONS: dict[str, tuple[str, object]] = {
    "HostProcess": ("securityContext", {"windowsOptions": {"hostProcess": True}}),
    "Host Namespaces": ("", {"hostPID": True}),
    "Privileged Containers": ("containers.0.securityContext", {"privileged": True}),
    "HostPath Volumes": ("", {"volumes": [{"name": "tmp", "hostPath": {"path": "/"}}]}),
    "Host Ports": ("containers.0.ports.0", {"hostPort": 80}),
    "Host Probes / Lifecycle Hooks": ("containers.0.livenessProbe.httpGet", {"host": "10.0.0.1"}),
    "AppArmor": ("securityContext", {"appArmorProfile": {"type": "Unconfined"}}),
    "SELinux": ("containers.0.securityContext", {"seLinuxOptions": {"type": "spc_t"}}),
    "/proc Mount Type": ("containers.0.securityContext", {"procMount": "Unmasked"}),
    "Sysctls": ("securityContext", {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}),
    "Volume Types": ("", {"volumes": [{"name": "tmp", "nfs": {"server": "a", "path": "/"}}]}),
    "Privilege Escalation": ("containers.0.securityContext", {"allowPrivilegeEscalation": True}),
    "Running as Non-root": ("containers.0.securityContext", {"runAsNonRoot": False}),
    "Running as Non-root user": ("containers.0.securityContext", {"runAsUser": 0}),
    "Seccomp": ("containers.0.securityContext", {"seccompProfile": {"type": "Unconfined"}}),
    "Capabilities": ("containers.0.securityContext.capabilities", {"add": ["SYS_ADMIN"]}),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_every_pod_meets_the_restricted_standard(made: Made, control: str) -> None:
    assert len(made.pods()) >= 2
    for pod in made.pods():
        assert CONTROLS[control](pod["spec"])
        assert "annotations" not in pod["metadata"]


@pytest.mark.parametrize("control", CONTROLS)
def test_each_control_would_find_its_violation(made: Made, control: str) -> None:
    spec = copy.deepcopy(one(made.base, "Deployment")["spec"]["template"]["spec"])
    where, change = VIOLATIONS[control]
    place: Any = spec
    for step in where.split(".") if where else []:
        place = place[int(step) if step.isdigit() else step]
    place.update(change)

    refused = {name for name, holds in CONTROLS.items() if not holds(spec)}

    # What is on the node's disk is of a refused type as well.
    assert refused - {"Volume Types"} == {control} - {"Volume Types"}
    assert control in refused


def test_pods_ask_for_no_more_than_they_need(made: Made) -> None:
    for pod in made.pods():
        spec, only = pod["spec"], container(pod)
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert "serviceAccountName" not in spec
        assert only["securityContext"]["readOnlyRootFilesystem"] is True
        assert only["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert only["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}]
        (volume,) = spec["volumes"]
        assert volume["name"] == "tmp"
        assert set(volume["emptyDir"]) == {"sizeLimit"}
        assert set(only["resources"]["requests"]) == {"cpu", "memory"}
        assert set(only["resources"]["limits"]) == {"memory"}


# Numbers that stand in several files ----------------------------------------------------------


def test_user_is_that_of_the_image(made: Made) -> None:
    users = re.findall(r"(?m)^USER (\d+):(\d+)$", made.read("Dockerfile"))

    for pod in made.pods():
        context = pod["spec"]["securityContext"]
        found = (str(context["runAsUser"]), str(context["runAsGroup"]))
        assert {found} == set(users)


def test_port_is_the_same_everywhere(made: Made) -> None:
    port = made.context["port"]
    assert f"\nEXPOSE {port}\n" in made.read("Dockerfile")

    for objects in (made.base, made.production):
        web = container(one(objects, "Deployment")["spec"]["template"])
        assert web["ports"] == [{"name": "http", "containerPort": port}]
        assert web["env"] == [{"name": "PORT", "value": str(port)}]
        (service,) = one(objects, "Service")["spec"]["ports"]
        assert service == {"name": "http", "port": 80, "targetPort": "http"}


def test_a_port_below_1024_can_be_bound(made: Made) -> None:
    opened = [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]

    for pod in made.pods():
        sysctls = pod["spec"]["securityContext"].get("sysctls")
        assert sysctls == (opened if made.context["port"] < 1024 else None)


def test_probes_ask_the_health_paths(made: Made) -> None:
    web = container(one(made.base, "Deployment")["spec"]["template"])
    asked = {
        probe: web[probe]["httpGet"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }

    alive = {"path": made.context["app"]["liveness"], "port": "http"}
    ready = {"path": made.context["app"]["readiness"], "port": "http"}
    assert asked == {"startupProbe": alive, "livenessProbe": alive, "readinessProbe": ready}
    # It stops being asked long before it is restarted.
    patience = {
        probe: web[probe]["periodSeconds"] * web[probe]["failureThreshold"] for probe in asked
    }
    assert patience == {"startupProbe": 60, "readinessProbe": 15, "livenessProbe": 60}


def test_a_pod_has_time_to_end(made: Made) -> None:
    config = made.read(made.context["lists"]["files"][0])
    (graceful,) = re.findall(
        r'(?m)^graceful_timeout = (\d+)$|"--graceful-timeout", type=int, default=(\d+)\)', config
    )
    spec = one(made.base, "Deployment")["spec"]["template"]["spec"]
    sleep = container({"spec": spec})["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert sleep >= 5
    assert spec["terminationGracePeriodSeconds"] >= sleep + int("".join(graceful)) + 5


def test_memory_is_that_of_compose(made: Made) -> None:
    compose = yaml.safe_load(made.read("compose.yaml"))
    given = compose["services"]["web"]["mem_limit"].replace("m", "Mi")

    for pod in made.pods():
        resources = container(pod)["resources"]
        assert resources["limits"]["memory"] == given
        assert int(resources["requests"]["memory"].removesuffix("Mi")) * 2 == int(given[:-2])


def test_a_release_replaces_no_pod_before_another_serves(made: Made) -> None:
    for objects in (made.base, made.production):
        strategy = one(objects, "Deployment")["spec"]["strategy"]
        assert strategy["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        # A number of pods that must be there would keep the only one on its node for ever.
        assert one(objects, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    assert "replicas" not in one(made.base, "Deployment")["spec"]
    assert one(made.production, "Deployment")["spec"]["replicas"] == 2


# Image, settings, secrets, migrations ---------------------------------------------------------


def test_the_image_is_named_once_in_each_place(made: Made) -> None:
    def images(objects: list[Object]) -> set[str]:
        pods = templates(objects)
        assert {container(pod)["imagePullPolicy"] for pod in pods} == {"IfNotPresent"}
        return {container(pod)["image"] for pod in pods}

    released = f"registry.example.com/{made.name}:1.0.0"
    assert images(made.base) == {f"{made.name}:local"}
    assert images(made.production) == {released}
    assert made.read(f"{PRODUCTION}/kustomization.yaml").count("registry.example.com") == 1
    # What the README builds, loads and pushes has these names.
    readme = made.read("README.md")
    assert (
        f"docker build -t {made.name}:local .\nkind load docker-image {made.name}:local\n" in readme
    )
    assert "`minikube image load`" in readme
    assert f"docker push {released}\n" in readme


def test_settings_are_variables_that_there_are(made: Made) -> None:
    text = made.read(f"{PRODUCTION}/kustomization.yaml")
    known = {each["name"] for each in made.context["app"]["variables"]}

    settings = re.findall(r"(?m)^ +(?:# )?- ([A-Z_]+)=", text)

    assert settings == ["ALLOWED_HOSTS", "FORWARDED_ALLOW_IPS"]
    assert set(settings) <= known
    for objects, hosts in (
        (made.base, "localhost,127.0.0.1"),
        (made.production, f"{made.name}.example.com"),
    ):
        assert one(objects, "ConfigMap")["data"] == {"ALLOWED_HOSTS": hosts}


def test_another_setting_is_another_pod(made: Made) -> None:
    names = set()
    for objects in (made.base, made.production):
        named = one(objects, "ConfigMap")["metadata"]["name"]
        sources = container(one(objects, "Deployment")["spec"]["template"])["envFrom"]
        assert sources[0] == {"configMapRef": {"name": named}}
        names.add(named)
    assert len(names) == 2


def test_secrets_come_from_the_owners_secret(made: Made) -> None:
    needed = made.context["lists"]["cluster_secrets"]
    secret = {"name": made.name} if needed else {"name": made.name, "optional": True}

    for pod in made.pods():
        assert container(pod)["envFrom"][-1] == {"secretRef": secret}
    readme = made.read("README.md").partition("\n### Kubernetes\n")[2]
    made_by = f"kubectl create secret generic {made.name} --from-env-file=../{made.name}.env\n"
    assert made_by in readme
    for name in needed:
        assert f"`{name}`" in readme.partition(made_by)[0]


def test_django_needs_its_key_in_a_cluster(catalog: Catalog) -> None:
    project = planned({"framework": "django"}, catalog, {})

    assert "DJANGO_SECRET_KEY" in _dict(project.context["lists"])["cluster_secrets"]


def test_migrations_are_a_job_that_runs_first(made: Made) -> None:
    command = made.context["lists"]["migrate"]
    readme = made.read("README.md").partition("\n### Kubernetes\n")[2]
    if not command:
        assert "migrat" not in readme
        return

    job = one(made.production, "Job")

    web, pod = one(made.production, "Deployment")["spec"]["template"], job["spec"]["template"]
    assert container(pod)["command"] == command
    assert pod["spec"]["restartPolicy"] == "Never"
    assert job["spec"]["backoffLimit"] == 2
    assert job["spec"]["ttlSecondsAfterFinished"] == 86400
    # No setting: another one would be a change of the Job, and a Job cannot be changed.
    assert [list(each) for each in container(pod)["envFrom"]] == [["secretRef"]]
    same = ("automountServiceAccountToken", "enableServiceLinks", "securityContext", "volumes")
    assert {key: pod["spec"][key] for key in same} == {key: web["spec"][key] for key in same}
    alike = ("image", "imagePullPolicy", "resources", "securityContext", "volumeMounts")
    assert {key: container(pod)[key] for key in alike} == {
        key: container(web)[key] for key in alike
    }
    release = (
        f"kubectl delete job {made.name}-migrate --ignore-not-found\n"
        f"kubectl apply -k {PRODUCTION} -l app.kubernetes.io/component=migrate\n"
        f"kubectl wait --for=condition=complete --timeout=10m job/{made.name}-migrate\n"
        f"kubectl apply -k {PRODUCTION}\n"
        f"kubectl rollout status deployment {made.name}\n"
    )
    assert release in readme
    chosen = [
        each["metadata"]["name"]
        for each in made.production
        if each["metadata"]["labels"].get("app.kubernetes.io/component") == "migrate"
    ]
    assert chosen == [f"{made.name}-migrate"]


def test_the_server_never_migrates(made: Made) -> None:
    for objects in (made.base, made.production):
        web = one(objects, "Deployment")["spec"]["template"]["spec"]
        assert "initContainers" not in web
        assert "command" not in container({"spec": web})
        assert "postStart" not in container({"spec": web})["lifecycle"]


def test_texts_are_clean(made: Made) -> None:
    paths = [path for path in (made.folder / "kubernetes").rglob("*") if path.is_file()]

    assert len(paths) == 3
    for path in paths:
        text = path.read_text("utf-8")
        assert not re.search(r"\{\{|\}\}|\{%|%\}|cookiecutter|\t| \n|\n\n\n", text), path
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert max(map(len, text.splitlines())) <= 100, path


def test_nothing_of_it_is_in_a_project_without_it(catalog: Catalog, tmp_path: Path) -> None:
    files = render(planned({"framework": "flask", "with": ""}, catalog, {}), tmp_path)

    assert not [path for path in files if "kube" in path]
    for path in files:
        assert b"kube" not in (tmp_path / path).read_bytes().lower(), path
