"""Healthy pictures, to be changed in one place each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from provision.doctor.network import Acl, Endpoint, Entry, Group, Network, Rule, Subnet, Vpc
from provision.doctor.picture import Auth, Database, Function, Picture, Proxy, Role, Secret, Subject, Target

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
TRUST = {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}
ALL = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
ROLE = Role(arn="arn:aws:iam::123456789012:role/f", name="f", trust=TRUST, policies={"all": ALL})
FOR_RDS = {**TRUST, "Statement": {**TRUST["Statement"], "Principal": {"Service": "rds.amazonaws.com"}}}
PROXY_ROLE = replace(ROLE, arn="arn:aws:iam::123456789012:role/p", name="p", trust=FOR_RDS)
OPEN = tuple(Rule(egress=side, protocol="-1", ports=None, peer="10.0.0.0/16") for side in (True, False))
ENTRIES = tuple(
    Entry(number=100, egress=side, protocol="-1", ports=None, cidr="0.0.0.0/0", allow=True) for side in (True, False)
)
NETWORK = Network(
    vpcs={"vpc-1": Vpc(id="vpc-1", dns_support=True, dns_hostnames=True)},
    subnets={"subnet-a": Subnet(id="subnet-a", vpc="vpc-1", cidr="10.0.0.0/24", zone="eu-west-1a", free=200)},
    acls=(Acl(id="acl-1", subnets=("subnet-a",), entries=ENTRIES),),
    groups={"sg-1": Group(id="sg-1", name="all", rules=OPEN)},
    endpoints=(
        Endpoint(
            id="vpce-1", vpc="vpc-1", state="available", private_dns=True, subnets=("subnet-a",), groups=("sg-1",)
        ),
    ),
)
DATABASE = Database(
    identifier="db",
    state="available",
    address="db.example",
    port=5432,
    own_port=5432,
    name="app",
    version="17.10",
    vpc="vpc-1",
    subnets=("subnet-a",),
    groups=("sg-1",),
    public=False,
    parameter_group="db-postgres17",
    parameter_state="in-sync",
    parameters={},
    certificate_until=date(2061, 1, 1),
)
HEALTHY = Picture(
    subject=Subject(function="f", database="db", ours=True, username="postgres", handler="index.handler"),
    account="123456789012",
    region="eu-west-1",
    today=date(2026, 11, 25),
    function=Function(
        name="f",
        state="Active",
        reason="",
        update="Successful",
        update_reason="",
        runtime="python3.13",
        handler="index.handler",
        timeout=180,
        role=ROLE.arn,
        vpc="vpc-1",
        subnets=("subnet-a",),
        groups=("sg-1",),
        variables={
            "DB_ENDPOINT_ADDRESS": "db.example",
            "DB_PORT": "5432",
            "DB_NAME": "app",
            "DB_SECRET_ARN": ARN,
        },
        reserved=None,
        tagged=True,
    ),
    secret=Secret(
        arn=ARN,
        name="db",
        deleting="",
        key="",
        policy=None,
        readable=True,
        current=True,
        keys=("username", "password"),
        facts={"username": "postgres", "host": "db.example"},
    ),
    secret_arn=ARN,
    database=DATABASE,
    roles={ROLE.arn: ROLE, PROXY_ROLE.arn: PROXY_ROLE},
    network=NETWORK,
)
assert HEALTHY.function
PROXIED = replace(
    HEALTHY,
    function=replace(
        HEALTHY.function, variables={**HEALTHY.function.variables, "DB_ENDPOINT_ADDRESS": "proxy.example"}
    ),
    proxy=Proxy(
        name="p",
        state="available",
        address="proxy.example",
        subnets=("subnet-a",),
        groups=("sg-1",),
        role=PROXY_ROLE.arn,
        require_tls=True,
        auth=(Auth(secret=ARN, iam="DISABLED"),),
        targets=(Target(database="db", state="AVAILABLE", reason="", description=""),),
        borrow_seconds=30,
    ),
)
