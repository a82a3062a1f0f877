"""Lambda's execution environments on this machine: the uploaded zip in AWS's own runtime interface client.

    functions = Functions(folder, extra_environment={"AWS_ENDPOINT_URL": ..., "PGSSLROOTCERT": ...})
    invocation = functions.invoke(spec, payload)     warm where it can be, else in a new process
    functions.retire(name)                           its environments end
    functions.close()                                all end, nothing is left in the folder

`mismatch` says in one sentence why a zip's compiled code cannot run here.
"""

from provision.aws.local.functions.code import mismatch
from provision.aws.local.functions.functions import Functions
from provision.aws.local.functions.spec import FunctionSpec, Invocation, LogLine, PayloadTooLarge

__all__ = ["FunctionSpec", "Functions", "Invocation", "LogLine", "PayloadTooLarge", "mismatch"]
