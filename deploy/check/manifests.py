"""What has to hold between the objects of a rendered file, which no schema knows.

manifests.py FILE...            judges each; prints what is wrong
manifests.py --custom FILE...   prints the custom resources in them as JSON, for crds.mjs
manifests.py --plain FILE       prints the others as YAML, for the schemas of Kubernetes
manifests.py --same A B         whether two files have the same pods, ports and policies of the gateway
manifests.py --compose FILE A   whether a Compose file treats the gateway and oauth2-proxy as the rendered file A does
"""

import difflib
import json
import re
import sys

import yaml

CUSTOM = ("security.istio.io", "monitoring.coreos.com")
AUTHORITY = "database-authority"
SECRET_WORDS = ("SECRET", "PASSWORD", "_KEY")
# $(X) in a value, of which $$(X) is none
NAMED = re.compile(r"(?<!\$)(?:\$\$)*\$\(([^()\s]+)\)")


def read(path):
    with open(path, encoding="utf-8") as file:
        return [one for one in yaml.safe_load_all(file) if one]


def custom(one):
    return one["apiVersion"].split("/")[0] in CUSTOM


def containers(pod):
    return pod.get("initContainers", []) + pod["containers"]


def selected(selector, labels):
    return selector and all(labels.get(key) == value for key, value in selector.items())


def judged_container(container, pod):
    name = container["name"]
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False:
        yield f"{name} may gain privileges"
    if security.get("readOnlyRootFilesystem") is not True:
        yield f"{name} may write to its root file system"
    if security.get("capabilities", {}).get("drop") != ["ALL"]:
        yield f"{name} keeps capabilities"
    if ":" not in container["image"] or container["image"].endswith(":latest"):
        yield f"{name} has no version of its image: {container['image']}"
    if "memory" not in container.get("resources", {}).get("limits", {}):
        yield f"{name} has no limit of memory"
    if not container.get("livenessProbe"):
        yield f"{name} is not watched"
    seen = set()
    for variable in container.get("env", []):
        if variable["name"] in seen:
            yield f"{name} has {variable['name']} twice"
        # kubelet leaves $(X) as it stands where X comes later
        for other in NAMED.findall(variable.get("value", "")):
            if other not in seen:
                yield f"{name} has {variable['name']} before {other}, which it names"
        seen.add(variable["name"])
        if "value" in variable and variable["name"].endswith(SECRET_WORDS):
            yield f"{name} has {variable['name']} in the clear"
    volumes = {volume["name"] for volume in pod.get("volumes", [])} | {"data"}
    for mount in container.get("volumeMounts", []):
        if mount["name"] not in volumes:
            yield f"{name} mounts {mount['name']}, which is not there"


def judged_gateway(pod):
    gateway = next(one for one in pod["containers"] if one["name"] == "penstock")
    settings = {variable["name"]: variable.get("value") for variable in gateway["env"]}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        if gateway.get(probe, {}).get("httpGet", {}).get("port") != "management":
            yield f"the {probe} does not ask the management port"
    pause = gateway["lifecycle"]["preStop"]["sleep"]["seconds"]
    if pod["terminationGracePeriodSeconds"] < pause + 65:
        yield "the gateway is killed before it has come to its end"
    sidecar = next((one for one in pod.get("initContainers", []) if one["name"] == "oauth2-proxy"), None)
    if sidecar and settings["HOST"] != "127.0.0.1":
        yield "others than oauth2-proxy reach the gateway"
    if sidecar and sidecar.get("restartPolicy") != "Always":
        yield "oauth2-proxy is no sidecar"
    if (settings.get("MCP_CLIENT_AUTH_ENABLED") == "false") != (settings.get("TRUST_PROXY_AUTH") == "true"):
        yield "half of the trusted proxy mode is set"


def judged(path):
    objects = read(path)
    workloads = [one for one in objects if one["kind"] in ("Deployment", "StatefulSet")]
    for workload in workloads:
        pod = workload["spec"]["template"]["spec"]
        context = pod.get("securityContext", {})
        if context.get("runAsNonRoot") is not True or context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{workload['metadata']['name']}: its pods are not restricted"
        if pod.get("automountServiceAccountToken") is not False:
            yield f"{workload['metadata']['name']}: its pods have a token for the cluster's API"
        for container in containers(pod):
            yield from judged_container(container, pod)
        if workload["metadata"]["name"].endswith("penstock"):
            yield from judged_gateway(pod)
    yield from judged_references(objects, workloads)


