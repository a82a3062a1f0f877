"""Lambda's part of a picture."""

from __future__ import annotations

from provision.aws import tags
from provision.doctor.gather.reader import Reader
from provision.doctor.picture import Function


def function(reader: Reader, name: str) -> Function | None:
    """The function of that name, None if there is none."""
    response = reader.ask("the function", lambda: reader.aws.awslambda.get_function(FunctionName=name))
    if response is None:
        return None
    seen = response["Configuration"]
    network, environment = seen.get("VpcConfig", {}), seen.get("Environment", {})
    return Function(
        name=seen["FunctionName"],
        state=seen.get("State", "Active"),
        reason=seen.get("StateReason", ""),
        update=seen.get("LastUpdateStatus", "Successful"),
        update_reason=seen.get("LastUpdateStatusReason", ""),
        runtime=seen.get("Runtime", ""),
        handler=seen.get("Handler", ""),
        timeout=seen.get("Timeout", 3),
        role=seen["Role"],
        vpc=network.get("VpcId", "") if network.get("SubnetIds") else "",
        subnets=tuple(network.get("SubnetIds", [])),
        groups=tuple(network.get("SecurityGroupIds", [])),
        variables=dict(environment.get("Variables", {})),
        reserved=response.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        tagged=tags.STACK in response.get("Tags", {}),
        key=seen.get("KMSKeyArn", ""),
        unreadable=environment.get("Error", {}).get("Message", ""),
        log_group=seen.get("LoggingConfig", {}).get("LogGroup", ""),
    )
