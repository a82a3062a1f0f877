"""A database on a port of one's own: only the proxy goes there, which itself listens on PostgreSQL's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from provision.aws.local.wire import CALLER
from provision.blueprint import wanted
from provision.settings import Database, Network, Settings
from tests.resources.harness import Account
from tests.resources.whole import NAMES
from tests.served import served

PORT = 6543


def there(told: dict[str, Any]) -> None:
    for one in told["DBInstances"]:
        one["Endpoint"] = {"Address": "database.local", "Port": PORT}


def test_each_goes_to_the_port_that_the_next_one_listens_on(tmp_path: Path) -> None:
    settings = Settings(network=Network(egress="endpoint"), database=Database(port=PORT))
    with served(tmp_path / "aws") as here:
        account = Account(tmp_path, endpoint=here.url, caller=CALLER)
        account.rewrite("DescribeDBInstances", there)
        account.up(wanted(settings, NAMES, proxy=True))
        ids, aws = account.ids(), account.outside
        function = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]
        (proxy,) = aws("rds").describe_db_proxies()["DBProxies"]
        variables = function["Environment"]["Variables"]
        assert (variables["DB_ENDPOINT_ADDRESS"], variables["DB_PORT"]) == (proxy["Endpoint"], "5432")
        rules = aws("ec2").describe_security_group_rules()["SecurityGroupRules"]
        port = {one["SecurityGroupRuleId"]: one["FromPort"] for one in rules}
        for key, wanted_port in (
            ("rule.function-to-proxy", 5432),
            ("rule.proxy-from-function", 5432),
            ("rule.proxy-to-database", PORT),
            ("rule.database-from-proxy", PORT),
            ("rule.database-from-function", PORT),
        ):
            assert port[ids[key]] == wanted_port, key
