"""The stack, top to bottom, as the tutorial tells it. Reading order is the order in which things are begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provision.archive import Archive
from provision.chapters import egress, observability, rotation, traffic
from provision.engine.resource import Resource, Steps
from provision.names import Names
from provision.resources.awslambda.endpoint import FunctionEndpoint
from provision.resources.awslambda.function import Function
from provision.resources.ec2.default_acl import DefaultNetworkAcl
from provision.resources.ec2.default_group import DefaultSecurityGroup
from provision.resources.ec2.interface_endpoint import InterfaceEndpoint
from provision.resources.ec2.lambda_interfaces import LambdaInterfaces
from provision.resources.ec2.route_table import RouteTable
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.subnet import Subnet
from provision.resources.ec2.vpc import Vpc
from provision.resources.ec2.vpc_dns import VpcDns
from provision.resources.iam import policies
from provision.resources.iam.role import Role
from provision.resources.logs.log_group import LogGroup
from provision.resources.rds.instance import DbInstance
from provision.resources.rds.parameter_group import DbParameterGroup
from provision.resources.rds.proxy import PROXY_PORT, Proxy
from provision.resources.rds.proxy_pool import ProxyPool
from provision.resources.rds.proxy_target import ProxyTarget
from provision.resources.rds.subnet_group import DbSubnetGroup
from provision.resources.secretsmanager.connection import SecretConnection
from provision.resources.secretsmanager.secret import Secret
from provision.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the stack has besides its core. `teardown` draws all of it at once, to find whatever is there."""

    proxy: bool
    nat_gateways: int
    endpoint: bool
    flow_logs: bool
    log_exports: bool
    monitoring: bool
    rotation: bool


def wanted(settings: Settings, names: Names, *, proxy: bool, final_snapshot: str | None = None) -> Steps:
    """The stack that the settings ask for."""
    nat = settings.network.egress == "nat"
    choice = Choice(
        proxy=proxy,
        nat_gateways=settings.network.nat_gateways if nat else 0,
        endpoint=not nat,
        flow_logs=settings.network.flow_logs,
        log_exports=settings.database.log_exports,
        monitoring=settings.database.monitoring_seconds > 0,
        rotation=settings.database.rotation_days > 0,
    )
    return draw(settings, names, choice, final_snapshot=final_snapshot)


def everything(settings: Settings, names: Names, *, final_snapshot: str | None = None) -> Steps:
    """All that any settings could have made: what is not wanted any more, and what `teardown` looks for."""
    choice = Choice(
        proxy=True, nat_gateways=2, endpoint=True, flow_logs=True, log_exports=True, monitoring=True, rotation=True
    )
    return draw(settings, names, choice, final_snapshot=final_snapshot)