def judged_references(objects, workloads):
    pods = [one["spec"]["template"] for one in workloads]

    def named(labels):
        return [pod for pod in pods if selected(labels, pod["metadata"]["labels"])]

    def ports(pod):
        """By number of all, by name not of sidecars: before Kubernetes 1.33 those names lead nowhere."""
        numbers = {port["containerPort"] for container in containers(pod["spec"]) for port in container.get("ports", [])}
        return numbers | {port["name"] for container in pod["spec"]["containers"] for port in container.get("ports", [])}

    for one in objects:
        spec, name = one.get("spec", {}), f"{one['kind']} {one['metadata']['name']}"
        match one["kind"]:
            case "Service":
                chosen, wanted = named(spec["selector"]), {port["targetPort"] for port in spec["ports"]}
            case "NetworkPolicy":
                chosen = named(spec["podSelector"]["matchLabels"])
                wanted = {port["port"] for rule in spec["ingress"] for port in rule["ports"]}
            case "PodDisruptionBudget":
                chosen, wanted = named(spec["selector"]["matchLabels"]), set()
            case "AuthorizationPolicy" | "RequestAuthentication" | "PeerAuthentication":
                chosen, wanted = named(spec["selector"]["matchLabels"]), set()
            case "HorizontalPodAutoscaler":
                target = [w for w in workloads if w["metadata"]["name"] == spec["scaleTargetRef"]["name"]]
                chosen, wanted = target, set()
                if target and "replicas" in target[0]["spec"]:
                    yield f"{name} and the Deployment both say how many replicas there are"
            case "ServiceMonitor":
                labels = spec["selector"]["matchLabels"]
                chosen = [s for s in objects if s["kind"] == "Service" and selected(labels, s["metadata"]["labels"])]
                wanted = set()
                if len(chosen) != 1:
                    yield f"{name} looks at {len(chosen)} Services"
            case _:
                continue
        if not chosen:
            yield f"{name} selects nothing"
        for pod in chosen:
            missing = wanted - ports(pod) if wanted else set()
            if missing:
                yield f"{name} leads to ports that are not there: {', '.join(sorted(map(str, missing)))}"


def essence(path):
    """What an overlay and the chart have to agree on, whatever the order: all but which database it is."""
    found = {}
    for one in read(path):
        name = one["metadata"]["name"]
        if not name.startswith("penstock") or name == "penstock-postgresql" or one["kind"] == "Namespace":
            continue
        one["metadata"].pop("namespace", None)
        if one["kind"] == "Deployment":
            one["spec"]["template"]["metadata"].pop("annotations", None)
            pod = one["spec"]["template"]["spec"]
            for container in containers(pod):
                container["env"] = sorted(
                    (variable for variable in container["env"] if variable["name"] != "DATABASE_URL"),
                    key=lambda variable: variable["name"],
                )
                container["volumeMounts"] = [m for m in container.get("volumeMounts", []) if m["name"] != AUTHORITY]
                container["ports"] = sorted(container["ports"], key=lambda port: port["name"])
            volumes = [volume for volume in pod["volumes"] if volume["name"] != AUTHORITY]
            pod["volumes"] = sorted(volumes, key=lambda volume: volume["name"])
        found[f"{one['kind']} {name}"] = yaml.safe_dump(one).splitlines()
    return found


def differences(left, right):
    for name in sorted(left.keys() | right.keys()):
        if left.get(name) != right.get(name):
            yield from difflib.unified_diff(left.get(name, []), right.get(name, []), name, name, n=1, lineterm="")


def judged_compose(path, rendered):
    composed = read(path)[0]
    services, subnet = composed["services"], composed["networks"]["outside"]["ipam"]["config"][0]["subnet"]
    pod = next(one for one in read(rendered) if one["kind"] == "Deployment")["spec"]["template"]["spec"]
    sidecar, gateway, proxy = pod["initContainers"][0], services["penstock"], services["oauth2-proxy"]
    for argument in sidecar["args"]:
        if argument.replace("$", "$$") not in proxy["command"]:
            yield f"oauth2-proxy lacks {argument}"
    # what the configuration that they share names
    for variable in sidecar["env"]:
        if variable["name"].startswith("OIDC_") and variable["name"] not in proxy["environment"]:
            yield f"oauth2-proxy lacks {variable['name']}"
    for variable in pod["containers"][0]["env"]:
        name, value = variable["name"], variable.get("value")
        same = name in ("HOST", "MCP_CLIENT_AUTH_ENABLED", "TRUST_PROXY_AUTH") or name.startswith("PROXY_")
        # with what is there unless settings.env says otherwise
        if same and gateway["environment"].get(name) not in (value, f"${{{name}-{value}}}"):
            yield f"the gateway lacks {name}={value}"
    # what stands before them comes from there
    if proxy["environment"].get("OAUTH2_PROXY_TRUSTED_PROXY_IPS") != subnet:
        yield f"oauth2-proxy does not believe {subnet} whose address a request has"
    if gateway["environment"].get("TRUSTED_PROXY_CIDRS") != f"127.0.0.0/8,::1/128,{subnet}":
        yield f"the gateway does not believe {subnet} whose address a request has"
    if any(one.get("network_mode") != "service:network" or "ports" in one for one in (gateway, proxy)):
        yield "gateway and oauth2-proxy do not share the network that has their ports"
    if "oauth2-proxy" not in gateway.get("depends_on", {}):
        yield "oauth2-proxy is stopped before the gateway has come to its end"
    for name in ("penstock", "oauth2-proxy", "network"):
        one = services[name]
        if not one.get("read_only") or one.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in one["security_opt"]:
            yield f"{name} is not restricted"


def main(arguments):
    match arguments:
        case ["--custom", *paths]:
            json.dump([one for path in paths for one in read(path) if custom(one)], sys.stdout)
        case ["--plain", path]:
            yaml.safe_dump_all([one for one in read(path) if not custom(one)], sys.stdout)
        case ["--same", left, right]:
            found = list(differences(essence(left), essence(right)))
            print("\n".join(found), end="\n" if found else "")
            return len(found) > 0
        case ["--compose", path, rendered]:
            found = list(judged_compose(path, rendered))
            print("\n".join(found), end="\n" if found else "")
            return len(found) > 0
        case paths:
            found = [f"{path}: {wrong}" for path in paths for wrong in judged(path)]
            print("\n".join(found), end="\n" if found else "")
            return len(found) > 0
    return 0


sys.exit(main(sys.argv[1:]))
