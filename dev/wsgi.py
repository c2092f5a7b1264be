"""The portal for a WSGI server; ``CKAN_INI`` names its settings."""

from __future__ import annotations

import gc
import os

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib.i18n import build_js_translations

application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
# `ckan run` does this by itself: without it, all that scripts say stays English.
build_js_translations()
# What is loaded by now stays: looking through all of it for garbage, which Python does during a
# request every now and then, takes a sixth of a second.
gc.collect()
gc.freeze()