def draw(settings: Settings, names: Names, choice: Choice, *, final_snapshot: str | None) -> Steps:
    """A private network with one way out, a database inside it, a function that talks to it, and perhaps a proxy."""
    steps = Steps()
    network, database = settings.network, settings.database

    # The private network
    vpc = steps.add(Vpc(key="vpc", cidr=network.cidr))
    private_a = steps.add(
        Subnet(key="subnet.private-a", vpc=vpc, cidr=network.subnet(0), zone_index=0, zones=network.zones)
    )
    private_b = steps.add(
        Subnet(key="subnet.private-b", vpc=vpc, cidr=network.subnet(1), zone_index=1, zones=network.zones)
    )
    private = (private_a, private_b)
    database_group = steps.add(
        SecurityGroup(key="group.database", vpc=vpc, name=names.group("database"), description="PostgreSQL database")
    )

    # The database, begun as early as its own needs allow: it is the slowest of all
    secret = steps.add(
        Secret(
            key="secret",
            name=names.secret,
            username=database.username,
            dbname=database.name,
            port=database.port,
            # Of those that are not wanted (any more), too: what is under way then may end.
            readers=tuple(names.role(reader) for reader in ("function", "proxy", "rotation")),
            more_readers=database.secret_readers,
        )
    )
    subnet_group = steps.add(DbSubnetGroup(key="database.subnets", name=names.database, subnets=private))
    parameter_group = steps.add(
        DbParameterGroup(
            key="database.parameters",
            name=names.parameter_group(database.engine_version),
            family_major=database.engine_version,
        )
    )
    instance = steps.add(
        DbInstance(
            key="database",
            identifier=names.database,
            wanted=database,
            final_snapshot=final_snapshot,
            subnet_group=subnet_group,
            parameter_group=parameter_group,
            group=database_group,
            secret=secret,
            exports=observability.database_logs(steps, settings, names) if choice.log_exports else (),
            monitoring=observability.monitoring(steps, settings, names) if choice.monitoring else None,
        )
    )

    # The function, made while the database is still coming up
    function_group = steps.add(
        SecurityGroup(key="group.function", vpc=vpc, name=names.group("function"), description="Lambda function")
    )
    role = steps.add(
        Role(
            key="role.function",
            name=names.role("function"),
            service="lambda.amazonaws.com",
            secret=secret,
            permissions=policies.FunctionPermissions(log_group=names.log_group, tracing=settings.function.tracing),
            boundary=settings.iam.permissions_boundary,
        )
    )
    interfaces = steps.add(
        LambdaInterfaces(
            key="function.interfaces",
            function_name=names.function,
            subnets=private,
            group=function_group,
            role=role,
        )
    )
    logs = steps.add(LogGroup(key="function.logs", name=names.log_group, days=settings.function.log_days))
    function = steps.add(
        Function(
            key="function",
            name=names.function,
            wanted=settings.function,
            code=Archive(settings.function.runtime, settings.function.architecture),
            dbname=database.name,
            role=role,
            subnets=private,
            group=function_group,
            secret=secret,
            logs=logs,
            interfaces=interfaces,
        )
    )
    traffic.allow(steps, function_group, database_group, port=database.port)

    # The rest of the network: nothing above waits for it
    dns = steps.add(VpcDns(key="vpc.dns", vpc=vpc))
    steps.add(DefaultSecurityGroup(key="group.default", vpc=vpc))
    table_a = steps.add(RouteTable(key="table.private-a", vpc=vpc, subnets=(private_a,)))
    table_b = steps.add(RouteTable(key="table.private-b", vpc=vpc, subnets=(private_b,)))
    rotation_group = rotation.group(steps, names, vpc=vpc) if choice.rotation else None
    # Those who ask Secrets Manager, and by what they reach it
    groups = (function_group, rotation_group) if rotation_group else (function_group,)
    ways: list[Resource[Any]] = []
    endpoints: tuple[InterfaceEndpoint, ...] = ()
    if choice.nat_gateways:
        ways += egress.by_nat(steps, settings, choice.nat_gateways, vpc=vpc, tables=(table_a, table_b), groups=groups)
    if choice.flow_logs:
        observability.flow_log(steps, settings, names, vpc=vpc)
    if choice.endpoint:
        endpoint, doors = egress.by_endpoint(steps, names, dns=dns, subnets=private, groups=groups)
        endpoints, ways = (endpoint,), ways + doors
    steps.add(DefaultNetworkAcl(key="acl.default", vpc=vpc, internet=choice.nat_gateways > 0, after=endpoints))

    # The connection facts go where they are used once the database has told them
    connection = steps.add(SecretConnection(key="secret.connection", secret=secret, instance=instance))
    if rotation_group:
        rotation.by_function(
            steps,
            settings,
            names,
            stacks_own=function,
            group=rotation_group,
            database_group=database_group,
            connection=connection,
            ways=ways,
        )
    if not choice.proxy:
        steps.add(FunctionEndpoint(key="function.endpoint", function=function, instance=instance))
        return steps

    # RDS Proxy, begun beside the database; only its target needs the database to be there
    proxy_group = steps.add(
        SecurityGroup(key="group.proxy", vpc=vpc, name=names.group("proxy"), description="RDS Proxy")
    )
    proxy_role = steps.add(
        Role(
            key="role.proxy",
            name=names.role("proxy"),
            service="rds.amazonaws.com",
            secret=secret,
            permissions=policies.ProxyPermissions(),
            boundary=settings.iam.permissions_boundary,
        )
    )
    proxy = steps.add(
        Proxy(key="proxy", name=names.proxy, role=proxy_role, secret=secret, subnets=private, group=proxy_group)
    )
    rules = (
        *traffic.allow(steps, function_group, proxy_group, port=PROXY_PORT),
        *traffic.allow(steps, proxy_group, database_group, port=database.port),
    )
    pool = steps.add(ProxyPool(key="proxy.pool", proxy=proxy, wanted=settings.proxy))
    target = steps.add(ProxyTarget(key="proxy.target", proxy=proxy, pool=pool, instance=instance, rules=rules))
    steps.add(FunctionEndpoint(key="function.endpoint", function=function, instance=instance, via=target))
    return steps
