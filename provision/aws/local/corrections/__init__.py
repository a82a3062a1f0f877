"""What moto lacks or gets wrong for the calls this project makes, a file a service.

Each correction says in its docstring or comment what moto does and what AWS does, so that it can go when moto does the
same. A correction is a hook, a function tied to one action:

    @before("rds:CreateDBInstance")          may raise `Refusal`, or mend the request's surroundings
    @instead("rds:ModifyDBProxy")            answers in moto's place, with what boto3 would return
    @after("rds:CreateDBInstance")           may change what moto has just stored; runs only if moto did not refuse
    @amend("ec2:DescribeAvailabilityZones")  changes moto's answer, as boto3 would return it, in place

Hooks run while the account's lock is held, and see the account only through the call.
"""

from __future__ import annotations

from provision.aws.local.corrections.hooks import Hooks, after, amend, before, instead

__all__ = ["Hooks", "after", "all_corrections", "amend", "before", "instead"]


def all_corrections() -> Hooks:
    """All there are."""
    from provision.aws.local.corrections import (  # noqa: F401 - their import is what registers them
        availability_zones,
        callers,
        db_instance_checks,
        db_instances,
        db_parameters,
        db_proxies,
        db_proxy_targets,
        db_storage,
        db_subnet_groups,
        db_versions,
        flow_logs,
        function_checks,
        functions,
        gateways,
        interfaces,
        log_groups,
        quotas,
        rds_tags,
        roles,
        routing,
        secret_rotation,
        secret_versions,
        secrets,
        security_groups,
        vpc_endpoints,
    )
    from provision.aws.local.corrections.hooks import ALL

    return ALL
