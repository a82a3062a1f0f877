"""RDS Proxy: moto has its nouns; the checks, the faults and the health are here."""

from __future__ import annotations

import re
import secrets
import string
from typing import Any

from provision.aws.local.corrections.hooks import after, amend, before, instead
from provision.aws.local.proxies import free_address
from provision.aws.local.wire import Call, Refusal

_NAME = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9]+)*")
_MOST = 20
_REFUSING_ZONES = frozenset({"use1-az3"})
"""AWS: zones without RDS Proxy; their subnets are left out without a word."""


def fault_unknown_proxy(name: str) -> Refusal:
    """What every call answers for a proxy that is not there; moto raises KeyError from most."""
    return Refusal("DBProxyNotFoundFault", f"DBProxy {name} not found.", status=404)


def proxy_of(call: Call) -> Any:
    """The proxy that the call names. Raises `Refusal`."""
    name = call.params.get("DBProxyName", "")
    if name not in call.backend.db_proxies:
        raise fault_unknown_proxy(name)
    return call.backend.db_proxies[name]


@before("rds:CreateDBProxy")
def check(call: Call) -> None:
    """moto checks neither name, zones, secrets nor AWS's quota."""
    params = call.params
    name = params["DBProxyName"]
    if not _NAME.fullmatch(name):
        raise Refusal("InvalidParameterValue", f"{name} is not a valid DB proxy name.")
    if name in call.backend.db_proxies:
        raise Refusal("DBProxyAlreadyExistsFault", f"DB Proxy {name} already exists.")
    if len(call.backend.db_proxies) >= _MOST:
        raise Refusal("DBProxyQuotaExceededFault", f"You have reached your quota of {_MOST} DB proxies.")
    if not params.get("Auth"):
        raise Refusal("InvalidParameterValue", "Auth must be given when DefaultAuthScheme is NONE.")
    usable = _usable(call)
    if len({subnet.availability_zone for subnet in usable}) < 2:  # noqa: PLR2004 - AWS's rule, as the message says
        raise Refusal("InvalidSubnet", "A DB proxy requires subnets in at least two Availability Zones that it serves.")


@after("rds:CreateDBProxy")
def begin(call: Call) -> None:
    """moto: available at once, at a name that nobody can resolve."""
    proxy = call.backend.db_proxies[call.params["DBProxyName"]]
    proxy.reachable = None
    proxy.reachable = free_address(call.account)
    proxy.endpoint = proxy.reachable
    proxy.status = "creating"
    proxy.vpc_subnet_ids = [subnet.id for subnet in _usable(call)]
    proxy.auth = [_auth(dict(one)) for one in call.params["Auth"]]
    proxy.unique_id = "prx-0" + "".join(secrets.choice(string.hexdigits.lower()[:16]) for _ in range(16))


def _usable(call: Call) -> list[Any]:
    ec2 = call.other("ec2")
    subnets = [ec2.get_subnet(one) for one in call.params["VpcSubnetIds"]]
    return [subnet for subnet in subnets if subnet.availability_zone_id not in _REFUSING_ZONES]


def _auth(auth: dict[str, Any]) -> dict[str, Any]:
    """AWS fills in what was not given."""
    return {
        "AuthScheme": "SECRETS",
        "IAMAuth": "DISABLED",
        "ClientPasswordAuthType": "POSTGRES_SCRAM_SHA_256",
        **auth,
    }


def _shown(proxy: Any) -> dict[str, Any]:
    return {
        "DBProxyName": proxy.db_proxy_name,
        "DBProxyArn": proxy.arn,
        "Status": proxy.status,
        "EngineFamily": proxy.engine_family,
        "VpcId": proxy.vpc_id,
        "VpcSecurityGroupIds": list(proxy.vpc_security_group_ids),
        "VpcSubnetIds": list(proxy.vpc_subnet_ids),
        "Auth": list(proxy.auth),
        "RoleArn": proxy.role_arn,
        "Endpoint": proxy.endpoint,
        "RequireTLS": bool(proxy.require_tls),
        "IdleClientTimeout": int(proxy.idle_client_timeout),
        "DebugLogging": bool(proxy.debug_logging),
        "DefaultAuthScheme": "NONE",
        "CreatedDate": proxy.created_date,
        "UpdatedDate": proxy.updated_date,
    }


@amend("rds:CreateDBProxy")
def answer(call: Call, result: dict[str, Any]) -> None:
    """moto has answered before `begin` gave the proxy its own id and address."""
    result["DBProxy"] = _shown(proxy_of(call))


@instead("rds:DescribeDBProxies")
def describe(call: Call) -> dict[str, Any]:
    """moto leaves out some members."""
    if call.params.get("DBProxyName"):
        return {"DBProxies": [_shown(proxy_of(call))]}
    return {"DBProxies": [_shown(proxy) for proxy in call.backend.db_proxies.values()]}


@instead("rds:ModifyDBProxy")
def modify(call: Call) -> dict[str, Any]:
    """moto: not implemented."""
    proxy, params = proxy_of(call), call.params
    check_settled(proxy)
    if "SecurityGroups" in params:
        proxy.vpc_security_group_ids = list(params["SecurityGroups"])
    if "Auth" in params:
        proxy.auth = [_auth(dict(one)) for one in params["Auth"]]
    proxy.role_arn = params.get("RoleArn", proxy.role_arn)
    proxy.require_tls = params.get("RequireTLS", proxy.require_tls)
    proxy.idle_client_timeout = params.get("IdleClientTimeout", proxy.idle_client_timeout)
    proxy.debug_logging = params.get("DebugLogging", proxy.debug_logging)
    if params.get("NewDBProxyName"):
        call.backend.db_proxies[params["NewDBProxyName"]] = call.backend.db_proxies.pop(proxy.db_proxy_name)
        proxy.db_proxy_name = params["NewDBProxyName"]
    proxy.status = "modifying"
    return {"DBProxy": _shown(proxy)}


@instead("rds:DeleteDBProxy")
def delete(call: Call) -> dict[str, Any]:
    """moto: gone at once. Here it goes when its pooler has ended."""
    proxy = proxy_of(call)
    if proxy.status == "deleting":
        raise Refusal("InvalidDBProxyStateFault", f"DB proxy {proxy.db_proxy_name} is already being deleted.")
    proxy.status = "deleting"
    return {"DBProxy": _shown(proxy)}


@instead("rds:DescribeDBProxyEndpoints")
def describe_endpoints(call: Call) -> dict[str, Any]:
    """moto: not implemented. AWS lists only endpoints made beside the proxy's own, and none can be made here."""
    if call.params.get("DBProxyName"):
        proxy_of(call)
    if call.params.get("DBProxyEndpointName"):
        asked = call.params["DBProxyEndpointName"]
        raise Refusal("DBProxyEndpointNotFoundFault", f"DB proxy endpoint {asked} not found.", status=404)
    return {"DBProxyEndpoints": []}


def check_settled(proxy: Any) -> None:
    """Raises `Refusal` for a proxy that AWS is still at work on."""
    if proxy.status != "available":
        raise Refusal(
            "InvalidDBProxyStateFault", f"DB Proxy {proxy.db_proxy_name} is in an unsupported state - {proxy.status}"
        )
