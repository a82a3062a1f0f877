"""What can be wrong, a file for each part of the way. A check is pure: a picture in, findings out."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")  # what registers its checks
